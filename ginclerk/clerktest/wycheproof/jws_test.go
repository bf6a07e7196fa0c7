package wycheproof_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// published is a key server with one answer.
type published []byte

func (p published) JWKS(context.Context) ([]byte, error) { return p, nil }

// verifier verifies tokens with the keys of a group, as a key server publishes them.
func verifier(t *testing.T, g group) *token.Verifier {
	t.Helper()
	keys := jwks.NewRemote(jwks.RemoteConfig{Fetcher: published(g.published(t)), Now: noon})
	t.Cleanup(func() { _ = keys.Close(context.Background()) })
	v, err := token.NewVerifier(token.Config{Keys: keys, Issuers: []string{issuer}, AuthorizedParties: []string{origin}, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// accepts reports whether a text passes for a session token, a machine's token or a handshake.
func accepts(t *testing.T, v *token.Verifier, text string) bool {
	t.Helper()
	if _, err := v.VerifyHandshake(t.Context(), text); err == nil {
		return true
	}
	u, err := v.Read(text)
	if err != nil {
		return false
	}
	_, session := v.Verify(t.Context(), u)
	_, machine := v.VerifyMachine(t.Context(), u)
	return session == nil || machine == nil
}

// A JSON Web Signature of the vectors is never a token: its text is not one.
func TestJSONWebSignaturesAreNoTokens(t *testing.T) {
	t.Parallel()
	for _, file := range files(t, "json_web_*_test.json") {
		for _, g := range read(t, file) {
			verifier := verifier(t, g)
			for _, v := range g.Vectors {
				if accepts(t, verifier, string(v.JWS)) {
					t.Errorf("%s: %d %s is accepted", file, v.ID, v.Comment)
				}
			}
		}
	}
}

// weakKey is accepted although the vectors refuse it: its primes are those of a chip that made weak ones (ROCA). The keys of an instance come
// from Clerk, over https, and are not made by such chips. Whoever could publish a key there needs no weak one.
const weakKey = "rejectsKeyWithRocaVulnerability"

// The vectors of RSA keys, carried over to tokens: the payload becomes the claims of a session, and a signature is made anew with the private key of
// the vectors, with the same fault. Accepted are those alone that are valid, and that are RS256 by the header and by the key.
func TestJSONWebSignaturesOfTokens(t *testing.T) {
	t.Parallel()
	accepted, refused := 0, 0
	for _, file := range []string{"json_web_signature_test.json", "json_web_crypto_test.json", "json_web_key_test.json"} {
		for _, g := range read(t, file) {
			key, ok := g.rsaSigner(t)
			if !ok {
				if jwks.Usable(g.published(t)) {
					t.Errorf("%s: a key of %s can be used", file, g.Comment)
				}
				continue
			}
			verifier, model := verifier(t, g), g.model()
			for _, v := range g.Vectors {
				text := model.carry(t, key, v)
				want := (v.valid() || v.Comment == weakKey) && algorithm(t, text) == "RS256" && g.forRS256(t)
				if got := accepts(t, verifier, text); got != want {
					t.Errorf("%s: %d %s: accepted %t, want %t: %s", file, v.ID, v.Comment, got, want, text)
				}
				if want {
					accepted++
				} else {
					refused++
				}
			}
		}
	}
	if accepted < 10 || refused < 300 {
		t.Errorf("%d are accepted, and %d refused", accepted, refused)
	}
	t.Logf("%d are accepted, and %d refused", accepted, refused)
}

// model is a vector of a group in which nothing is wrong.
type model struct{ header, payload, signature string }

// model returns the first valid vector; the first of all in a group where the key alone is wrong.
func (g group) model() model {
	i := max(slices.IndexFunc(g.Vectors, vector.valid), 0)
	parts := strings.Split(string(g.Vectors[i].JWS), ".")
	return model{parts[0], parts[1], parts[2]}
}

// carry makes a token of a vector. A part that is that of the model is replaced by that of a good token, and another payload by the claims of
// another user.
func (m model) carry(t *testing.T, key *rsa.PrivateKey, v vector) string {
	t.Helper()
	jws := string(v.JWS)
	good := m.header + "." + claims("user_1")
	signature := sign(t, key, m.header, good)
	if strings.HasPrefix(jws, "{") { // JSON serialization
		return strings.NewReplacer(m.payload, claims("user_1"), m.signature, signature).Replace(jws)
	}
	parts := strings.Split(jws, ".")
	if v.valid() || len(parts) == 3 && !slices.Contains(parts, "") && algorithm(t, jws) != algorithm(t, m.header) {
		return parts[0] + "." + claims("user_1") + "." + sign(t, key, parts[0], parts[0]+"."+claims("user_1"))
	}
	for i, part := range parts {
		switch {
		case i == 1 && part == m.payload: // which is empty in some groups
			parts[i] = claims("user_1")
		case part == "" || part == m.header:
		case part == m.signature:
			parts[i] = signature
		case i == 1 && len(parts) == 3 && parts[2] == m.signature:
			parts[i] = claims("user_2")
		case i == 2:
			parts[i] = m.faulty(t, key, part, good)
		}
	}
	return strings.Join(parts, ".")
}

// faulty is a signature with the fault of another one.
func (m model) faulty(t *testing.T, key *rsa.PrivateKey, part, good string) string {
	t.Helper()
	signature, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return part
	}
	signature, _ = carry(key, signature, []byte(m.header+"."+m.payload), []byte(good))
	return base64.RawURLEncoding.EncodeToString(signature)
}

// sign signs as the header says, and with RS256 where the algorithm is none of RSA's. It also signs with keys that no library takes.
func sign(t *testing.T, key *rsa.PrivateKey, header, covered string) string {
	t.Helper()
	if pss, ok := jwt.GetSigningMethod(algorithm(t, header)).(*jwt.SigningMethodRSAPSS); ok {
		digest := sum(pss.Hash, []byte(covered))
		signature, err := rsa.SignPSS(rand.Reader, key, pss.Hash, digest, pss.Options)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(signature)
	}
	hash := crypto.SHA256
	if method, ok := jwt.GetSigningMethod(algorithm(t, header)).(*jwt.SigningMethodRSA); ok {
		hash = method.Hash
	}
	return base64.RawURLEncoding.EncodeToString(pkcs1(key, hash, []byte(covered)))
}

// algorithm is what the header of a signature names; "" if it can't be read.
func algorithm(t *testing.T, jws string) string {
	t.Helper()
	header, _, _ := strings.Cut(jws, ".")
	raw, err := base64.RawURLEncoding.DecodeString(header)
	if err != nil {
		return ""
	}
	var read struct {
		Algorithm string `json:"alg"`
	}
	if err := json.Unmarshal(raw, &read); err != nil {
		return ""
	}
	return read.Algorithm
}

// forRS256 reports whether the key of a group says that it is for signatures with RS256, or does not say what it is for.
func (g group) forRS256(t *testing.T) bool {
	t.Helper()
	var k struct {
		Algorithm string   `json:"alg"`
		Use       string   `json:"use"`
		Uses      []string `json:"key_ops"`
	}
	if err := json.Unmarshal(keysOf(t, g.PublicJWK)[0], &k); err != nil {
		t.Fatal(err)
	}
	return (k.Algorithm == "" || k.Algorithm == "RS256") && (k.Use == "" || k.Use == "sig") && (k.Uses == nil || slices.Contains(k.Uses, "verify"))
}
