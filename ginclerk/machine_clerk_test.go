package ginclerk_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// post asks the embedded Clerk's Backend API with a secret key, and returns its answer.
func (a *app) post(tb testing.TB, key, path, body string) map[string]any {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, a.server.BackendURL()+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusMultipleChoices {
		tb.Fatalf("%s: status %d, %v", path, res.StatusCode, err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

func textOf(tb testing.TB, answer map[string]any, name string) string {
	tb.Helper()
	text, ok := answer[name].(string)
	if !ok {
		tb.Fatalf("no %s in the answer", name)
	}
	return text
}

// machinesApp is an application with routes for every kind of token.
func machinesApp(t *testing.T) *app {
	t.Helper()
	a := newApp(t)
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/keys", a.clerk.RequireToken(ginclerk.APIKey), whoCalls)
	a.engine.GET("/m2m", a.clerk.RequireToken(ginclerk.M2MToken), whoCalls)
	a.engine.GET("/oauth", a.clerk.RequireToken(ginclerk.OAuthToken), whoCalls)
	a.engine.GET("/any", a.clerk.RequireToken(), whoCalls)
	a.engine.GET("/session", a.clerk.RequireSession(), whoCalls)
	return a
}

// wantIdentity fails unless the routes let a token's bearer in, as the subject.
func (a *app) wantIdentity(t *testing.T, what, token, subject string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		got := a.ask(http.MethodGet, path, bearer(token))
		if got.Code != http.StatusOK || got.Body.String() != "key of "+subject {
			t.Errorf("%s at %s: status %d, %q; want %s let in", what, path, got.Code, got.Body, subject)
		}
	}
}

func (a *app) wantRefused(t *testing.T, what, token string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if got := a.ask(http.MethodGet, path, bearer(token)); got.Code != http.StatusUnauthorized {
			t.Errorf("%s at %s: status %d, want 401", what, path, got.Code)
		}
	}
}

func TestMachineTokensThatClerkMade(t *testing.T) {
	t.Parallel()
	a := machinesApp(t)
	machine, err := a.server.CreateMachine(clerktest.Machine{})
	if err != nil {
		t.Fatal(err)
	}
	user := a.userID(t, bob)
	key := a.post(t, a.server.SecretKey(), "/api_keys", `{"name":"nightly","subject":"`+user+`","seconds_until_expiration":3600}`)
	lost := a.post(t, a.server.SecretKey(), "/api_keys", `{"name":"lost","subject":"`+user+`"}`)
	opaque := a.post(t, machine.SecretKey, "/m2m_tokens", `{"seconds_until_expiration":3600}`)
	signed := a.post(t, machine.SecretKey, "/m2m_tokens", `{"token_format":"jwt","seconds_until_expiration":3600,"claims":{"job":"x"}}`)

	a.wantIdentity(t, "an API key", textOf(t, key, "secret"), user, "/keys", "/any")
	a.wantIdentity(t, "another API key", textOf(t, lost, "secret"), user, "/keys", "/any")
	a.wantIdentity(t, "an M2M token", textOf(t, opaque, "token"), machine.ID, "/m2m", "/any")
	a.wantIdentity(t, "an M2M token as JWT", textOf(t, signed, "token"), machine.ID, "/m2m", "/any")
	a.wantRefused(t, "an API key elsewhere", textOf(t, key, "secret"), "/m2m", "/oauth", "/session")
	a.wantRefused(t, "an M2M token as JWT elsewhere", textOf(t, signed, "token"), "/keys", "/oauth", "/session")
	a.wantRefused(t, "a machine's secret key", machine.SecretKey, "/keys", "/m2m", "/any")

	a.post(t, a.server.SecretKey(), "/api_keys/"+textOf(t, lost, "id")+"/revoke", "{}")
	a.wantRefused(t, "a revoked API key", textOf(t, lost, "secret"), "/keys", "/any")
	a.post(t, machine.SecretKey, "/m2m_tokens/"+textOf(t, opaque, "id")+"/revoke", "{}")
	a.wantRefused(t, "a revoked M2M token", textOf(t, opaque, "token"), "/m2m", "/any")

	a.clock.Advance(time.Hour + 10*time.Second) // more than the skew that is forgiven
	a.wantRefused(t, "an expired API key", textOf(t, key, "secret"), "/keys", "/any")
	a.wantRefused(t, "an expired M2M token as JWT", textOf(t, signed, "token"), "/m2m", "/any")
}

func TestMachineTokensOfOtherInstances(t *testing.T) {
	t.Parallel()
	a, other := machinesApp(t), newApp(t)
	for _, row := range []struct {
		name, path string
		token      clerktest.MachineToken
	}{
		{"an API key", "/keys", clerktest.MachineToken{Kind: clerktest.APIKey}},
		{"an M2M token", "/m2m", clerktest.MachineToken{Kind: clerktest.M2MToken}},
		{"an M2M token as JWT", "/m2m", clerktest.MachineToken{Kind: clerktest.M2MToken, JWT: true}},
		{"an OAuth token", "/oauth", clerktest.MachineToken{Kind: clerktest.OAuthToken}},
		{"an OAuth token as JWT", "/oauth", clerktest.MachineToken{Kind: clerktest.OAuthToken, JWT: true}},
	} {
		for _, from := range []*app{a, other} {
			if row.token.Kind == clerktest.OAuthToken {
				row.token.Subject = from.userID(t, bob)
			}
			issued, err := from.server.CreateMachineToken(row.token)
			if err != nil {
				t.Fatal(err)
			}
			if from == a {
				a.wantIdentity(t, row.name, issued.Secret, issued.Subject, row.path, "/any")
				continue
			}
			a.wantRefused(t, row.name+" of another instance", issued.Secret, row.path, "/any")
		}
	}
}
