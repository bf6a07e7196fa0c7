package ginclerk_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/token"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

// What is asked in the name of nobody never panics and never succeeds.
func TestNobodyHasNothing(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	var nobody ginclerk.Auth
	if _, err := nobody.Token(t.Context()); !errors.Is(err, ginclerk.ErrSignedOut) {
		t.Errorf("a token of nobody: %v", err)
	}
	transport, err := a.clerk.Transport(nil, "https://api.example.com")
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.example.com/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := transport.RoundTrip(r); err == nil {
		_ = res.Body.Close()
		t.Error("a request of nobody was sent")
	} else if !errors.Is(err, ginclerk.ErrSignedOut) {
		t.Errorf("a request of nobody: %v", err)
	}
	run(a, func(c *ginContext) {
		if list, err := parking.Waiting(exchangeOf(a.clerk, c)); err != nil || len(list) != 0 {
			t.Errorf("forms of nobody: %v, %v", list, err)
		}
		if err := parking.Send(exchangeOf(a.clerk, c), ""); err == nil {
			t.Error("a form of nobody was sent")
		}
		if err := a.clerk.SwitchSession(c, a.session(t, bob, clerktest.SessionOptions{}).ID, "/"); err == nil {
			t.Error("nobody has switched")
		}
		if _, err := serve(a.clerk, c).StartVerification(token.FirstFactor); err == nil {
			t.Error("nobody began a verification")
		}
	}, navigation)
}

// Errors of a connection name the address that was asked for, and that has the ids of sessions in it.
func TestOutagesLogNoSessions(t *testing.T) {
	t.Parallel()
	cut := &cutConnection{}
	a, v := household(t, configured(func(c *ginclerk.Config) { c.ClerkAPI.HTTPClient = &http.Client{Transport: cut} }))
	a.engine.Use(func(c *gin.Context) {
		c.Next()
		if text := c.Errors.String(); strings.Contains(text, "sess_") {
			t.Errorf("gin's log would have: %s", text)
		}
	})
	a.engine.GET("/young", a.clerk.MaxSessionAge(time.Hour), whoami)
	a.engine.GET("/token", a.clerk.RequireSession(), func(c *gin.Context) {
		_, err := ginclerk.From(c).Token(c.Request.Context(), outgoing.Template("billing"))
		if err == nil || strings.Contains(err.Error(), "sess_") {
			t.Errorf("the error is %v", err)
		}
	})
	tokenendpoint.Mount(a.engine, a.clerk, tokenendpoint.Config{Templates: []string{"billing"}})
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	cut.now.Store(true)
	v.ask(http.MethodGet, "/young", navigation).wantStatus(t, http.StatusServiceUnavailable)
	v.ask(http.MethodGet, "/token", navigation)
	v.ask(http.MethodPost, "/sessions/token", fetched, header("X-Requested-With", "ginclerk"), body(`{"template":"billing"}`)).
		wantStatus(t, http.StatusServiceUnavailable)
	cut.now.Store(false)
	v.switchTo(t, ada)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	cut.now.Store(true)
	a.clock.Advance(time.Minute)
	v.renewed(t)
	v.ask(http.MethodGet, "/guarded", navigation).wantStatus(t, http.StatusServiceUnavailable)
	for _, session := range []string{a.sessionOf(t, ada).ID, a.sessionOf(t, bob).ID} {
		for line := range strings.Lines(a.log.String()) {
			if strings.Contains(line, session) {
				t.Errorf("logged: %s", line)
			}
		}
	}
}

// cutConnection is a connection to Clerk that can be cut.
type cutConnection struct{ now atomic.Bool }

func (c *cutConnection) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.now.Load() {
		return nil, errors.New("connection refused")
	}
	return http.DefaultTransport.RoundTrip(r)
}
