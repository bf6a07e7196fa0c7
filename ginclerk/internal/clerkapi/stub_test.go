package clerkapi_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const (
	secret  = instance.SecretKey("sk_test_0123456789abcdefghijklmnopqrstuvwxyzABCD")
	sessID  = "sess_2aaaaaaaaaaaaaaaaaaaaaaaaaa"
	userID  = "user_2bbbbbbbbbbbbbbbbbbbbbbbbbb"
	client1 = "client_2cccccccccccccccccccccccccc"
)

// recorded is a request as the server saw it.
type recorded struct {
	Method, Path, Query, Body string
	Header                    http.Header
}

// stub is a server in the place of Clerk that records the requests.
type stub struct {
	*httptest.Server
	mu   sync.Mutex
	seen []recorded
}

func newStub(t *testing.T, answer http.HandlerFunc) *stub {
	t.Helper()
	s := &stub{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read request: %v", err)
		}
		s.mu.Lock()
		s.seen = append(s.seen, recorded{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header.Clone()})
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *stub) requests() []recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]recorded(nil), s.seen...)
}

// only returns the only request.
func (s *stub) only(t *testing.T) recorded {
	t.Helper()
	seen := s.requests()
	if len(seen) != 1 {
		t.Fatalf("%d requests, want 1: %+v", len(seen), seen)
	}
	return seen[0]
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func newClient(t *testing.T, url string, change ...func(*clerkapi.Config)) *clerkapi.Client {
	t.Helper()
	cfg := clerkapi.Config{SecretKey: secret, URL: url}
	for _, c := range change {
		c(&cfg)
	}
	client, err := clerkapi.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func newFrontend(t *testing.T, url string, change ...func(*clerkapi.FrontendConfig)) *clerkapi.Frontend {
	t.Helper()
	cfg := clerkapi.FrontendConfig{URL: url, InstanceType: instance.Development}
	for _, c := range change {
		c(&cfg)
	}
	frontend, err := clerkapi.NewFrontend(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return frontend
}

// transportFunc answers requests in the process.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// call is one method with good arguments and an answer of Clerk that it accepts.
type call struct {
	name   string
	answer string
	do     func(context.Context, *clerkapi.Client) error
}

// calls lists every method of Client.
func calls() []call {
	session := `{"object":"session","id":"` + sessID + `","user_id":"` + userID + `","client_id":"` + client1 + `","status":"active"}`
	return []call{
		{"JWKS", `{"keys":[]}`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.JWKS(ctx)
			return err
		}},
		{"ListSessions", `{"data":[` + session + `],"total_count":1}`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.ListSessions(ctx, clerkapi.SessionFilter{UserID: userID})
			return err
		}},
		{"Session", session, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.Session(ctx, sessID)
			return err
		}},
		{"RevokeSession", session, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.RevokeSession(ctx, sessID)
			return err
		}},
		{"RefreshSession", `{"object":"cookies","cookies":["__session=a"]}`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.RefreshSession(ctx, sessID, clerkapi.RefreshParams{ExpiredToken: "ey.expired.token", RefreshToken: "rt_secret"})
			return err
		}},
		{"SessionToken", `{"object":"token","jwt":"a.b.c"}`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.SessionToken(ctx, sessID, clerkapi.TokenParams{})
			return err
		}},
		{"BrowserClient", `{"object":"client","id":"` + client1 + `","sessions":[` + session + `]}`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.BrowserClient(ctx, client1)
			return err
		}},
		{"HandshakePayload", `{"directives":[]}`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.HandshakePayload(ctx, "nonce_secret")
			return err
		}},
		{"User", `{"object":"user","id":"` + userID + `"}`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.User(ctx, userID)
			return err
		}},
		{"Users", `[{"object":"user","id":"` + userID + `"}]`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.Users(ctx, userID)
			return err
		}},
		{"VerifyAPIKey", apiKeyAnswer, verifying(token.TypeAPIKey, "ak_secret")},
		{"VerifyM2MToken", m2mAnswer, verifying(token.TypeM2M, "mt_secret")},
		{"VerifyOAuthToken", oauthAnswer, verifying(token.TypeOAuth, "oat_secret")},
		{"OrganizationMemberships", `{"data":[],"total_count":0}`, func(ctx context.Context, c *clerkapi.Client) error {
			_, err := c.OrganizationMemberships(ctx, userID)
			return err
		}},
	}
}
