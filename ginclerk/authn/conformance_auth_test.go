package authn_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// compareAuth compares what a handler sees, by default and when pending sessions are not treated as signed out.
func compareAuth(t *testing.T, row recordedRow, state *authn.State) []string {
	t.Helper()
	if row.Want.Auth == nil {
		if state.Status == authn.SignedIn {
			return []string{"signed in where the handler sees no user"}
		}
		return nil
	}
	var problems []string
	want := maps.Clone(row.Want.Auth)
	delete(want, "has")
	if diff := cmp.Diff(present(t, want), present(t, authOf(state))); diff != "" {
		problems = append(problems, "auth (-want +got)\n"+diff)
	}
	if allowed := row.Want.AuthPendingAllowed; allowed != nil && *allowed != (state.Claims != nil) {
		problems = append(problems, fmt.Sprintf("authenticated with pending sessions: %v, want %v", !*allowed, *allowed))
	}
	return append(problems, compareChecks(t, row.Want.Auth["has"], state)...)
}

// authOf returns the auth object of Clerk's SDKs. For a pending session it has no user, only the status.
func authOf(state *authn.State) map[string]any {
	auth := map[string]any{"tokenType": string(state.TokenType), "isAuthenticated": false}
	switch {
	case state.Machine != nil:
		maps.Copy(auth, machineAuth(state.Machine))
	case state.Pending():
		auth["sessionStatus"] = state.Claims.SessionStatus
	case state.Claims != nil:
		maps.Copy(auth, sessionAuth(state.Claims))
	}
	return auth
}

func machineAuth(m *authn.MachineToken) map[string]any {
	auth := map[string]any{
		"isAuthenticated": true, "id": m.ID, "subject": m.Subject, "scopes": m.Scopes, "userId": m.UserID,
		"orgId": m.OrganizationID, "machineId": m.MachineID, "clientId": m.ClientID, "name": m.Name,
	}
	if m.Claims != nil {
		auth["claims"] = m.Claims
	}
	return auth
}

func sessionAuth(c *token.Claims) map[string]any {
	auth := map[string]any{
		"isAuthenticated": true, "userId": c.UserID, "sessionId": c.SessionID, "sessionStatus": c.SessionStatus,
		"orgId": c.OrganizationID, "orgRole": c.OrganizationRole, "orgSlug": c.OrganizationSlug,
		"orgPermissions": c.OrganizationPermissions, "sessionClaims": c.Raw(),
	}
	if first, second, known := c.FactorVerificationAge.Minutes(); known {
		auth["factorVerificationAge"] = []float64{first, second}
	}
	if c.Actor != nil {
		auth["actor"] = withoutEmpty(map[string]any{
			"sub": c.Actor.Subject, "iss": c.Actor.Issuer, "sid": c.Actor.SessionID, "type": c.Actor.Type,
		})
	}
	return auth
}

// present drops null, "" and empty lists, which mean the same as absent. The rest has JSON's types.
func present(t *testing.T, object map[string]any) map[string]any {
	t.Helper()
	encoded, err := json.Marshal(object)
	var plain map[string]any
	if err == nil {
		err = json.Unmarshal(encoded, &plain)
	}
	if err != nil {
		t.Fatal(err)
	}
	return withoutEmpty(plain)
}

func withoutEmpty(plain map[string]any) map[string]any {
	maps.DeleteFunc(plain, func(_ string, value any) bool {
		list, isList := value.([]any)
		return value == nil || value == "" || (isList && len(list) == 0)
	})
	return plain
}

// compareChecks makes the checks that the recorded handler made with has().
func compareChecks(t *testing.T, recorded any, state *authn.State) []string {
	t.Helper()
	encoded, err := json.Marshal(recorded)
	if err != nil {
		t.Fatal(err)
	}
	var checks []struct {
		Check recordedCheck `json:"check"`
		Want  bool          `json:"want"`
	}
	if err := json.Unmarshal(encoded, &checks); err != nil {
		t.Fatal(err)
	}
	var problems []string
	for _, one := range checks {
		var granted bool
		if !state.Pending() {
			granted = state.Claims.Has(one.Check.check(t))
		}
		if granted != one.Want {
			problems = append(problems, fmt.Sprintf("has(%+v) is %v, want %v", one.Check, granted, one.Want))
		}
	}
	return problems
}

type recordedCheck struct {
	Role           *string         `json:"role"`
	Permission     *string         `json:"permission"`
	Feature        *string         `json:"feature"`
	Plan           *string         `json:"plan"`
	Reverification json.RawMessage `json:"reverification"`
}

func (c recordedCheck) check(t *testing.T) token.Check {
	t.Helper()
	check := token.Check{Role: c.Role, Permission: c.Permission, Feature: c.Feature, Plan: c.Plan}
	if len(c.Reverification) == 0 {
		return check
	}
	var preset token.Preset
	if json.Unmarshal(c.Reverification, &preset) == nil {
		check.Reverification = new(preset.Reverification())
		return check
	}
	check.Reverification = new(token.Reverification)
	if err := json.Unmarshal(c.Reverification, check.Reverification); err != nil {
		t.Fatal(err)
	}
	return check
}
