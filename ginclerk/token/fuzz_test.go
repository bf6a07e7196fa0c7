package token_test

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func addSeeds(f *testing.F) {
	f.Helper()
	good := signed(f, header(nil), payload(nil))
	parts := strings.Split(good, ".")
	for _, seed := range []string{
		"", "..", "a.b.c", good, good + "=", good + ".x",
		signed(f, header(fields{"cat": absent}), payload(fields{"sub": "mch_1"})) + "=",
		signed(f, header(nil), merged(payload(fields{"sub": "mch_1"}), fields{"handshake": []string{"__client=x"}})) + "==",
		signed(f, m2mHeader(nil), m2mPayload(nil)), signed(f, oauthHeader(nil), oauthPayload(nil)) + "=", parts[0] + "." + parts[1] + ".",
		segment(f, header(fields{"alg": "none"})) + "." + parts[1] + ".",
		segment(f, "[1]") + "." + segment(f, "null") + "." + parts[2],
		signedBy(f, foreignKey(), header(nil), payload(nil)),
		signed(f, header(nil), payload(fields{"exp": 1e300, "o": fields{"per": "a,b", "fpm": "9,-1"}, "fea": "u:a,o:b"})),
	} {
		f.Add(seed)
	}
}

func FuzzRead(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := token.Read(raw)
		if (u == nil) == (err == nil) {
			t.Fatalf("both or neither: %v, %v", u, err)
		}
		if err != nil {
			if token.ReasonOf(err) != token.ReasonInvalid {
				t.Errorf("reason %q", token.ReasonOf(err))
			}
			return
		}
		if strings.Count(raw, ".") != 2 {
			t.Errorf("%q has not three parts", raw)
		}
		if u.MayBeSession() && (u.IsMachineToMachine() || u.IsOAuth()) {
			t.Error("two classes at once")
		}
	})
}

// FuzzVerify checks that every accepted session token or handshake token has a valid signature of the instance's key over exactly the
// bytes that were read, and that no token is accepted as two of session, handshake and machine.
func FuzzVerify(f *testing.F) {
	addSeeds(f)
	v := verifier(f, func(c *token.Config) {
		c.Issuers, c.UnsafeSkipIssuer, c.UnsafeAllowMissingSessionID = nil, true, true
	})
	f.Fuzz(func(t *testing.T, raw string) {
		claims, err := verify(t, v, raw)
		if (claims == nil) == (err == nil) {
			t.Fatalf("both or neither: %v, %v", claims, err)
		}
		directives, handshakeErr := verifyHandshake(t, v, raw)
		if handshakeErr != nil && directives != nil {
			t.Fatalf("directives and an error: %v", handshakeErr)
		}
		if err == nil || handshakeErr == nil {
			mustBeSigned(t, raw)
		}
		if err == nil && (handshakeErr == nil || strings.HasPrefix(claims.UserID, "mch_")) {
			t.Fatalf("a session of %q that is something else, too", claims.UserID)
		}
	})
}

func mustBeSigned(t *testing.T, raw string) {
	t.Helper()
	cut := strings.LastIndexByte(raw, '.')
	signature, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(raw[cut+1:], "="))
	if err != nil {
		t.Fatalf("accepted with a signature that is not base64: %v", err)
	}
	if err := jwt.SigningMethodRS256.Verify(raw[:cut], signature, &instanceKey().PublicKey); err != nil {
		t.Fatalf("accepted without a valid signature: %v", err)
	}
}

// FuzzClaims compares the claims with what encoding/json makes of the same payload.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{
		`{"v":2,"sub":"u","o":{"id":"o","slg":"s","rol":"r","per":"a,b","fpm":"3,1"},"fea":"o:x,u:y"}`, "\ufeff {\"sub\" : \"a\" }\n", `{}`, `[]`, `null`, `1`, `"{}"`,
		`{"sub":"a","sub":7,"SUB":"c","s\u0075b":"d"}`, `{"sub":"\u00fc\n\ud800","iss":"\"}","azp":"\\"}`, "{\"sub\":\"\xff\"}", `{"exp":1e400}`, `{"x":[1e-400,{"y":-0}],"exp":-0.5e1}`,
		`{"exp":"1","nbf":null,"iat":[1]}`, `{"fva":[1,-1],"fva":[1,2,3]}`, `{"fva":[]}`, `{"act":{"sub":"a","sub":null},"act":{"iss":"b"}}`, `{"act":null}`, `{"act":[]}`,
		`{"org_permissions":[ "a" , 1,"b",["c"],{"d":"e"} ],"org_id":"o"}`, `{"v":2.0,"o":[{}],"org_id":"x"}`, `{"v":"2"}`, `{"a":{"]":["}"]},"sub":"after"}`, `{"":"","sub":""}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var want map[string]any
		refused := json.Unmarshal([]byte(strings.TrimPrefix(raw, "\ufeff")), &want)
		claims, err := token.ParseClaims([]byte(raw))
		if (err == nil) != (refused == nil && want != nil) {
			t.Fatalf("%v, encoding/json %v", err, refused)
		}
		if err != nil {
			return
		}
		if diff := cmp.Diff(want, claims.Raw()); diff != "" {
			t.Errorf("raw (-want +got):\n%s", diff)
		}
		for name, value := range want {
			if got, found := claims.Claim(name); !found || !cmp.Equal(value, got) {
				t.Errorf("claim %q: %v, %v; want %v", name, got, found, value)
			}
		}
		mustReadLike(t, want, claims)
	})
}

func mustReadLike(t *testing.T, want map[string]any, c *token.Claims) {
	t.Helper()
	text := func(value any) string { s, _ := value.(string); return s }
	got := map[string]string{
		"sub": c.UserID, "sid": c.SessionID, "sts": string(c.SessionStatus), "jti": c.ID, "iss": c.Issuer, "azp": c.AuthorizedParty, "fea": c.Features, "pla": c.Plans,
	}
	organization, prefix := want, ""
	names := map[string]string{"org_id": c.OrganizationID, "org_slug": c.OrganizationSlug, "org_role": c.OrganizationRole}
	if want["v"] == 2.0 {
		organization, _ = want["o"].(map[string]any)
		names = map[string]string{"id": c.OrganizationID, "slg": c.OrganizationSlug}
		if prefix = "org:"; text(organization["rol"]) == "" {
			prefix = ""
		}
		if c.OrganizationRole != prefix+text(organization["rol"]) {
			t.Errorf("role %q", c.OrganizationRole)
		}
	}
	for name, value := range got {
		if value != text(want[name]) {
			t.Errorf("%s is %q, want %v", name, value, want[name])
		}
	}
	for name, value := range names {
		if value != text(organization[name]) {
			t.Errorf("%s is %q, want %v", name, value, organization[name])
		}
	}
	for name, value := range map[string]time.Time{"exp": c.ExpiresAt, "nbf": c.NotBefore, "iat": c.IssuedAt} {
		seconds, ok := want[name].(float64)
		if ok = ok && math.Abs(seconds) <= 8.64e12; value.IsZero() == ok || ok && value.UnixMilli() != int64(seconds*1000) {
			t.Errorf("%s is %v, want %v", name, value, want[name])
		}
	}
	act, isObject := want["act"].(map[string]any)
	if (c.Actor != nil) != (want["act"] != nil) || isObject && c.Actor.Subject != text(act["sub"]) {
		t.Errorf("actor %v, want %v", c.Actor, want["act"])
	}
	if c.FactorVerificationAge.Absent() != (want["fva"] == nil) {
		t.Errorf("ages %v, want %v", c.FactorVerificationAge, want["fva"])
	}
	if ages, ok := want["fva"].([]any); ok && len(ages) == 2 {
		first, second, known := c.FactorVerificationAge.Minutes()
		if known && (ages[0] != first || ages[1] != second) {
			t.Errorf("ages %v and %v, want %v", first, second, ages)
		}
	}
}

func FuzzParseClaims(f *testing.F) {
	f.Add(`{"v":2,"sub":"u","o":{"id":"o","per":"a,b","fpm":"3,1"},"fea":"o:x,u:y"}`, "org:admin")
	f.Add(`{"org_id":"o","org_role":"","org_permissions":[1,"a"],"fva":[1,null]}`, "o:a:b")
	f.Add(`{"sub":"u","fea":"broken","pla":"u:","act":7}`, ":")
	f.Fuzz(func(t *testing.T, raw, name string) {
		claims, err := token.ParseClaims([]byte(raw))
		if err != nil {
			return
		}
		claims.Raw()
		held := claims.Has(token.Check{Role: &name}) || claims.Has(token.Check{Permission: &name}) ||
			claims.Has(token.Check{Feature: &name}) || claims.Has(token.Check{Plan: &name})
		if held && claims.UserID == "" {
			t.Error("claims without a user grant something")
		}
		if claims.Has(token.Check{Role: &name}) && claims.OrganizationID == "" {
			t.Error("a role without an organization")
		}
	})
}
