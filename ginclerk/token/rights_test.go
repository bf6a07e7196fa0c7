package token_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// What is left of claims without rights is all that is none, also of payloads that are written in an odd way.
func TestClaimsWithoutRights(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string][]string{
		`{}`: nil,
		`{"sub":"user_1","sid":"sess_1","metadata":{"role":"x","per":[1]},"v":2,"fea":"o:a","pla":"u:b","fva":[1,2],"o":{"id":"org_1","rol":"admin","slg":"s","per":"read","fpm":"1"}}`: {"metadata", "o", "sid", "sub", "v"},
		`{ "org_role" : "org:admin" , "org_permissions":["org:a:b"], "org_id":"org_1" }`:                                                                                                {"org_id"},
		`{"fea":"o:a","fea":"o:b","\u0066ea":"o:c","a\"b":1}`:                                                                                                                           {`a"b`},
		`{"o":[1],"exp":17}`:      {"exp", "o"},
		`{"o":{"rol":"admin"}}`:   {"o"},
		`{"o":"{\"rol\":\"x\"}"}`: {"o"},
	} {
		claims, err := token.ParseClaims([]byte(payload))
		if err != nil {
			t.Fatalf("%s: %v", payload, err)
		}
		before := claims.Raw()
		bare := claims.WithoutRights()
		var all map[string]any
		if err := bare.Unmarshal(&all); err != nil {
			t.Fatalf("%s: %v", payload, err)
		}
		if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, want) {
			t.Errorf("%s: left are %q, want %q", payload, got, want)
		}
		if organization, ok := all["o"].(map[string]any); ok && (organization["rol"] != nil || organization["per"] != nil || organization["fpm"] != nil) {
			t.Errorf("%s: o is %v", payload, organization)
		}
		for _, name := range want {
			if value, found := bare.Claim(name); !found || name != "o" && asJSON(t, value) != asJSON(t, before[name]) {
				t.Errorf("%s: %q is %v, want %v", payload, name, value, before[name])
			}
		}
		if bare.OrganizationRole != "" || bare.OrganizationPermissions != nil || bare.Features != "" || bare.Plans != "" || bare.UserID != claims.UserID {
			t.Errorf("%s: %+v", payload, bare)
		}
		if asJSON(t, claims.Raw()) != asJSON(t, before) {
			t.Errorf("%s: the claims themselves have changed", payload)
		}
	}
	if bare := (&token.Claims{OrganizationRole: "org:admin"}).WithoutRights(); bare.OrganizationRole != "" || bare.Raw() != nil {
		t.Errorf("claims that were never read: %+v", bare)
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
