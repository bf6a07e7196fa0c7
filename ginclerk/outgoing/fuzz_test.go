package outgoing_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

// FuzzWhereTokensGo checks that a token goes only to https or to this machine, and only to a listed host.
func FuzzWhereTokensGo(f *testing.F) {
	for _, pair := range [][2]string{
		{"https://api.example.com", "https://api.example.com/x"},
		{"http://localhost:1", "http://localhost:1"},
		{"https://a", "https://a@b"},
		{"https://[::1]", "https://[::1]:443"},
		{"http://127.0.0.1", "http://127.0.0.1:80/"},
		{"https://a%2e", "https://a."},
		{"https://\u212a", "https://k"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, origin, address string) {
		b := &base{}
		transport, err := outgoing.NewTransport(outgoing.TransportConfig{Base: b, Origins: []string{origin}, Token: secret})
		if err != nil {
			return
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			return
		}
		response, err := transport.RoundTrip(r)
		if err != nil {
			return
		}
		_ = response.Body.Close()
		if b.sent[0].Header.Get("Authorization") == "" {
			return
		}
		listed, err := url.Parse(origin)
		if err != nil || !strings.EqualFold(listed.Hostname(), r.URL.Hostname()) || !strings.EqualFold(listed.Scheme, r.URL.Scheme) {
			t.Errorf("a token for %q went to %q", origin, address)
		}
	})
}

// FuzzWhatClerkHandsOut checks that a Source returns no answer of the minter as the token of another user.
func FuzzWhatClerkHandsOut(f *testing.F) {
	for _, answer := range []string{"", "a.b.c", jwt(sessionClaims(adas(), noon(), time.Minute)), jwt(claims{"sub": "user_bob", "exp": "x"})} {
		f.Add(answer)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		m := &minter{clock: clocktest.At(noon())}
		m.mint = func(context.Context, outgoing.Request) (string, error) { return answer, nil }
		bob := outgoing.Request{SessionID: "sess_bob", UserID: "user_bob_only"}
		got, err := newSource(t, m).Token(t.Context(), bob)
		if err == nil && subjectOf(t, answer) != bob.UserID {
			t.Errorf("handed out %q", got.Value)
		}
		if err != nil && !errors.Is(err, outgoing.ErrUnavailable) && !errors.Is(err, outgoing.ErrOrganizationChanged) {
			t.Errorf("error %v of no known kind", err)
		}
	})
}

// subjectOf reads the payload of a token that was handed out.
func subjectOf(t *testing.T, raw string) string {
	t.Helper()
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no token", raw)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Subject string `json:"sub"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return claims.Subject
}
