package token_test

import (
	"encoding/json"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// admin is an organization's admin with a feature and a plan, who proved the first factor 10 minutes ago.
func admin(t *testing.T) *token.Claims {
	t.Helper()
	return parse(t, fields{
		"o":   fields{"id": "org_1", "rol": "admin", "per": "read", "fpm": "1"},
		"fea": "o:invoices,u:export", "pla": "u:pro", "fva": []any{10, -1},
	})
}

func TestHasNeedsEverythingThatIsAsked(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		check token.Check
		want  bool
	}{
		"nothing asked":         {token.Check{}, false},
		"all that is there":     {token.Check{Role: new("admin"), Permission: new("invoices:read"), Feature: new("invoices"), Plan: new("u:pro")}, true},
		"one thing too much":    {token.Check{Role: new("admin"), Permission: new("invoices:write")}, false},
		"an empty role":         {token.Check{Role: new("")}, false},
		"an empty role besides": {token.Check{Role: new(""), Feature: new("invoices")}, false},
		"an empty plan besides": {token.Check{Role: new("admin"), Plan: new("")}, false},
		"a prefix twice":        {token.Check{Role: new("org:org:admin")}, true},
		"another's feature":     {token.Check{Feature: new("u:invoices")}, false},
		"an unknown scope":      {token.Check{Feature: new("x:invoices")}, false},
		"ten minutes are not within ten minutes": {
			token.Check{Reverification: new(token.PresetStrict.Reverification())}, false,
		},
		"ten minutes are within eleven": {
			token.Check{Reverification: &token.Reverification{Level: token.FirstFactor, AfterMinutes: 11}}, true,
		},
		"an unknown preset": {token.Check{Role: new("admin"), Reverification: new(token.Preset("lax2").Reverification())}, false},
		"no reverification at all, asked for": {
			token.Check{Role: new("admin"), Reverification: &token.Reverification{}}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := admin(t).Has(row.check); got != row.want {
				t.Errorf("%v, want %v", got, row.want)
			}
		})
	}
}

func TestHasWithoutClaims(t *testing.T) {
	t.Parallel()
	var none *token.Claims
	if none.Has(token.Check{Role: new("admin")}) || (&token.Claims{}).Has(token.Check{Role: new("admin")}) {
		t.Error("claims without a user have a role")
	}
}

func TestReverificationIsWrittenAsClerkJSReadsIt(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(token.PresetStrictMFA.Reverification())
	if want := `{"level":"multi_factor","afterMinutes":10}`; err != nil || string(got) != want {
		t.Errorf("%s %v, want %s", got, err, want)
	}
}

func TestOfOrganization(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	for _, row := range []struct {
		name  string
		check token.Check
		want  bool
	}{
		{"nothing", token.Check{}, false},
		{"a role", token.Check{Role: text("org:admin")}, true},
		{"an empty role, which nobody has", token.Check{Role: text("")}, false},
		{"a permission", token.Check{Permission: text("invoices:read")}, true},
		{"a feature of either", token.Check{Feature: text("export")}, false},
		{"a feature of the organization", token.Check{Feature: text("o:export")}, true},
		{"a feature of the user", token.Check{Feature: text("u:export")}, false},
		{"a feature that is called like a scope", token.Check{Feature: text("org")}, false},
		{"a plan of the organization, in full", token.Check{Plan: text("organization:pro")}, true},
		{"a plan of an unknown scope", token.Check{Plan: text("team:pro")}, false},
		{"a reverification", token.Check{Reverification: &token.Reverification{Level: token.FirstFactor, AfterMinutes: 10}}, false},
		{"a reverification and a role", token.Check{Role: text("admin"), Reverification: &token.Reverification{Level: token.FirstFactor, AfterMinutes: 10}}, true},
	} {
		if got := row.check.OfOrganization(); got != row.want {
			t.Errorf("%s: %t", row.name, got)
		}
	}
}
