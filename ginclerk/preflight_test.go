package ginclerk_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

const spaOrigin = "https://spa.example.com"

// preflight is a browser's question whether a script of another origin may ask.
func preflight(a *app) *answer {
	return a.ask(http.MethodOptions, "/guarded", header("Origin", "https://spa.example.com"),
		header("Access-Control-Request-Method", http.MethodPost), header("Sec-Fetch-Mode", "cors"), header("Sec-Fetch-Dest", "empty"))
}

// wantEndedPreflight checks that no handler ran for a preflight, and that nothing but the middleware in front has answered it.
func (r *answer) wantEndedPreflight(tb testing.TB) *answer {
	tb.Helper()
	r.wantStatus(tb, http.StatusNoContent).wantRan(tb, false)
	if r.Body.Len() > 0 || len(r.setCookies()) > 0 {
		tb.Errorf("a preflight was answered with %q and cookies %v", r.Body, r.setCookies())
	}
	return r
}

// allGuards are the guards of the package, none of which a preflight gets past.
func allGuards() map[string]func(*app) gin.HandlerFunc {
	return map[string]func(*app) gin.HandlerFunc{
		"RequireSession":    func(a *app) gin.HandlerFunc { return a.clerk.RequireSession() },
		"Require":           func(a *app) gin.HandlerFunc { return a.clerk.Require(ginclerk.Satisfies((*ginclerk.Auth).SignedIn)) },
		"Require a role":    func(a *app) gin.HandlerFunc { return a.clerk.Require(ginclerk.Role("org:admin")) },
		"RequireToken":      func(a *app) gin.HandlerFunc { return a.clerk.RequireToken() },
		"RequireToken, M2M": func(a *app) gin.HandlerFunc { return a.clerk.RequireToken(ginclerk.M2MToken) },
		"MaxTokenAge":       func(a *app) gin.HandlerFunc { return a.clerk.MaxTokenAge(time.Hour) },
		"MaxSessionAge":     func(a *app) gin.HandlerFunc { return a.clerk.MaxSessionAge(time.Hour) },
		"RateLimit":         func(a *app) gin.HandlerFunc { return a.clerk.RateLimit(1, time.Minute) },
		"RefuseCrossOrigin": func(a *app) gin.HandlerFunc { return a.clerk.RefuseCrossOrigin() },
	}
}

func TestAPreflightNeverReachesAHandlerBehindAGuard(t *testing.T) {
	t.Parallel()
	for name, guard := range allGuards() {
		for where, register := range map[string]func(*gin.Engine, ...gin.HandlerFunc){
			"a handler of every method": func(r *gin.Engine, h ...gin.HandlerFunc) { r.Any("/guarded", h...) },
			"a handler of OPTIONS":      func(r *gin.Engine, h ...gin.HandlerFunc) { r.OPTIONS("/guarded", h...) },
			"a handler in a group":      func(r *gin.Engine, h ...gin.HandlerFunc) { r.Group("", h[0]).Any("/guarded", h[1:]...) },
			"NoRoute":                   func(r *gin.Engine, h ...gin.HandlerFunc) { r.NoRoute(h...) },
			"NoMethod": func(r *gin.Engine, h ...gin.HandlerFunc) {
				r.HandleMethodNotAllowed = true
				r.GET("/guarded", h...)
				r.NoMethod(h...)
			},
		} {
			t.Run(name+", "+where, func(t *testing.T) {
				t.Parallel()
				a := newApp(t)
				register(a.engine, guard(a), whoami)
				for range 3 { // a question is not counted, either
					preflight(a).wantEndedPreflight(t)
				}
			})
		}
	}
}

func TestCredentialsDoNotGetAPreflightPastAGuard(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	for _, credential := range []option{bearer(a.token(t, ada)), a.visitor(t, ada).jar()} {
		a.ask(http.MethodOptions, "/guarded", credential, header("Access-Control-Request-Method", "GET")).wantStatus(t, http.StatusNoContent).wantRan(t, false)
	}
}

func TestRulesEndAPreflightWhereTheyNeedASession(t *testing.T) {
	t.Parallel()
	a := newApp(t).ruled(t, ginclerk.Rules{Public: []string{"/open(.*)"}, Admin: []string{"/admin(.*)"}, API: []string{"/api/(.*)"}})
	for _, path := range []string{"/open/x", "/admin/users", "/api/x", "/other"} {
		a.engine.Any(path, whoami)
	}
	a.engine.NoRoute(whoami)
	ask := func(path string) *answer {
		return a.ask(http.MethodOptions, path, header("Origin", spaOrigin), header("Access-Control-Request-Method", "PUT"))
	}
	for _, path := range []string{"/admin/users", "/api/x", "/other", "/nowhere"} {
		ask(path).wantEndedPreflight(t)
	}
	ask("/open/x").wantRan(t, true).wantStatus(t, http.StatusOK)
}

func TestOptionsThatIsNoPreflightIsARequestLikeOthers(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	a.ask(http.MethodOptions, "/guarded", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	a.ask(http.MethodOptions, "/guarded", program, header("Access-Control-Request-Method", "")).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	a.ask(http.MethodPost, "/guarded", program, header("Access-Control-Request-Method", "POST")).wantRan(t, false)
	a.ask(http.MethodOptions, "/guarded", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
}

// cors answers for one origin as CORS middleware for Gin does: it says what it allows, and ends preflights itself or passes them on.
func cors(endsPreflights bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.GetHeader("Origin") != spaOrigin {
			return
		}
		c.Writer.Header().Add("Vary", "Origin")
		c.Header("Access-Control-Allow-Origin", spaOrigin)
		c.Header("Access-Control-Allow-Credentials", "true")
		if c.Request.Method == http.MethodOptions {
			c.Header("Access-Control-Allow-Methods", "GET, POST")
			c.Header("Access-Control-Max-Age", "600")
			if endsPreflights {
				c.AbortWithStatus(http.StatusNoContent)
			}
		}
	}
}

func TestCORSMiddlewareInFrontOfTheGuardsAnswersPreflights(t *testing.T) {
	t.Parallel()
	for name, endsPreflights := range map[string]bool{"that ends preflights itself": true, "that passes preflights on": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.Use(cors(endsPreflights), a.clerk.Attach())
			a.engine.Any("/guarded", a.clerk.RequireSession(), whoami)
			got := preflight(a).wantEndedPreflight(t)
			for name, want := range map[string]string{
				"Access-Control-Allow-Origin": spaOrigin, "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Methods": "GET, POST",
				"Access-Control-Max-Age": "600",
			} {
				got.wantHeader(t, name, want)
			}
			a.ask(http.MethodPost, "/guarded", program, header("Origin", spaOrigin), bearer(a.token(t, ada))).
				wantSignedIn(t, a.userID(t, ada)).wantHeader(t, "Access-Control-Allow-Origin", spaOrigin)
		})
	}
}
