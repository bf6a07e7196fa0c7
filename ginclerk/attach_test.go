package ginclerk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func TestAttachNeverTurnsAnyoneAway(t *testing.T) {
	t.Parallel()
	a := newApp(t).attached()
	v := a.visitor(t, ada)
	signedOut := a.visitor(t)
	for _, row := range []struct {
		name, method string
		options      []option
		want         string
	}{
		{"a browser with nothing, as a script", http.MethodGet, []option{fetched}, "nobody: dev-browser-missing"},
		{"a program", http.MethodGet, []option{program}, "nobody: dev-browser-missing"},
		{"a browser in which nobody is signed in", http.MethodGet, []option{navigation, signedOut.jar()}, "nobody: session-token-and-uat-missing"},
		{"a post from another site", http.MethodPost, []option{navigation, header("Origin", evilOrigin)}, "nobody: dev-browser-missing"},
		{"a preflight", http.MethodOptions, []option{header("Access-Control-Request-Method", "POST")}, "nobody: dev-browser-missing"},
		{"a garbled bearer token", http.MethodGet, []option{bearer("x.y.z")}, "nobody: token-invalid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := a.ask(row.method, "/", row.options...).wantStatus(t, http.StatusOK).wantRan(t, true)
			if got.Body.String() != row.want {
				t.Errorf("body %q, want %q", got.Body.String(), row.want)
			}
		})
	}
	a.ask(http.MethodGet, "/", navigation, v.jar()).wantSignedIn(t, a.userID(t, ada))
	a.ask(http.MethodGet, "/", program, bearer(a.token(t, bob))).wantSignedIn(t, a.userID(t, bob))
}

func TestFromWithoutAttachIsNobody(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/", whoami)
	a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada))).wantNobody(t, string(reason.NotAttached))
	if auth := ginclerk.FromContext(t.Context()); auth == nil || auth.SignedIn() || auth.ByCookie() || auth.Unavailable() != nil {
		t.Errorf("FromContext of a bare context: %+v, want nobody", auth)
	}
}

func TestFromAndFromContextAgree(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/", func(c *gin.Context) {
		if ginclerk.From(c) != ginclerk.FromContext(c.Request.Context()) {
			t.Error("From and FromContext differ")
		}
		auth := ginclerk.From(c)
		c.JSON(http.StatusOK, gin.H{
			"user": auth.UserID, "slug": auth.OrganizationSlug, "role": auth.OrganizationRole, "cookie": auth.ByCookie(),
			"email": auth.Claims.Raw()["email"], "status": auth.SessionStatus,
		})
	})
	got := a.ask(http.MethodGet, "/", bearer(a.token(t, ada))).wantStatus(t, http.StatusOK).Body.String()
	want := `{"cookie":false,"email":"ada@example.com","role":"org:admin","slug":"acme","status":"active","user":"` + a.userID(t, ada) + `"}`
	if got != want {
		t.Errorf("auth %s, want %s", got, want)
	}
}

func TestAPendingSessionCountsAsNobody(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	pending := a.session(t, mia, clerktest.SessionOptions{Status: "pending"})
	token := a.mint(t, pending.ID, clerktest.TokenOptions{})
	a.ask(http.MethodGet, "/", program, bearer(token)).wantNobody(t, "ginclerk-session-pending")
	a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	got := a.ask(http.MethodGet, "/guarded", navigation, bearer(token)).wantStatus(t, http.StatusTemporaryRedirect).location(t)
	if got.Path != "/sign-in/tasks" {
		t.Errorf("leads to %s, want the tasks of the sign-in page", got)
	}
}

func TestResponsesVaryByCredential(t *testing.T) {
	t.Parallel()
	a := newApp(t).attached()
	v := a.visitor(t, ada)
	for name, options := range map[string][]option{
		"signed in":      {navigation, v.jar()},
		"nobody":         {program},
		"on a handshake": {navigation},
	} {
		vary := strings.Join(a.ask(http.MethodGet, "/", options...).Header().Values("Vary"), ", ")
		if !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Authorization") {
			t.Errorf("%s: Vary is %q", name, vary)
		}
	}
}

// TestAttachKeepsTheVaryOfOthers: a response that varies by more than the credential still does.
func TestAttachKeepsTheVaryOfOthers(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(func(c *gin.Context) { c.Header("Vary", "Accept-Language") }, a.clerk.Attach())
	a.engine.GET("/", whoami)
	if got := a.ask(http.MethodGet, "/", program).Header().Values("Vary"); !slices.Contains(got, "Accept-Language") {
		t.Errorf("Vary is %q", got)
	}
}

func TestAttachLeavesExemptPrefixesAlone(t *testing.T) {
	t.Parallel()
	for name, order := range map[string]func(*app){
		"mounted before": func(a *app) {
			a.clerk.Exempt("/static/")
			a.clerk.MountProxy(a.engine)
			a.engine.GET("/static/*file", whoami)
			a.engine.Use(a.clerk.Attach())
			a.engine.GET("/statically", whoami)
		},
		"mounted behind": func(a *app) {
			a.engine.Use(a.clerk.Attach())
			a.engine.GET("/statically", whoami)
			a.engine.GET("/static/*file", whoami)
			a.clerk.MountProxy(a.engine)
			a.clerk.Exempt("/static")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			order(a)
			got := a.ask(http.MethodGet, "/static/app.css", navigation).wantNobody(t, string(reason.NotAttached))
			got.wantHeader(t, "Vary", "").wantHeader(t, "X-Clerk-Auth-Status", "")
			a.ask(http.MethodGet, "/statically", navigation).wantHandshake(t, "dev-browser-missing")
			a.ask(http.MethodGet, "/__clerk/v1/environment", navigation).wantStatus(t, http.StatusOK)
			handshake := a.ask(http.MethodGet, "/__clerk/v1/client/handshake?redirect_url="+ownOrigin+"/", navigation)
			if next := handshake.wantStatus(t, http.StatusTemporaryRedirect).location(t); next.Path != "/" {
				t.Errorf("a handshake was handshaken again: %s", next)
			}
		})
	}
}

func TestDotSegmentsAreNeverExempt(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.clerk.Exempt("/static")
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/static/*file", whoami)
	for _, target := range []string{"/static/../admin", "/static/./x", "/static/%2e%2e/admin", "/static/a/..%2fb"} {
		a.ask(http.MethodGet, target, navigation).wantStatus(t, http.StatusTemporaryRedirect)
	}
}

func TestAResponseThatIsWrittenAlreadyIsLeftAlone(t *testing.T) {
	t.Parallel()
	early := func(c *gin.Context) { c.String(http.StatusTeapot, "early") }
	a := newApp(t)
	after := func(*gin.Context) {}
	a.engine.GET("/attached", early, a.clerk.Attach(), after)
	a.engine.GET("/guarded", early, a.clerk.RequireSession(), whoami)
	a.engine.GET("/required", early, a.clerk.Require(ginclerk.Role("org:admin")), whoami)
	a.engine.GET("/aged", early, a.clerk.MaxTokenAge(time.Hour), whoami)
	a.engine.POST("/refused", early, a.clerk.RefuseCrossOrigin(), whoami)
	v := a.visitor(t, ada)
	const reason = "ginclerk-headers-already-sent"
	for i, row := range []struct{ method, path string }{
		{http.MethodGet, "/attached"},
		{http.MethodGet, "/guarded"},
		{http.MethodGet, "/required"},
		{http.MethodGet, "/aged"},
		{http.MethodPost, "/refused"},
	} {
		for range 3 {
			got := a.ask(row.method, row.path, navigation, v.jar(), header("Origin", evilOrigin))
			got.wantStatus(t, http.StatusTeapot).wantRan(t, false).wantHeader(t, "Location", "").wantHeader(t, "Vary", "")
			if got.Body.String() != "early" || len(got.setCookies()) > 0 {
				t.Errorf("%s: something was written: %q", row.path, got.Body.String())
			}
		}
		if n := a.log.count(reason); n != i+1 {
			t.Errorf("logged %d times after %s, want once per route: %s", n, row.path, a.log)
		}
	}
}

// TestABegunResponseGetsNobodyPastAGuard: that nothing can be answered any more must never mean that a request may pass.
func TestABegunResponseGetsNobodyPastAGuard(t *testing.T) {
	t.Parallel()
	early := func(c *gin.Context) { c.String(http.StatusTeapot, "early") }
	ranBehind := func(c *gin.Context) { c.String(http.StatusOK, " and the handler for %q", ginclerk.From(c).UserID) }
	other := newApp(t)
	for _, row := range []struct {
		name  string
		front func(*app) []gin.HandlerFunc
	}{
		{"RateLimit", func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{early, a.clerk.RateLimit(100, time.Minute)}
		}},
		{"RateLimit behind a session", func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.RequireSession(), early, a.clerk.RateLimit(100, time.Minute)}
		}},
		{"another Clerk's session", func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{other.clerk.Attach(), early, a.clerk.RequireSession()}
		}},
		{"a session where an API key is asked for", func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), early, a.clerk.RequireToken(ginclerk.APIKey)}
		}},
		{"a session where any token is asked for", func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), early, a.clerk.RequireToken()}
		}},
		{"a session that is too old", func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), early, a.clerk.MaxSessionAge(-time.Second)}
		}},
		{"a role that is missing", func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), early, a.clerk.Require(ginclerk.Role("org:owner"))}
		}},
		{"a proof that is missing", func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.Attach(), early, a.clerk.Require(ginclerk.ReverifiedWithin(token.FirstFactor, -time.Minute))}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/", append(row.front(a), ranBehind)...)
			for name, sender := range map[string]option{
				"a browser":                     func(r *http.Request) { a.visitor(t, ada).jar()(r); other.visitor(t, ada).jar()(r); navigation(r) },
				"a program":                     bearer(a.token(t, ada)),
				"a program of another instance": bearer(other.token(t, ada)),
			} {
				got := a.ask(http.MethodGet, "/", sender)
				if got.Code == http.StatusTeapot && got.Body.String() != "early" {
					t.Errorf("%s: %q", name, got.Body)
				}
			}
		})
	}
}

// TestAnotherClerksUserIsNobodyHereOnceAResponseHasBegun, on public routes too.
func TestAnotherClerksUserIsNobodyHereOnceAResponseHasBegun(t *testing.T) {
	t.Parallel()
	a, other := newApp(t), newApp(t)
	a.engine.GET("/", other.clerk.Attach(), func(c *gin.Context) { c.Writer.WriteHeaderNow() }, a.clerk.Attach(), whoami)
	a.ask(http.MethodGet, "/", bearer(other.token(t, ada))).wantNobody(t, "ginclerk-headers-already-sent")
}

func TestHeadIsRefreshedAndNeverHandshaken(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	a.ask(http.MethodHead, "/", navigation).wantNobody(t, "dev-browser-missing")
	v := a.visitor(t, ada)
	a.clock.Advance(2 * time.Minute)
	got := v.ask(http.MethodHead, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	if got.setCookies()["__session"] == nil {
		t.Error("HEAD with an expired token got no fresh one")
	}
	a.clock.Advance(2 * time.Minute)
	dropRefresh(v)
	v.ask(http.MethodHead, "/", navigation).wantNobody(t, "session-token-expired-refresh-non-eligible-no-refresh-cookie")
}

func dropRefresh(v *visitor) {
	for name := range v.cookies {
		if strings.HasPrefix(name, "__refresh") {
			delete(v.cookies, name)
		}
	}
}

func TestARevokedSessionIsRefusedAtTheNextRequest(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	session := a.server.Sessions(a.userID(t, ada))[0]
	token := a.mint(t, session.ID, clerktest.TokenOptions{})
	if err := a.clerk.Sessions().Revoke(t.Context(), session.UserID, session.ID); err != nil {
		t.Fatal(err)
	}
	a.ask(http.MethodGet, "/guarded", v.jar(), fetched).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	a.ask(http.MethodPost, "/guarded", v.jar(), ownForm).wantStatus(t, http.StatusSeeOther).wantRan(t, false)
	a.ask(http.MethodHead, "/guarded", v.jar(), navigation).wantStatus(t, http.StatusTemporaryRedirect).wantRan(t, false)
	a.ask(http.MethodGet, "/guarded", v.jar(), navigation).wantHandshake(t, "ginclerk-session-revoked")
	got := a.ask(http.MethodGet, "/guarded", v.jar(), htmx).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	if !strings.HasPrefix(got.Header().Get("HX-Redirect"), ownOrigin+"/sign-in?") {
		t.Errorf("HX-Redirect is %q", got.Header().Get("HX-Redirect"))
	}
}
