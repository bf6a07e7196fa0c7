package clerktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// The JSON form of a seed. The fields are those of [Seed] and its parts in snake_case; durations are texts such as "26h30m".
type (
	seedJSON struct {
		Users         []userJSON              `json:"users"`
		Organizations []organizationJSON      `json:"organizations"`
		SessionClaims map[string]any          `json:"session_claims"`
		Templates     map[string]templateJSON `json:"templates"`
	}
	userJSON struct {
		FirstName          string           `json:"first_name"`
		LastName           string           `json:"last_name"`
		Email              string           `json:"email"`
		Password           string           `json:"password"`
		CodeOnly           bool             `json:"code_only"`
		TOTP               bool             `json:"totp"`
		BackupCodes        []string         `json:"backup_codes"`
		PublicMetadata     map[string]any   `json:"public_metadata"`
		PrivateMetadata    map[string]any   `json:"private_metadata"`
		Features           []string         `json:"features"`
		Plan               string           `json:"plan"`
		Memberships        []membershipJSON `json:"memberships"`
		ActiveOrganization string           `json:"active_organization"`
		Devices            []deviceJSON     `json:"devices"`
		Note               string           `json:"note"`
	}
	organizationJSON struct {
		Name     string   `json:"name"`
		Slug     string   `json:"slug"`
		Features []string `json:"features"`
		Plan     string   `json:"plan"`
	}
	membershipJSON struct {
		Organization string   `json:"organization"`
		Role         string   `json:"role"`
		Permissions  []string `json:"permissions"`
	}
	deviceJSON struct {
		Type           string       `json:"type"`
		Mobile         bool         `json:"mobile"`
		Browser        string       `json:"browser"`
		BrowserVersion string       `json:"browser_version"`
		IPAddress      string       `json:"ip_address"`
		City           string       `json:"city"`
		Country        string       `json:"country"`
		SignedInAgo    durationJSON `json:"signed_in_ago"`
		IdleFor        durationJSON `json:"idle_for"`
	}
	templateJSON struct {
		Claims   map[string]any `json:"claims"`
		Lifetime durationJSON   `json:"lifetime"`
	}
	durationJSON string
)

// ParseSeed reads a seed from JSON: an object with users, organizations, session_claims and templates, whose fields are those of [Seed]
// in snake_case; durations are texts such as "26h30m". What is wrong is told by line and field, all problems at once.
func ParseSeed(text []byte) (*Seed, error) {
	where, err := indexJSON(text)
	if err != nil {
		return nil, fmt.Errorf("clerktest: seed: %w", err)
	}
	if problems := where.unknown(); len(problems) > 0 {
		return nil, fmt.Errorf("clerktest: seed: %w", errors.Join(problems...))
	}
	var parsed seedJSON
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&parsed); err != nil {
		return nil, fmt.Errorf("clerktest: seed: %w", typeProblem(text, err))
	}
	c := &seedChecker{where: where}
	seed := c.seed(parsed)
	if err := errors.Join(c.problems...); err != nil {
		return nil, fmt.Errorf("clerktest: seed: %w", err)
	}
	return seed, nil
}

// typeProblem tells the line of a value that has another type than its field.
func typeProblem(text []byte, err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("line %d: %s: it is a JSON %s, not a %s", lineAt(text, wrong.Offset), wrong.Field, wrong.Value, kindOf(wrong))
	}
	return err
}

// kindOf returns JSON's word for what the field takes.
func kindOf(err *json.UnmarshalTypeError) string {
	switch name := err.Type.Kind().String(); name {
	case "slice":
		return "list"
	case "struct", "map":
		return "object"
	default:
		return name
	}
}

func lineAt(text []byte, offset int64) int {
	offset = min(max(offset, 0), int64(len(text)))
	return 1 + bytes.Count(text[:offset], []byte("\n"))
}

func (c *seedChecker) duration(path string, text durationJSON) time.Duration {
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(string(text))
	if err != nil || d < 0 {
		c.problem(path, "%q is no duration such as 90s or 26h30m", string(text))
	}
	return d
}
