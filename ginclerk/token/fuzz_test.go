package token_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

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
		directives, handshakeErr := v.VerifyHandshake(t.Context(), raw)
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
