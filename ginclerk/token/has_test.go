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
