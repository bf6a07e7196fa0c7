package jwks_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// with returns the first key with changes. The value nil removes a member.
func with(changes jwk) jwk {
	key := jwkOf("ins_bad", firstKey())
	for name, value := range changes {
		key[name] = value
		if value == nil {
			delete(key, name)
		}
	}
	return key
}

func TestKeysThatCannotBeUsedArePassedOver(t *testing.T) {
	t.Parallel()
	bytesOf := func(n int) string { return base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("\xff", n))) }
	for name, key := range map[string]any{
		"an elliptic curve":          with(jwk{"kty": "EC"}),
		"a secret":                   jwk{"kty": "oct", "kid": "ins_bad", "k": "c2VjcmV0"},
		"an unknown type":            with(jwk{"kty": "PQ"}),
		"no type":                    with(jwk{"kty": nil}),
		"no modulus":                 with(jwk{"n": nil}),
		"a modulus that is a number": with(jwk{"n": 7}),
		"a modulus not in base64":    with(jwk{"n": "!!!"}),
		"a modulus of 1024 bits":     with(jwk{"n": bytesOf(128)}),
		"a modulus of 16384 bits":    with(jwk{"n": bytesOf(2048)}),
		"an even modulus":            with(jwk{"n": base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("\xfe", 256)))}),
		"no exponent":                with(jwk{"e": nil}),
		"exponent 1":                 with(jwk{"e": "AQ"}),
		"an even exponent":           with(jwk{"e": "BA"}),
		"an exponent of 32 bits":     with(jwk{"e": bytesOf(4)}),
		"an exponent of 40 bits":     with(jwk{"e": bytesOf(5)}),
		"an exponent of 72 bits":     with(jwk{"e": "AQAAAAAAAQAB"}),
		"for encryption":             with(jwk{"use": "enc"}),
		"for another algorithm":      with(jwk{"alg": "RS512"}),
		"for other operations":       with(jwk{"key_ops": []string{"encrypt"}}),
		"for no operation":           with(jwk{"key_ops": []string{}}),
		"operations that are text":   with(jwk{"key_ops": "verify"}),
		"for a secret's algorithm":   with(jwk{"alg": "HS256"}),
		"a string in place of a key": "key",
		"null":                       nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &keyServer{body: mixed(t, key)}
				r := remote(t, server)
				mustFind(t, r, "ins_good")
				mustMiss(t, r, "ins_bad", token.ReasonJWKKidMismatch, false)
			})
		})
	}
}

// mixed returns a set of one good key and one other value.
func mixed(t *testing.T, other any) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"keys": []any{other, jwkOf("ins_good", secondKey())}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestKeysInUnusualForms(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]jwk{
		"neither use nor algorithm":  with(jwk{"use": nil, "alg": nil}),
		"operations":                 with(jwk{"use": nil, "key_ops": []string{"sign", "verify"}}),
		"a certificate besides":      with(jwk{"x5c": []string{"nonsense"}, "x5u": "http://evil.example/"}),
		"a private part besides":     with(jwk{"d": "AQAB", "p": "AQAB"}),
		"unknown members":            with(jwk{"iat": 1, "ext": true}),
		"a zero before the exponent": with(jwk{"e": "AAEAAQ"}),
		"padding":                    with(jwk{"e": "AQAB=="}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := remote(t, serving(key))
				got, err := r.Key(t.Context(), "ins_bad")
				if err != nil || !got.Equal(firstKey()) {
					t.Errorf("%v, %v", got, err)
				}
			})
		})
	}
}

func FuzzRemoteAnswer(f *testing.F) {
	f.Add(setOf(jwkOf("ins_1", firstKey())), "ins_1")
	f.Add(setOf(with(jwk{"n": "AQ"}), jwk{}), "ins_bad")
	f.Add([]byte(`{"keys":[null,1,{"kty":"RSA","kid":"a","n":"_w","e":"AQAB"}]}`), "a")
	f.Add([]byte(`{"keys":[{"kty":"RSA","kid":"a","x5u":"https://example.com","x5c":["AA=="]}]}`), "a")
	f.Fuzz(func(t *testing.T, body []byte, kid string) {
		r := jwks.NewRemote(jwks.RemoteConfig{Fetcher: &keyServer{body: body}, Now: time.Now})
		key, err := r.Key(t.Context(), kid)
		if (key == nil) == (err == nil) {
			t.Fatalf("both or neither: %v, %v", key, err)
		}
		if err != nil && token.ReasonOf(err) == "" {
			t.Errorf("an error without a reason: %v", err)
		}
		if key != nil && (key.N.BitLen() < 2048 || key.E < 3) {
			t.Errorf("a weak key passed: %d bits, exponent %d", key.N.BitLen(), key.E)
		}
	})
}
