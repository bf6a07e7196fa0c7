package outgoing_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

// claims is the payload of a token.
type claims map[string]any

// jwt writes a token as RFC 7519 has it. The signature is not valid.
func jwt(payload claims) string {
	part := func(v any) string {
		text, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return part(map[string]string{"alg": "RS256", "typ": "JWT", "kid": "ins_1"}) + "." + part(payload) + ".c2lnbmF0dXJl"
}

// sessionClaims are those of Clerk's session token, version 2.
func sessionClaims(r outgoing.Request, issued time.Time, lifetime time.Duration) claims {
	c := claims{"sub": r.UserID, "sid": r.SessionID, "v": 2, "iat": issued.Unix(), "exp": issued.Add(lifetime).Unix()}
	if r.OrganizationID != "" {
		c["o"] = map[string]any{"id": r.OrganizationID, "slg": "acme", "rol": "admin"}
	}
	return c
}

// minter makes tokens that live for a minute, and records the requests. mint replaces its behavior.
type minter struct {
	clock *clocktest.Clock
	mint  func(ctx context.Context, r outgoing.Request) (string, error)

	mu    sync.Mutex
	asked []outgoing.Request
}

func (m *minter) Mint(ctx context.Context, r outgoing.Request) (string, error) {
	m.mu.Lock()
	m.asked = append(m.asked, r)
	number := len(m.asked)
	m.mu.Unlock()
	if m.mint != nil {
		return m.mint(ctx, r)
	}
	lifetime := time.Minute
	if r.Lifetime != 0 {
		lifetime = r.Lifetime
	}
	payload := sessionClaims(r, m.clock.Now(), lifetime)
	payload["jti"] = number
	return jwt(payload), nil
}

func (m *minter) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.asked)
}

func newSource(tb testing.TB, m *minter) *outgoing.Source {
	tb.Helper()
	source, err := outgoing.NewSource(outgoing.Config{Minter: m, Now: m.clock.Now})
	if err != nil {
		tb.Fatal(err)
	}
	return source
}

func ask(tb testing.TB, source *outgoing.Source, r outgoing.Request) outgoing.Token {
	tb.Helper()
	got, err := source.Token(tb.Context(), r)
	if err != nil {
		tb.Fatal(err)
	}
	return got
}

func adas() outgoing.Request { return outgoing.Request{SessionID: "sess_1", UserID: "user_ada"} }
