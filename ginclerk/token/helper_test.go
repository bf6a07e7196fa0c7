package token_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// The instance of these tests, and the origin that its tokens are made for.
const (
	kid    = "ins_test"
	issuer = "https://happy-hippo-1.clerk.accounts.dev"
	origin = "https://app.example.com"
)

// noon is the time of these tests.
var noon = time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)

// Making an RSA key is slow, so all tests share two.
var (
	instanceKey = sync.OnceValue(makeKey)
	foreignKey  = sync.OnceValue(makeKey)
)

func makeKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// fields are changes to a header or payload; a value of absent leaves the field out.
type fields map[string]any

type absentValue struct{}

var absent absentValue

func merged(base, changes fields) fields {
	out := maps.Clone(base)
	maps.Copy(out, changes)
	return out
}

func present(out fields) fields {
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == any(absent) })
	return out
}

func header(changes fields) fields {
	return present(merged(fields{"alg": "RS256", "typ": "JWT", "kid": kid, "cat": "cl_B7d4PD111AAA"}, changes))
}

// payload is a version 2 session token, issued 5 seconds ago for a minute.
func payload(changes fields) fields {
	return present(merged(fields{
		"sub": "user_1", "sid": "sess_1", "iss": issuer, "azp": origin, "v": 2, "sts": "active", "jti": "jti_1",
		"fva": []any{3, -1}, "iat": noon.Unix() - 5, "nbf": noon.Unix() - 15, "exp": noon.Unix() + 55,
	}, changes))
}

// signed returns a token with these parts. The instance's key signs it with RS256, even if the header names another algorithm.
func signed(tb testing.TB, head, body any) string {
	tb.Helper()
	return signedBy(tb, instanceKey(), head, body)
}

func signedBy(tb testing.TB, key *rsa.PrivateKey, head, body any) string {
	tb.Helper()
	unsigned := segment(tb, head) + "." + segment(tb, body)
	signature, err := jwt.SigningMethodRS256.Sign(unsigned, key)
	if err != nil {
		tb.Fatal(err)
	}
	return unsigned + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func segment(tb testing.TB, value any) string {
	tb.Helper()
	if raw, ok := value.(string); ok {
		return base64.RawURLEncoding.EncodeToString([]byte(raw))
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		tb.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(encoded)
}

// keySource knows only the instance's key.
type keySource struct{}

func (keySource) Key(_ context.Context, id string) (*rsa.PublicKey, error) {
	if id != kid {
		return nil, &token.Error{Reason: token.ReasonJWKKidMismatch, Err: errors.New("no such key")}
	}
	return &instanceKey().PublicKey, nil
}

type keyFunc func(ctx context.Context, id string) (*rsa.PublicKey, error)

func (f keyFunc) Key(ctx context.Context, id string) (*rsa.PublicKey, error) { return f(ctx, id) }

func config(changes ...func(*token.Config)) token.Config {
	c := token.Config{Keys: keySource{}, Issuers: []string{issuer}, Now: func() time.Time { return noon }}
	for _, change := range changes {
		change(&c)
	}
	return c
}

func verifier(tb testing.TB, changes ...func(*token.Config)) *token.Verifier {
	tb.Helper()
	v, err := token.NewVerifier(config(changes...))
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// verify reads a token and verifies it as a session token.
func verify(tb testing.TB, v *token.Verifier, raw string) (*token.Claims, error) {
	tb.Helper()
	read, err := v.Read(raw)
	if err != nil {
		return nil, err
	}
	return v.Verify(tb.Context(), read)
}

// verifyMachine reads a token and verifies it as a machine's token.
func verifyMachine(tb testing.TB, v *token.Verifier, raw string) (*token.MachineToken, error) {
	tb.Helper()
	read, err := v.Read(raw)
	if err != nil {
		return nil, err
	}
	return v.VerifyMachine(tb.Context(), read)
}

// readVectors reads a file of recorded decisions, from another folder where GINCLERK_CONFORMANCE_DIR names one.
func readVectors(tb testing.TB, name string) []byte {
	tb.Helper()
	dir := "testdata"
	if other := os.Getenv("GINCLERK_CONFORMANCE_DIR"); other != "" {
		dir = other
	}
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	return content
}
