package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// outage is a way in which Clerk can be away.
func outages() map[string]func(*clerktest.Server, bool) {
	return map[string]func(*clerktest.Server, bool){
		"unreachable": (*clerktest.Server).SetUnreachable,
		"unavailable": (*clerktest.Server).SetUnavailable,
	}
}

// TestAnOutageIsNoSignOut: while nobody can tell who a request is, it is told so, and all is well again by itself.
func TestAnOutageIsNoSignOut(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		// prepare returns the requests that need Clerk to be judged.
		prepare func(t *testing.T, a *app) [][]option
		target  string
	}{
		{"signing keys that can't be loaded", func(t *testing.T, a *app) [][]option {
			t.Helper()
			return [][]option{
				{a.visitor(t, ada).jar(), navigation},
				{a.visitor(t, ada).jar(), fetched},
				{a.visitor(t, ada).jar(), htmx},
				{a.visitor(t, ada).jar(), upgrade, header("Origin", ownOrigin)},
				{bearer(a.token(t, ada)), program},
			}
		}, "/guarded"},
		{"a token that can't be refreshed", func(t *testing.T, a *app) [][]option {
			t.Helper()
			a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada)) // keys are there
			v := a.visitor(t, ada)
			a.clock.Advance(2 * time.Minute)
			return [][]option{{v.jar(), navigation}, {v.jar(), fetched}, {v.jar(), htmx}}
		}, "/guarded"},
		{"a handshake's nonce that can't be exchanged", func(t *testing.T, a *app) [][]option {
			t.Helper()
			v := a.visitor(t, ada)
			delete(v.cookies, "__session")
			delete(v.cookies, a.clerk.PublishableKey().Suffixed("__session"))
			nonce := "nonce"
			back := v.ask(http.MethodGet, "/guarded", navigation).location(t).Query().Get("redirect_url")
			_, named, _ := strings.Cut(back, "?")
			if u := a.ask(http.MethodGet, "/__clerk/v1/client/handshake?redirect_url="+ownOrigin+"/guarded&format=nonce&__clerk_db_jwt="+v.agent.DevBrowser()).
				wantStatus(t, http.StatusTemporaryRedirect).location(t); u.Query().Get("__clerk_handshake_nonce") != "" {
				nonce = u.Query().Get("__clerk_handshake_nonce")
			}
			return [][]option{{v.jar(), navigation, query(named + "&__clerk_handshake_nonce=" + nonce)}}
		}, "/guarded"},
	} {
		for name, set := range outages() {
			t.Run(row.name+", "+name, func(t *testing.T) {
				t.Parallel()
				a := proxied(t)
				requests := row.prepare(t, a)
				set(a.server, true)
				for _, options := range requests {
					a.ask(http.MethodGet, row.target, options...).wantUnavailable(t)
				}
				a.ask(http.MethodGet, "/", requests[0]...).wantStatus(t, http.StatusOK).wantRan(t, true) // public pages go on
				set(a.server, false)
				a.clock.Advance(10 * time.Second) // the pause between attempts
				for _, options := range requests {
					got := a.ask(http.MethodGet, row.target, options...)
					if got.Code != http.StatusOK && got.Code != http.StatusTemporaryRedirect || strings.Contains(got.Header().Get("Location"), "/sign-in") {
						t.Errorf("no recovery: status %d, location %q, body %s", got.Code, got.Header().Get("Location"), got.Body)
					}
				}
			})
		}
	}
}

func query(raw string) option {
	return func(r *http.Request) { r.URL.RawQuery = raw }
}

// TestAFormPostedDuringAnOutage is answered 503 and not thrown away by a redirect.
func TestAFormPostedDuringAnOutage(t *testing.T) {
	t.Parallel()
	a := proxied(t)
	a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
	v := a.visitor(t, ada)
	a.clock.Advance(2 * time.Minute)
	a.server.SetUnreachable(true)
	a.ask(http.MethodPost, "/guarded", v.jar(), ownForm).wantUnavailable(t).wantHeader(t, "Content-Type", "text/html; charset=utf-8")
	a.server.SetUnreachable(false)
	a.ask(http.MethodPost, "/guarded", v.jar(), ownForm).wantSignedIn(t, a.userID(t, ada))
}

// TestAnOutageInEveryGuard: 503 and neither 401 nor 403.
func TestAnOutageInEveryGuard(t *testing.T) {
	t.Parallel()
	for name, guard := range map[string]func(*testing.T, *app) gin.HandlerFunc{
		"RequireSession": func(_ *testing.T, a *app) gin.HandlerFunc { return a.clerk.RequireSession() },
		"Require":        func(_ *testing.T, a *app) gin.HandlerFunc { return a.clerk.Require(ginclerk.Role("org:admin")) },
		"MaxTokenAge":    func(_ *testing.T, a *app) gin.HandlerFunc { return a.clerk.MaxTokenAge(time.Minute) },
		"Protect": func(t *testing.T, a *app) gin.HandlerFunc {
			t.Helper()
			protect, err := a.clerk.Protect(ginclerk.Rules{Admin: []string{"/guarded"}, UnauthorizedURL: "/unauthorized"})
			if err != nil {
				t.Fatal(err)
			}
			return protect
		},
	} {
		for _, behindAttach := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				a := newApp(t)
				if behindAttach {
					a.engine.Use(a.clerk.Attach())
				}
				a.engine.GET("/guarded", guard(t, a), whoami)
				v := a.visitor(t, ada)
				a.server.SetUnreachable(true)
				a.ask(http.MethodGet, "/guarded", v.jar(), navigation).wantUnavailable(t)
				got := a.ask(http.MethodGet, "/guarded", v.jar(), fetched).wantUnavailable(t)
				got.wantProblem(t, http.StatusServiceUnavailable, "Service unavailable")
			})
		}
	}
}

func TestAuthTellsThatClerkIsAway(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/", func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"away": ginclerk.From(c).Unavailable() != nil, "signedIn": ginclerk.From(c).SignedIn()})
	})
	v := a.visitor(t, ada)
	a.server.SetUnreachable(true)
	for _, options := range [][]option{{navigation}, {fetched}} {
		got := a.ask(http.MethodGet, "/", append(options, v.jar())...).wantStatus(t, http.StatusOK)
		if got.Body.String() != `{"away":true,"signedIn":false}` {
			t.Errorf("body %s", got.Body)
		}
	}
	if secret := a.server.SecretKey(); strings.Contains(a.log.String(), secret) || strings.Contains(a.log.String(), v.cookies["__session"]) {
		t.Errorf("a secret was logged: %s", a.log)
	}
}

// TestARefusedSecretKeyIsNoSignOut: it says nothing about the browser.
func TestARefusedSecretKeyIsNoSignOut(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.SecretKey = "sk_test_wrongwrongwrongwrongwrong" }))
	a.guarded(a.clerk.RequireSession())
	a.ask(http.MethodGet, "/guarded", a.visitor(t, ada).jar(), navigation).wantUnavailable(t)
}

// TestAnOutageWithAJWTKey matters only to what needs Clerk.
func TestAnOutageWithAJWTKey(t *testing.T) {
	t.Parallel()
	server := clerktest.New(t)
	config := configFor(server)
	config.Tokens.JWTKey = server.JWTKey()
	a := &app{server: server, clerk: newClerk(t, config), clock: server.Clock(), engine: gin.New()}
	a.guarded(a.clerk.RequireSession())
	token := a.token(t, ada)
	server.SetUnreachable(true)
	a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantSignedIn(t, a.userID(t, ada))
}
