package token_test

import (
	"encoding/json"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func parse(t *testing.T, changes fields) *token.Claims {
	t.Helper()
	encoded, err := json.Marshal(payload(changes))
	if err != nil {
		t.Fatal(err)
	}
	claims, err := token.ParseClaims(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestParseClaimsRefuses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "nope", "null", "[]", `"text"`, "7", "{} x"} {
		if claims, err := token.ParseClaims([]byte(raw)); err == nil {
			t.Errorf("%q was read as %+v", raw, claims)
		}
	}
}

// The rows come from Clerk's documentation of session token claims, and from the edge cases of its SDK.
func TestPermissions(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fea, per, fpm string
		want          []string
	}{
		"the documented example": {
			"o:dashboard,o:teams", "manage,read", "3,2",
			[]string{"org:dashboard:manage", "org:dashboard:read", "org:teams:read"},
		},
		"five permissions": {
			"o:repositories,o:projects", "read,create,update,delete,revoke", "7,21",
			[]string{
				"org:repositories:read", "org:repositories:create", "org:repositories:update",
				"org:projects:read", "org:projects:update", "org:projects:revoke",
			},
		},
		"user features last, padded with zero": {
			"o:a,uo:b,u:x", "read,write", "1,2,0", []string{"org:a:read", "org:b:write"},
		},
		"a user feature first, one number per organization feature": {
			"u:z,o:a,o:b", "read,write", "1,2", []string{"org:a:read", "org:b:write"},
		},
		"a user feature first, one number per feature: two readings, nothing granted": {
			"u:z,o:a,o:b", "read,write", "0,3,2", []string{},
		},
		"an unknown scope in between: two readings, nothing granted": {
			"o:a,x:y,o:b", "read", "1,1,1", []string{},
		},
		"bits beyond the permissions":   {"o:a", "read", "255", []string{"org:a:read"}},
		"features beyond the numbers":   {"o:a,o:b", "read", "1", []string{"org:a:read"}},
		"numbers beyond the features":   {"o:a", "read", "1,1,1", []string{"org:a:read"}},
		"a number that is none":         {"o:a,o:b", "read", "-1,0x1", []string{}},
		"a signed number":               {"o:a", "read", "+1", []string{}},
		"an underscore in a number":     {"o:a", "read,write,x,y", "1_0", []string{}},
		"other digits":                  {"o:a", "read", "١", []string{}},
		"an empty number":               {"o:a,o:b", "read", ",1", []string{"org:b:read"}},
		"an entry without a colon":      {"o:a,broken", "read", "1,1", []string{}},
		"no features":                   {"", "read", "1", []string{}},
		"no permissions":                {"o:a", "", "1", []string{}},
		"a feature with a colon inside": {"o:a:b", "read", "1", []string{"org:a:b:read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims := parse(t, fields{
				"fea": row.fea, "o": fields{"id": "org_1", "rol": "admin", "per": row.per, "fpm": row.fpm},
			})
			if diff := cmp.Diff(row.want, claims.OrganizationPermissions); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPermissionsBeyond64Bits(t *testing.T) {
	t.Parallel()
	names := make([]string, 70)
	for i := range names {
		names[i] = "p" + string(rune('0'+i/10)) + string(rune('0'+i%10))
	}
	claims := parse(t, fields{
		"fea": "o:big", "o": fields{"id": "org_1", "per": strings.Join(names, ","), "fpm": "590295810358705651713"}, // 2^69 + 1
	})
	if diff := cmp.Diff([]string{"org:big:p00", "org:big:p69"}, claims.OrganizationPermissions); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOrganizationComesFromItsOwnVersionAlone(t *testing.T) {
	t.Parallel()
	v1 := fields{"org_id": "org_v1", "org_role": "org:admin", "org_slug": "v1", "org_permissions": []string{"org:a:b"}}
	compact := fields{"id": "org_v2", "slg": "v2", "rol": "basic"}
	for name, row := range map[string]struct {
		claims   fields
		id, role string
		version  int
	}{
		"version 2 with an organization":              {merged(v1, fields{"o": compact}), "org_v2", "org:basic", 2},
		"version 2 without one, custom claims or not": {v1, "", "", 2},
		"version 2 whose organization has no id":      {merged(v1, fields{"o": fields{}}), "", "", 2},
		"version 2 with an empty role":                {fields{"o": fields{"id": "org_v2", "rol": ""}}, "org_v2", "", 2},
		"no version":                                  {merged(v1, fields{"v": absent, "o": compact}), "org_v1", "org:admin", 1},
		"version 3, which is unknown":                 {merged(v1, fields{"v": 3, "o": compact}), "org_v1", "org:admin", 1},
		"a version in quotes":                         {merged(v1, fields{"v": "2", "o": compact}), "org_v1", "org:admin", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims := parse(t, row.claims)
			if claims.OrganizationID != row.id || claims.OrganizationRole != row.role || claims.Version != row.version {
				t.Errorf("%q %q version %d, want %q %q version %d", claims.OrganizationID, claims.OrganizationRole,
					claims.Version, row.id, row.role, row.version)
			}
		})
	}
}

func TestClaimsOfTheWrongTypeAreAbsent(t *testing.T) {
	t.Parallel()
	claims := parse(t, fields{
		"v": 1, "sub": 1, "sid": []string{"s"}, "sts": true, "org_id": 7, "org_role": nil, "org_permissions": "org:a:b",
		"iss": 42, "azp": fields{}, "jti": 1, "fea": 1, "pla": 1, "iat": "soon", "act": "someone",
	})
	if claims.UserID != "" || claims.SessionID != "" || claims.SessionStatus != token.SessionStatusUnknown ||
		claims.OrganizationID != "" || claims.OrganizationPermissions != nil || claims.Issuer != "" ||
		claims.AuthorizedParty != "" || claims.ID != "" || claims.Features != "" || !claims.IssuedAt.IsZero() {
		t.Errorf("%+v", claims)
	}
	if claims.Actor == nil {
		t.Error("an actor that can't be read passes for none: the session would not look impersonated")
	}
}

func TestFactorAges(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fva               any
		absent, malformed bool
	}{
		"missing":           {fva: absent, absent: true},
		"null":              {fva: nil, absent: true},
		"two ages":          {fva: []any{0, -1}},
		"fractions":         {fva: []any{0.5, 1e9}},
		"one age":           {fva: []any{1}, malformed: true},
		"three ages":        {fva: []any{1, 2, 3}, malformed: true},
		"strings":           {fva: []any{"1", "2"}, malformed: true},
		"a number below -1": {fva: []any{-2, 1}, malformed: true},
		"a negative part":   {fva: []any{1, -0.5}, malformed: true},
		"no list":           {fva: "0,1", malformed: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ages := parse(t, fields{"fva": row.fva}).FactorVerificationAge
			_, _, known := ages.Minutes()
			if ages.Absent() != row.absent || ages.Malformed() != row.malformed || known != (!row.absent && !row.malformed) {
				t.Errorf("absent %v, malformed %v, known %v", ages.Absent(), ages.Malformed(), known)
			}
		})
	}
	if !token.NewFactorAges(math.NaN(), 0).Malformed() {
		t.Error("an age that is no number passes")
	}
}

func TestRawIsACopy(t *testing.T) {
	t.Parallel()
	claims := parse(t, fields{"metadata": fields{"role": "moderator"}, "list": []any{fields{"a": 1}}})
	raw := claims.Raw()
	raw["sub"] = "user_2"
	raw["metadata"].(map[string]any)["role"] = "admin"
	raw["list"].([]any)[0].(map[string]any)["a"] = 2
	metadata, found := claims.Claim("metadata")
	if diff := cmp.Diff(map[string]any{"role": "moderator"}, metadata); diff != "" || !found {
		t.Errorf("-want +got:\n%s", diff)
	}
	list, _ := claims.Claim("list")
	if diff := cmp.Diff([]any{map[string]any{"a": 1.0}}, list); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, found := claims.Claim("nothing"); found {
		t.Error("a claim was found that is not there")
	}
}

func TestUnmarshalKeepsWholeNumbers(t *testing.T) {
	t.Parallel()
	claims, err := token.ParseClaims([]byte(`{"sub":"u","account":9007199254740993}`))
	if err != nil {
		t.Fatal(err)
	}
	var custom struct {
		Account int64 `json:"account"`
	}
	if err := claims.Unmarshal(&custom); err != nil {
		t.Fatal(err)
	}
	if custom.Account != 9007199254740993 {
		t.Errorf("%d", custom.Account)
	}
	if err := claims.Unmarshal(&[]string{}); err == nil {
		t.Error("an object was read into a list")
	}
}

func TestClaimsAreSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	claims := parse(t, fields{"metadata": fields{"role": "moderator"}})
	role := "org:admin"
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				claims.Raw()["metadata"].(map[string]any)["role"] = "changed"
				claims.Has(token.Check{Role: &role, Reverification: new(token.PresetLax.Reverification())})
			}
		})
	}
	wg.Wait()
}
