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
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

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
	c := token.Config{Keys: keySource{}, Issuers: []string{issuer}, Now: func() time.Time { return noon }, Memory: everything()}
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

// verify reads a token and verifies it as a session token. It does so four times: when the token is only read, when the verifier meets
// it, and twice when a memory knows it that is shared with verifiers which accept far more. The answers must be the same.
func verify(tb testing.TB, v *token.Verifier, raw string) (*token.Claims, error) {
	tb.Helper()
	return coldAndWarm(tb, raw, v, func(read reader) (*token.Claims, error) { return asSession(tb, v, read, raw) })
}

// verifyMachine is verify for a machine's token.
func verifyMachine(tb testing.TB, v *token.Verifier, raw string) (*token.MachineToken, error) {
	tb.Helper()
	return coldAndWarm(tb, raw, v, func(read reader) (*token.MachineToken, error) {
		u, err := read(raw)
		if err != nil {
			return nil, err
		}
		return v.VerifyMachine(tb.Context(), u)
	})
}

// verifyHandshake is verify for a handshake token.
func verifyHandshake(tb testing.TB, v *token.Verifier, raw string) ([]string, error) {
	tb.Helper()
	return coldAndWarm(tb, raw, v, func(reader) ([]string, error) { return v.VerifyHandshake(tb.Context(), raw) })
}

type reader func(raw string) (*token.Unverified, error)

// once reads and verifies a session token once.
func once(tb testing.TB, v *token.Verifier, raw string) (*token.Claims, error) {
	tb.Helper()
	return asSession(tb, v, v.Read, raw)
}

func asSession(tb testing.TB, v *token.Verifier, read reader, raw string) (*token.Claims, error) {
	tb.Helper()
	u, err := read(raw)
	if err != nil {
		return nil, err
	}
	return v.Verify(tb.Context(), u)
}

func coldAndWarm[T any](tb testing.TB, raw string, v *token.Verifier, attempt func(reader) (T, error)) (T, error) {
	tb.Helper()
	want, refused := attempt(token.Read)
	for _, state := range []string{"when the verifier meets it", "once it is known", "again"} {
		got, err := attempt(v.Read)
		if textOf(err) != textOf(refused) || token.ReasonOf(err) != token.ReasonOf(refused) ||
			errors.Is(err, token.ErrKeysUnavailable) != errors.Is(refused, token.ErrKeysUnavailable) {
			tb.Errorf("%s: %v, and %v before", state, err, refused)
		}
		if diff := cmp.Diff(want, got, all()); diff != "" {
			tb.Errorf("%s (-before +now):\n%s", state, diff)
		}
		makeKnown(tb, raw)
	}
	return want, refused
}

// all compares what Claims hide, too.
func all() cmp.Option { return cmp.Exporter(func(reflect.Type) bool { return true }) }

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// everything is a memory that all verifiers of these tests share, whatever they accept.
var everything = sync.OnceValue(func() *token.Memory { return token.NewMemory(0) })

// generous returns verifiers that accept all that either key has signed, long before it expires, and remember it.
var generous = sync.OnceValue(func() []*token.Verifier {
	var list []*token.Verifier
	for _, key := range []*rsa.PublicKey{&instanceKey().PublicKey, &foreignKey().PublicKey} {
		v, err := token.NewVerifier(token.Config{
			Keys:             keyFunc(func(context.Context, string) (*rsa.PublicKey, error) { return key, nil }),
			Memory:           everything(),
			Now:              func() time.Time { return time.Unix(0, 0) },
			ClockSkew:        200 * 365 * 24 * time.Hour,
			UnsafeSkipIssuer: true, UnsafeAllowMissingSessionID: true,
		})
		if err != nil {
			panic(err)
		}
		list = append(list, v)
	}
	return list
})

// makeKnown has the token remembered if any configuration would accept it.
func makeKnown(tb testing.TB, raw string) {
	tb.Helper()
	for _, v := range generous() {
		u, err := v.Read(raw)
		if err != nil {
			return
		}
		_, asSession := v.Verify(tb.Context(), u)
		_, asMachine := v.VerifyMachine(tb.Context(), u)
		if asSession == nil || asMachine == nil {
			return
		}
	}
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
