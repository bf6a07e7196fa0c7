package token_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// report prints the line that make figures reads.
func report(file string, agreeing, rows int) {
	fmt.Fprintf(os.Stdout, "conformance: %s %d/%d\n", file, agreeing, rows)
}

type hasRow struct {
	Subject struct {
		UserID                any `json:"userId"`
		OrgID                 any `json:"orgId"`
		OrgRole               any `json:"orgRole"`
		OrgPermissions        any `json:"orgPermissions"`
		FactorVerificationAge any `json:"factorVerificationAge"`
		Features              any `json:"features"`
		Plans                 any `json:"plans"`
	} `json:"subject"`
	Check struct {
		Role           *string         `json:"role"`
		Permission     *string         `json:"permission"`
		Feature        *string         `json:"feature"`
		Plan           *string         `json:"plan"`
		Reverification json.RawMessage `json:"reverification"`
	} `json:"check"`
	Want *bool `json:"want"`
}

// claims returns the claims of a version 1 token, which writes the organization out as the recorded subjects do.
func (r hasRow) claims(t *testing.T) *token.Claims {
	t.Helper()
	s := r.Subject
	encoded, err := json.Marshal(map[string]any{
		"sub": s.UserID, "org_id": s.OrgID, "org_role": s.OrgRole, "org_permissions": s.OrgPermissions,
		"fva": s.FactorVerificationAge, "fea": s.Features, "pla": s.Plans,
	})
	if err != nil {
		t.Fatal(err)
	}
	claims, err := token.ParseClaims(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func (r hasRow) check(t *testing.T) token.Check {
	t.Helper()
	check := token.Check{Role: r.Check.Role, Permission: r.Check.Permission, Feature: r.Check.Feature, Plan: r.Check.Plan}
	if len(r.Check.Reverification) == 0 {
		return check
	}
	var preset token.Preset
	if err := json.Unmarshal(r.Check.Reverification, &preset); err == nil {
		check.Reverification = new(preset.Reverification())
		return check
	}
	check.Reverification = new(token.Reverification)
	if err := json.Unmarshal(r.Check.Reverification, check.Reverification); err != nil {
		t.Fatal(err)
	}
	return check
}

func TestConformanceHas(t *testing.T) {
	t.Parallel()
	const file = "has.jsonl"
	agreeing, rows := 0, 0
	for line := range bytes.Lines(readVectors(t, file)) {
		var row hasRow
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		if row.Want == nil {
			continue // the first line names the source
		}
		rows++
		if got := row.claims(t).Has(row.check(t)); got != *row.Want {
			t.Errorf("row %d: %v, want %v: %s", rows, got, *row.Want, line)
			continue
		}
		agreeing++
	}
	if rows == 0 {
		t.Error("no rows")
	}
	report(file, agreeing, rows)
}

// authObject is what @clerk/shared reads from the claims of a session token. Null and absent mean the same.
type authObject struct {
	UserID                *string            `json:"userId"`
	SessionID             *string            `json:"sessionId"`
	SessionStatus         *string            `json:"sessionStatus"`
	OrgID                 *string            `json:"orgId"`
	OrgRole               *string            `json:"orgRole"`
	OrgSlug               *string            `json:"orgSlug"`
	OrgPermissions        []string           `json:"orgPermissions"`
	FactorVerificationAge []float64          `json:"factorVerificationAge"`
	Actor                 *map[string]string `json:"actor"`
	SessionClaims         map[string]any     `json:"sessionClaims"`
}

func authObjectOf(c *token.Claims) authObject {
	object := authObject{
		UserID: optional(c.UserID), SessionID: optional(c.SessionID), SessionStatus: optional(string(c.SessionStatus)),
		OrgID: optional(c.OrganizationID), OrgRole: optional(c.OrganizationRole), OrgSlug: optional(c.OrganizationSlug),
		OrgPermissions: c.OrganizationPermissions, SessionClaims: c.Raw(),
	}
	if first, second, known := c.FactorVerificationAge.Minutes(); known {
		object.FactorVerificationAge = []float64{first, second}
	}
	if c.Actor != nil {
		object.Actor = &map[string]string{"sub": c.Actor.Subject}
	}
	return object
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func TestConformanceClaims(t *testing.T) {
	t.Parallel()
	const file = "claims.json"
	var vectors struct {
		Rows []struct {
			Claims json.RawMessage `json:"claims"`
			Want   authObject      `json:"want"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(readVectors(t, file), &vectors); err != nil {
		t.Fatal(err)
	}
	agreeing := 0
	for i, row := range vectors.Rows {
		claims, err := token.ParseClaims(row.Claims)
		if err != nil {
			t.Errorf("row %d: %v", i, err)
			continue
		}
		if diff := cmp.Diff(row.Want, authObjectOf(claims)); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", i, diff)
			continue
		}
		agreeing++
	}
	if len(vectors.Rows) == 0 {
		t.Error("no rows")
	}
	report(file, agreeing, len(vectors.Rows))
}
