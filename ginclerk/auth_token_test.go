package ginclerk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Operations of the Backend API that tokens are made with.
const (
	readSession  = "GET /v1/sessions/{session_id}"
	mintToken    = "POST /v1/sessions/{session_id}/tokens"
	mintTemplate = "POST /v1/sessions/{session_id}/tokens/{template_name}"
)

// authOf is who a request with that token is.
func (a *app) authOf(tb testing.TB, options ...option) *ginclerk.Auth {
	tb.Helper()
	var auth *ginclerk.Auth
	got := run(a, func(c *ginContext) {
		a.clerk.Attach()(c)
		auth = ginclerk.From(c)
	}, append([]option{program}, options...)...)
	if auth == nil {
		tb.Fatalf("status %d", got.Code)
	}
	return auth
}

// claimsOf reads a token that the test has got.
func claimsOf(tb testing.TB, raw string) map[string]any {
	tb.Helper()
	decoded, err := token.Read(raw)
	if err != nil {
		tb.Fatal(err)
	}
	return decoded.Claims().Raw()
}

// lifetimeOf is exp - iat.
func lifetimeOf(tb testing.TB, raw string) time.Duration {
	tb.Helper()
	claims := claimsOf(tb, raw)
	expires, _ := claims["exp"].(float64)
	issued, _ := claims["iat"].(float64)
	return time.Duration(expires-issued) * time.Second
}

func TestTokenIsTheRequestsOwnWhileItLives(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	config := configFor(a.server)
	config.Origins = nil
	service := &app{server: a.server, clerk: newClerk(t, config), clock: a.clock}
	own := a.token(t, ada)
	auth := a.authOf(t, bearer(own))
	for _, row := range []struct {
		name    string
		wait    time.Duration // since the row before
		options []outgoing.Option
		own     bool
		minted  int
	}{
		{"at once", 0, nil, true, 0},
		{"with 60 seconds needed and left", 0, []outgoing.Option{outgoing.MinimumLife(time.Minute)}, true, 0},
		{"with ten seconds left", 50 * time.Second, nil, true, 0},
		{"with more needed than is left", 0, []outgoing.Option{outgoing.MinimumLife(30 * time.Second)}, false, 1},
		{"with less than ten seconds left", time.Second, nil, false, 1},
		{"after it has expired", 20 * time.Second, nil, false, 1},
		{"when the one that was made is old", 30 * time.Second, nil, false, 2},
	} {
		a.clock.Advance(row.wait)
		got, err := auth.Token(t.Context(), row.options...)
		if err != nil || (got == own) != row.own {
			t.Errorf("%s: own token: %t, error %v; want own: %t", row.name, got == own, err, row.own)
		}
		if calls := a.server.Calls(); calls[mintToken] != row.minted || calls[readSession] != row.minted {
			t.Errorf("%s: Clerk made %d tokens and was asked %d times about the session, want %d", row.name, calls[mintToken], calls[readSession], row.minted)
		}
		// It signs the same session in, at a service that does not ask for the page that a token was made for.
		if again := service.authOf(t, bearer(got)); again.SessionID != auth.SessionID || again.OrganizationID != auth.OrganizationID {
			t.Errorf("%s: the token is of session %q in %q", row.name, again.SessionID, again.OrganizationID)
		}
	}
}

func TestTokensOfTemplatesAndLifetimes(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	auth := a.authOf(t, bearer(a.token(t, ada)))
	for range 2 { // the second time from memory
		billing, err := auth.Token(t.Context(), outgoing.Template("billing"))
		if err != nil {
			t.Fatal(err)
		}
		if claims := claimsOf(t, billing); claims["aud"] != "https://billing.example.com" || claims["email"] != ada || claims["organization"] != "acme" || claims["sid"] != nil {
			t.Errorf("claims %v, want those of the template", claims)
		}
		long, err := auth.Token(t.Context(), outgoing.Lifetime(5*time.Minute), outgoing.MinimumLife(4*time.Minute))
		if err != nil || lifetimeOf(t, long) != 5*time.Minute {
			t.Errorf("error %v, lifetime %v; want 5m0s", err, lifetimeOf(t, long))
		}
	}
	if calls := a.server.Calls(); calls[mintTemplate] != 1 || calls[mintToken] != 1 {
		t.Errorf("calls %v, want one minting of each", calls)
	}
	// Nobody named a lifetime, so it is the default, whatever is needed of it.
	if _, err := auth.Token(t.Context(), outgoing.Template("billing"), outgoing.MinimumLife(time.Hour)); !errors.Is(err, outgoing.ErrShortLived) {
		t.Errorf("error %v, want ErrShortLived", err)
	}
	if _, err := auth.Token(t.Context(), outgoing.Template("nowhere")); !errors.Is(err, outgoing.ErrUnknownTemplate) {
		t.Errorf("error %v, want ErrUnknownTemplate", err)
	}
	for _, lifetime := range []time.Duration{-time.Second, time.Second, 1500 * time.Millisecond, 11 * 365 * 24 * time.Hour} {
		if _, err := auth.Token(t.Context(), outgoing.Lifetime(lifetime)); err == nil {
			t.Errorf("lifetime %v: no error", lifetime)
		}
	}
}

// TestThereIsNoToken: each cause is told apart, and nothing but an outage looks like one.
func TestThereIsNoToken(t *testing.T) {
	t.Parallel()
	template := []outgoing.Option{outgoing.Template("billing")}
	for _, row := range []struct {
		name    string
		prepare func(t *testing.T, a *app) *ginclerk.Auth
		options []outgoing.Option
		want    error
	}{
		{"nobody", func(t *testing.T, a *app) *ginclerk.Auth { t.Helper(); return a.authOf(t) }, nil, ginclerk.ErrSignedOut},
		{"nobody at all", func(*testing.T, *app) *ginclerk.Auth { return &ginclerk.Auth{} }, nil, ginclerk.ErrSignedOut},
		{"a context of no request", func(t *testing.T, _ *app) *ginclerk.Auth { t.Helper(); return ginclerk.FromContext(t.Context()) }, nil, ginclerk.ErrSignedOut},
		{"a pending session", func(t *testing.T, a *app) *ginclerk.Auth {
			t.Helper()
			s := a.session(t, ada, clerktest.SessionOptions{})
			return a.authOf(t, bearer(a.mint(t, s.ID, clerktest.TokenOptions{Claims: map[string]any{"sts": "pending"}})))
		}, nil, ginclerk.ErrSignedOut},
		{"a machine", func(t *testing.T, a *app) *ginclerk.Auth {
			t.Helper()
			key, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada)})
			if err != nil {
				t.Fatal(err)
			}
			var auth *ginclerk.Auth
			run(a, func(c *ginContext) {
				a.clerk.RequireToken(ginclerk.APIKey)(c)
				auth = ginclerk.From(c)
			}, bearer(key.Secret), program)
			return auth
		}, nil, ginclerk.ErrNoSession},
		{"a token that names no session", func(t *testing.T, a *app) *ginclerk.Auth {
			t.Helper()
			config := configFor(a.server)
			config.Unsafe.AllowMissingSessionID = true
			a.clerk = newClerk(t, config)
			s := a.session(t, ada, clerktest.SessionOptions{})
			return a.authOf(t, bearer(a.mint(t, s.ID, clerktest.TokenOptions{Claims: map[string]any{"sid": nil}})))
		}, nil, ginclerk.ErrNoSession},
		{"a session that was ended at Clerk", func(t *testing.T, a *app) *ginclerk.Auth {
			t.Helper()
			auth := a.authOf(t, bearer(a.token(t, ada)))
			if err := a.server.RevokeSession(auth.SessionID); err != nil {
				t.Fatal(err)
			}
			return auth
		}, template, outgoing.ErrSessionEnded},
		{"a session that Clerk does not know any more", func(t *testing.T, a *app) *ginclerk.Auth {
			t.Helper()
			auth := a.authOf(t, bearer(a.token(t, ada)))
			if err := a.server.RemoveUser(auth.UserID); err != nil {
				t.Fatal(err)
			}
			return auth
		}, template, outgoing.ErrSessionEnded},
		{"a session that was ended here", func(t *testing.T, a *app) *ginclerk.Auth {
			t.Helper()
			auth := a.authOf(t, bearer(a.token(t, ada)))
			if err := a.clerk.Sessions().Revoke(t.Context(), auth.UserID, auth.SessionID); err != nil {
				t.Fatal(err)
			}
			return auth
		}, nil, outgoing.ErrSessionEnded},
		{"somebody else's session", func(t *testing.T, a *app) *ginclerk.Auth {
			t.Helper()
			s := a.session(t, bob, clerktest.SessionOptions{})
			return a.authOf(t, bearer(a.mint(t, s.ID, clerktest.TokenOptions{Claims: map[string]any{"sub": a.userID(t, ada)}})))
		}, template, outgoing.ErrSessionEnded},
		{"another organization than at Clerk", func(t *testing.T, a *app) *ginclerk.Auth {
			t.Helper()
			s := a.session(t, ada, clerktest.SessionOptions{})
			return a.authOf(t, bearer(a.mint(t, s.ID, clerktest.TokenOptions{Claims: map[string]any{"o": map[string]any{"id": "org_other", "slg": "other", "rol": "admin"}}})))
		}, template, outgoing.ErrOrganizationChanged},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			auth := row.prepare(t, a)
			got, err := auth.Token(t.Context(), row.options...)
			if got != "" || !errors.Is(err, row.want) {
				t.Errorf("token %t, error %v; want %v", got != "", err, row.want)
			}
			all := []error{ginclerk.ErrSignedOut, ginclerk.ErrNoSession, ginclerk.ErrClerkUnreachable, outgoing.ErrSessionEnded, outgoing.ErrUnavailable, outgoing.ErrOrganizationChanged}
			if n := len(slices.DeleteFunc(all, func(kind error) bool { return !errors.Is(err, kind) })); n != 1 {
				t.Errorf("error %v is of %d kinds", err, n)
			}
			if calls := a.server.Calls(); calls[mintToken]+calls[mintTemplate] != 0 {
				t.Error("Clerk was asked for a token all the same")
			}
		})
	}
}

func TestAnOutageWhileATokenIsMade(t *testing.T) {
	t.Parallel()
	for name, set := range outages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			own := a.token(t, ada)
			auth := a.authOf(t, bearer(own))
			set(a.server, true)
			if got, err := auth.Token(t.Context()); err != nil || got != own {
				t.Errorf("the request's own token needs nobody: error %v", err)
			}
			_, err := auth.Token(t.Context(), outgoing.Template("billing"))
			if !errors.Is(err, ginclerk.ErrClerkUnreachable) || errors.Is(err, outgoing.ErrSessionEnded) || errors.Is(err, ginclerk.ErrSignedOut) {
				t.Errorf("error %v, want ErrClerkUnreachable", err)
			}
			nobody := newApp(t) // has loaded no keys
			set(nobody.server, true)
			if _, err := nobody.authOf(t, bearer(nobody.token(t, ada))).Token(t.Context()); !errors.Is(err, ginclerk.ErrClerkUnreachable) {
				t.Errorf("nobody can tell who it is: error %v, want ErrClerkUnreachable", err)
			}
			set(a.server, false)
			if _, err := auth.Token(t.Context(), outgoing.Template("billing")); err != nil {
				t.Errorf("the outage was remembered: %v", err)
			}
		})
	}
}

// TestARefusedSecretKeyIsAnOutage: it says nothing about the session.
func TestARefusedSecretKeyIsAnOutage(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	auth := a.authOf(t, bearer(a.token(t, ada)))
	for _, operation := range []string{readSession, mintTemplate} {
		a.server.Fail(clerktest.Fault{Operation: operation, Times: 1, Status: http.StatusUnauthorized})
		if _, err := auth.Token(t.Context(), outgoing.Template("billing")); !errors.Is(err, ginclerk.ErrClerkUnreachable) {
			t.Errorf("%s: error %v, want ErrClerkUnreachable", operation, err)
		}
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := auth.Token(canceled, outgoing.Template("billing")); !errors.Is(err, context.Canceled) || errors.Is(err, ginclerk.ErrClerkUnreachable) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

// TestASessionThatEndsAtClerkBetweenQuestionAndToken: its 404 is no unknown template.
func TestASessionThatEndsAtClerkBetweenQuestionAndToken(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	auth := a.authOf(t, bearer(a.token(t, ada)))
	a.server.Fail(clerktest.Fault{Operation: mintToken, Times: 1, Status: http.StatusNotFound})
	if _, err := auth.Token(t.Context(), outgoing.Lifetime(time.Minute)); !errors.Is(err, outgoing.ErrSessionEnded) {
		t.Errorf("error %v, want ErrSessionEnded", err)
	}
}

func TestAnAuthNeverPrintsItsToken(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	own := a.token(t, ada)
	auth := a.authOf(t, bearer(own))
	for _, text := range []string{fmt.Sprintf("%v", auth), fmt.Sprintf("%+v", *auth), fmt.Sprintf("%#v", *auth), a.log.String()} {
		if strings.Contains(text, own) {
			t.Error("a token was printed")
		}
	}
}

// TestTransport calls a service of one's own from a handler.
func TestTransport(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	sent := &recordingTransport{}
	transport, err := a.clerk.Transport(sent, "https://api.example.com")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: transport}
	a.engine.GET("/call", a.clerk.Attach(), func(c *gin.Context) {
		r, err := http.NewRequestWithContext(c.Request.Context(), http.MethodGet, c.Query("url"), http.NoBody)
		if err != nil {
			c.String(http.StatusInternalServerError, "%v", err)
			return
		}
		response, err := client.Do(r)
		if err != nil {
			c.String(http.StatusBadGateway, "%v", err)
			return
		}
		_ = response.Body.Close()
		c.String(http.StatusOK, "called")
	})
	own := a.token(t, ada)
	for _, row := range []struct {
		name, address, authorization string
		options                      []option
		status                       int
	}{
		{"a listed service", "https://api.example.com/x", "Bearer " + own, []option{bearer(own)}, http.StatusOK},
		{"another service", "https://evil.example/x", "", []option{bearer(own)}, http.StatusOK},
		{"a listed service for nobody", "https://api.example.com/x", "", nil, http.StatusBadGateway},
		{"another service for nobody", "https://evil.example/x", "", nil, http.StatusOK},
	} {
		sent.last = nil
		got := a.ask(http.MethodGet, "/call?url="+queryEscape(row.address), append(row.options, program)...).wantStatus(t, row.status)
		if row.status != http.StatusOK {
			if sent.last != nil || !strings.Contains(got.Body.String(), ginclerk.ErrSignedOut.Error()) {
				t.Errorf("%s: sent: %t, error %s", row.name, sent.last != nil, got.Body)
			}
			continue
		}
		if authorization := sent.last.Header.Get("Authorization"); authorization != row.authorization {
			t.Errorf("%s: sent with %q, want %q", row.name, authorization, row.authorization)
		}
	}
	if _, err := a.clerk.Transport(nil, "http://api.example.com"); err == nil {
		t.Error("plain http was accepted")
	}
}

// recordingTransport answers everything, and keeps the request that it was sent.
type recordingTransport struct{ last *http.Request }

func (r *recordingTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	r.last = request
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: request, Header: http.Header{}}, nil
}

// TestATransportServesOneTenantAlone: no session of one instance goes out on the client of another.
func TestATransportServesOneTenantAlone(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	other := newClerk(t, ginclerk.Config{PublishableKey: a.server.PublishableKey(), SecretKey: a.server.SecretKey(), ClerkAPI: ginclerk.ClerkAPI{URL: a.server.BackendURL()}})
	sent := &recordingTransport{}
	transport, err := other.Transport(sent, "https://api.example.com")
	if err != nil {
		t.Fatal(err)
	}
	run(a, func(c *ginContext) {
		a.clerk.Attach()(c)
		r, err := http.NewRequestWithContext(c.Request.Context(), http.MethodGet, "https://api.example.com/", http.NoBody)
		if err != nil {
			t.Error(err)
			return
		}
		response, err := transport.RoundTrip(r)
		if err == nil {
			_ = response.Body.Close()
			t.Error("no error")
		}
	}, bearer(a.token(t, ada)), program)
	if sent.last != nil {
		t.Error("the request was sent")
	}
}
