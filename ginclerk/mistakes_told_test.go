package ginclerk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// wrongly is a request to an application with a mistake in it.
type wrongly struct {
	method, target string
	options        []option
}

// TestAMistakeInTheWiringIsTold by one line in the log, however often it is met, or by the answer.
func TestAMistakeInTheWiringIsTold(t *testing.T) {
	t.Parallel()
	get := func(options ...option) wrongly { return wrongly{http.MethodGet, "/x", options} }
	for _, row := range []struct {
		name   string
		setup  []setup
		wire   func(*testing.T, *app) wrongly
		status int
		answer string // in the answer; empty: the log tells it
		log    string // in one line of the log; empty: the answer tells it
	}{
		{
			"a guard stands behind the handler", nil,
			func(_ *testing.T, a *app) wrongly {
				a.engine.GET("/x", whoami, a.clerk.RequireSession())
				return get(navigation)
			},
			http.StatusOK, "", "headers already sent",
		},
		{
			"Attach is used behind the route", nil,
			func(_ *testing.T, a *app) wrongly {
				a.engine.GET("/x", whoami)
				a.engine.Use(a.clerk.Attach())
				return get(navigation)
			},
			http.StatusOK, "nobody: ginclerk-not-attached", "",
		},
		{
			"no Attach is in front of a handler that asks who it is", nil,
			func(_ *testing.T, a *app) wrongly { a.engine.GET("/x", whoami); return get(program) },
			http.StatusOK, "nobody: ginclerk-not-attached", "",
		},
		{
			"the application is behind a proxy that Gin is not told to trust",
			[]setup{production()},
			func(_ *testing.T, a *app) wrongly {
				a.engine.GET("/x", a.clerk.Attach(), whoami)
				return get(program, header("X-Forwarded-Proto", "https"), header("X-Forwarded-For", "203.0.113.7"))
			},
			http.StatusOK, "", "SetTrustedProxies",
		},
		{
			"the port in Origins is wrong", nil,
			func(_ *testing.T, a *app) wrongly {
				a.engine.GET("/x", a.clerk.RequireSession(), whoami)
				return get(navigation, host("localhost:8081"))
			},
			http.StatusTemporaryRedirect, "", "none of Origins",
		},
		{
			"the proxy of ProxyURL is not mounted", nil,
			func(_ *testing.T, a *app) wrongly {
				a.attached()
				return wrongly{http.MethodGet, "/__clerk/v1/client/handshake", []option{navigation}}
			},
			http.StatusNotFound, "", "call MountProxy",
		},
		{
			"a limit has numbers that make none", nil,
			func(_ *testing.T, a *app) wrongly {
				a.engine.GET("/x", a.clerk.RateLimit(0, time.Second), whoami)
				return get(program)
			},
			http.StatusServiceUnavailable, "", "numbers that make no limit",
		},
		{
			"Require has no requirement",
			[]setup{production()},
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.engine.GET("/x", a.clerk.Require(), whoami)
				return get(program, bearer(a.token(t, ada)))
			},
			http.StatusForbidden, "", "refuses everybody",
		},
		{
			"a role is in upper case", nil,
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.engine.GET("/x", a.clerk.Require(ginclerk.Role("org:Admin")), whoami)
				return get(program, bearer(a.token(t, ada)))
			},
			http.StatusForbidden, "", "upper and lower case",
		},
		{
			"a role is required of a user without an active organization", nil,
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.ruled(t, ginclerk.Rules{Admin: []string{"/x"}})
				a.engine.GET("/x", whoami)
				return get(program, bearer(a.token(t, mia)))
			},
			http.StatusForbidden, "", "active organization",
		},
		{
			"a role that the user does not have is no mistake", nil,
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.engine.GET("/x", a.clerk.Require(ginclerk.Role("org:admin")), whoami)
				return get(program, bearer(a.token(t, bob)))
			},
			http.StatusForbidden, "ginclerk-requirement-not-met", "",
		},
		{
			"CORS middleware stands behind the guard", nil,
			func(_ *testing.T, a *app) wrongly {
				cors := func(c *gin.Context) { c.Header("Access-Control-Allow-Origin", "https://app.example") }
				a.engine.Any("/x", a.clerk.RequireSession(), cors, whoami)
				return wrongly{http.MethodOptions, "/x", []option{header("Origin", "https://app.example"), header("Access-Control-Request-Method", "POST")}}
			},
			http.StatusNoContent, "", "put CORS middleware in front",
		},
		{
			"a webhook is behind a guard", nil,
			func(_ *testing.T, a *app) wrongly {
				a.engine.POST("/x", a.clerk.RequireSession(), whoami)
				return wrongly{http.MethodPost, "/x", []option{program, header("Svix-Id", "msg_1"), body("{}")}}
			},
			http.StatusUnauthorized, "", "turns a webhook away",
		},
		{
			"a webhook is not exempt from rules", nil,
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.ruled(t, ginclerk.Rules{})
				a.engine.POST("/x", whoami)
				return wrongly{http.MethodPost, "/x", []option{program, header("Svix-Id", "msg_1"), body("{}")}}
			},
			http.StatusUnauthorized, "", "name its path to Exempt",
		},
		{
			"a webhook is signed with the secret of another endpoint", nil,
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				receiver, err := webhook.New(webhook.Config{Secrets: []string{webhookSecret}, Revocations: a.clerk})
				if err != nil {
					t.Fatal(err)
				}
				a.engine.POST("/x", gin.WrapH(receiver))
				return wrongly{http.MethodPost, "/x", []option{header("Svix-Id", "msg_1"), header("Svix-Timestamp", "1"), header("Svix-Signature", "v1,x"), body("{}")}}
			},
			http.StatusBadRequest, "signature", "",
		},
		{
			"the sign-in page is behind a guard",
			[]setup{production()},
			func(_ *testing.T, a *app) wrongly {
				a.engine.GET("/sign-in", a.clerk.RequireSession(), whoami)
				return wrongly{http.MethodGet, "/sign-in", []option{navigation}}
			},
			http.StatusUnauthorized, "ginclerk-sign-in-guarded", "the page must be public",
		},
		{
			"the clock is ten minutes ahead",
			[]setup{production(), clockOff(10 * time.Minute)},
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.guarded(a.clerk.RequireSession())
				return wrongly{http.MethodGet, "/guarded", []option{program, bearer(a.token(t, ada))}}
			},
			http.StatusUnauthorized, "session-token-expired", "ahead=9m59s",
		},
		{
			"the clock is ten minutes behind",
			[]setup{production(), clockOff(-10 * time.Minute)},
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.guarded(a.clerk.RequireSession())
				return wrongly{http.MethodGet, "/guarded", []option{program, bearer(a.token(t, ada))}}
			},
			http.StatusUnauthorized, "session-token-nbf", "ahead=-10m0s",
		},
		{
			"the public key is that of another instance",
			[]setup{configured(func(c *ginclerk.Config) { c.Tokens.JWTKey = otherPublicKey })},
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.guarded(a.clerk.RequireSession())
				return wrongly{http.MethodGet, "/guarded", []option{program, bearer(a.token(t, ada))}}
			},
			http.StatusUnauthorized, "token-invalid-signature", "requests count as signed out. This instance did not make the token",
		},
		{
			"a Clerk is used after Close", nil,
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				a.guarded(a.clerk.RequireSession())
				asked := get(program, bearer(a.token(t, ada)))
				asked.target = "/guarded"
				for range 2 {
					if err := a.clerk.Close(t.Context()); err != nil {
						t.Error(err)
					}
				}
				return asked
			},
			http.StatusServiceUnavailable, "ginclerk-clerk-unavailable", "requests count as signed out. Clerk could not be reached",
		},
		{
			"a path is exempt without a slash in front", nil,
			func(_ *testing.T, a *app) wrongly {
				a.clerk.Exempt("static")
				a.attached()
				a.engine.GET("/static/*file", whoami)
				return wrongly{http.MethodGet, "/static/app.css", []option{navigation}}
			},
			http.StatusOK, "nobody: ginclerk-not-attached", "",
		},
		{
			"a pattern is exempt", nil,
			func(_ *testing.T, a *app) wrongly {
				a.clerk.Exempt("/static/*file", "/", "/orgs/:slug")
				a.attached()
				return wrongly{http.MethodGet, "/", []option{program}}
			},
			http.StatusOK, "", "Exempt takes prefixes",
		},
		{
			"middleware reads a form in front of the guard", nil,
			func(t *testing.T, a *app) wrongly {
				t.Helper()
				if _, err := pages.Mount(a.engine, a.clerk, pages.Options{}); err != nil {
					t.Fatal(err)
				}
				reading := func(c *gin.Context) { _, _ = c.GetRawData() }
				a.engine.POST("/x", reading, a.clerk.RequireSession(), whoami)
				return wrongly{http.MethodPost, "/x", []option{ownForm, body("a=1")}}
			},
			http.StatusUnauthorized, "Your form wasn’t sent", "",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, row.setup...)
			asked := row.wire(t, a)
			var got *answer
			for range 3 {
				got = a.ask(asked.method, asked.target, asked.options...).wantStatus(t, row.status)
			}
			if !strings.Contains(got.Body.String(), row.answer) {
				t.Errorf("the answer is %s, want %q", got.Body, row.answer)
			}
			if lines := linesWith(a.log.String(), row.log); row.log != "" && len(lines) != 1 {
				t.Errorf("%d lines have %q, want 1:\n%s", len(lines), row.log, a.log)
			}
			if row.status != http.StatusOK {
				got.wantRan(t, false)
			}
		})
	}
}

// clockOff makes the application's clock another one than Clerk's.
func clockOff(ahead time.Duration) setup {
	return configured(func(c *ginclerk.Config) {
		clerks := c.Now
		c.Now = func() time.Time { return clerks().Add(ahead) }
	})
}

// TestWhoCannotBeSignedInIsToldWhy: the browser does not go round in circles. It is at the sign-in page three times at most.
func TestWhoCannotBeSignedInIsToldWhy(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		setup    []setup
		forgets  bool // the browser keeps no cookies
		guarded  bool // the sign-in page needs a session itself
		says     string
		signedIn int // how often the browser may be at the sign-in page
		users    []string
	}{
		{"a browser that keeps no cookies, in development", nil, true, false, "Cookies are needed", 0, []string{ada}},
		{"a browser that keeps no cookies, in production", []setup{production()}, true, false, "Cookies are needed", 3, []string{ada}},
		{"a clock that is ahead, in development", []setup{clockOff(10 * time.Minute)}, false, false, "check the clock of the server", 3, []string{ada}},
		{"a clock that is ahead, in production", []setup{production(), clockOff(10 * time.Minute)}, false, false, "check the clock of the server", 3, []string{ada}},
		{"a clock that is behind, in development", []setup{clockOff(-10 * time.Minute)}, false, false, "check the clock of the server", 3, []string{ada}},
		{"a clock that is behind, in production", []setup{production(), clockOff(-10 * time.Minute)}, false, false, "check the clock of the server", 3, []string{ada}},
		{"a sign-in page that needs a session", nil, false, true, "serve the sign-in page", 1, nil},
		{"a sign-in page that needs a session, in production, and no cookies", []setup{production()}, true, true, "serve the sign-in page", 1, nil},
		{"a public key of another instance", []setup{configured(func(c *ginclerk.Config) { c.Tokens.JWTKey = otherPublicKey })}, false, false, "the same Clerk instance", 3, []string{ada}},
		{"a public key of another instance, in production", []setup{production(), configured(func(c *ginclerk.Config) { c.Tokens.JWTKey = otherPublicKey })}, false, false, "the same Clerk instance", 3, []string{ada}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, row.setup...)
			a.guarded(a.clerk.RequireSession())
			signIn := []gin.HandlerFunc{whoami}
			if row.guarded {
				signIn = []gin.HandlerFunc{a.clerk.RequireSession(), whoami}
			}
			a.engine.GET("/sign-in", signIn...)
			a.clerk.MountProxy(a.engine)
			end, visits := a.visitor(t, row.users...).inVain(t, "/guarded", row.forgets)
			if end.Code != http.StatusUnauthorized || !strings.Contains(end.Body.String(), row.says) || visits > row.signedIn {
				t.Errorf("%d after %d visits of the sign-in page, want 401 that says %q: %s", end.Code, visits, row.says, end.Body)
			}
		})
	}
}

// inVain follows redirects, and signs in each time it is asked to, which changes nothing. It returns the answer at the end, and how often
// the browser was at the sign-in page.
func (v *visitor) inVain(t *testing.T, target string, forgets bool) (end *answer, visits int) {
	t.Helper()
	referer := ""
	for range 100 {
		if forgets {
			clear(v.cookies)
		}
		got := v.ask(http.MethodGet, target, navigation, header("Referer", referer))
		at := got.request.URL
		next := got.Header().Get("Location")
		if at.Path == "/sign-in" {
			referer = ownOrigin + "/sign-in"
			if got.Code == http.StatusOK || next == "" {
				visits++
				next = at.Query().Get("redirect_url")
			}
			if got.Code == http.StatusUnauthorized {
				return got, visits
			}
		}
		if next == "" {
			return got, visits
		}
		target = strings.TrimPrefix(next, ownOrigin)
	}
	t.Fatalf("goes round in circles: %s", target)
	return nil, 0
}

// TestWhatLooksLikeAMistakeWorks, so that it need not be told.
func TestWhatLooksLikeAMistakeWorks(t *testing.T) {
	t.Parallel()
	for name, try := range map[string]func(*testing.T, *app){
		"a goroutine has a copy of Gin's context, or the request's, after the answer": func(t *testing.T, a *app) {
			t.Helper()
			var copied *gin.Context
			var request *http.Request
			a.engine.GET("/x", a.clerk.Attach(), func(c *gin.Context) { copied, request = c.Copy(), c.Request })
			a.ask(http.MethodGet, "/x", program, bearer(a.token(t, ada)))
			first, kept := copied, request
			a.ask(http.MethodGet, "/x", program, bearer(a.token(t, bob))) // Gin may use its context again
			for _, auth := range []*ginclerk.Auth{ginclerk.From(first), ginclerk.FromContext(first), ginclerk.FromContext(kept.Context())} {
				if auth.UserID != a.userID(t, ada) {
					t.Errorf("%v, want Ada", auth)
				}
			}
		},
		"one Clerk serves two engines": func(t *testing.T, a *app) {
			t.Helper()
			for range 2 {
				engine := *a
				engine.engine = gin.New()
				engine.guarded(a.clerk.RequireSession())
				engine.ask(http.MethodGet, "/guarded", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
			}
		},
		"two Clerks have the same keys": func(t *testing.T, a *app) {
			t.Helper()
			config := configFor(a.server)
			second := newClerk(t, config)
			a.guarded(a.clerk.RequireSession(), second.RequireSession())
			a.ask(http.MethodGet, "/guarded", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
		},
		"Attach is used twice": func(t *testing.T, a *app) {
			t.Helper()
			a.engine.Use(a.clerk.Attach())
			a.guarded(a.clerk.RequireSession())
			a.ask(http.MethodGet, "/guarded", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
		},
		"Recovery stands behind": func(t *testing.T, a *app) {
			t.Helper()
			a.engine.GET("/x", a.clerk.RequireSession(), gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, _ any) {
				c.AbortWithStatus(http.StatusTeapot)
			}), func(*gin.Context) { panic("the application's own") })
			a.ask(http.MethodGet, "/x", program, bearer(a.token(t, ada))).wantStatus(t, http.StatusTeapot)
			a.ask(http.MethodGet, "/x", program).wantStatus(t, http.StatusUnauthorized)
		},
		"a request is handled again": func(t *testing.T, a *app) {
			t.Helper()
			a.guarded(a.clerk.RequireSession())
			a.engine.GET("/again", a.clerk.Attach(), func(c *gin.Context) {
				c.Request.URL.Path = "/guarded"
				a.engine.HandleContext(c)
				c.Abort()
			})
			a.ask(http.MethodGet, "/again", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
			a.ask(http.MethodGet, "/again", program).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
		},
		"a timeout stands in front of the engine, and its writer can do little": func(t *testing.T, a *app) {
			t.Helper()
			a.guarded(a.clerk.RequireSession())
			a.engine.GET("/flush", a.clerk.Attach(), func(c *gin.Context) { _ = http.NewResponseController(c.Writer).Flush() }, whoami)
			server := http.TimeoutHandler(a.engine, time.Minute, "late")
			for path, want := range map[string]int{"/guarded": http.StatusUnauthorized, "/flush": http.StatusOK} {
				recorder := httptest.NewRecorder()
				r := httptest.NewRequest(http.MethodGet, ownOrigin+path, nil)
				program(r)
				server.ServeHTTP(recorder, r)
				if recorder.Code != want {
					t.Errorf("%s: %d, want %d", path, recorder.Code, want)
				}
			}
		},
		"BasePath is left out behind StripPrefix": func(t *testing.T, a *app) {
			t.Helper()
			a.guarded(a.clerk.RequireSession())
			recorder := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, ownOrigin+"/app/guarded", nil)
			navigation(r)
			a.visitor(t).jar()(r)
			http.StripPrefix("/app", a.engine).ServeHTTP(recorder, r)
			if to := recorder.Header().Get("Location"); !strings.HasPrefix(to, ownOrigin+"/app/sign-in") {
				t.Errorf("leads to %s", to)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			try(t, newApp(t))
		})
	}
}

// TestAClockThatJumpsOrIsOfAnotherZone changes nothing for a good token.
func TestAClockThatJumpsOrIsOfAnotherZone(t *testing.T) {
	t.Parallel()
	var clerks func() time.Time
	jump := time.Duration(0)
	a := newApp(t, configured(func(c *ginclerk.Config) {
		clerks = c.Now
		c.Now = func() time.Time { return clerks().Add(jump).In(time.FixedZone("far", 13*60*60)) }
	}))
	a.guarded(a.clerk.RequireSession())
	token := bearer(a.token(t, ada))
	for _, jump = range []time.Duration{0, time.Second, -time.Second, 2 * time.Hour, 0, -2 * time.Hour, 0} {
		got := a.ask(http.MethodGet, "/guarded", program, token)
		if jump.Abs() > time.Minute {
			got.wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
			continue
		}
		got.wantSignedIn(t, a.userID(t, ada))
	}
}

// otherPublicKey is the public key of some instance.
const otherPublicKey = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsET4EAvCQ/Md+ACMinUr
8sNry5NoTx3DKwFdoNpEKHEkxs4QmULMHbTUkaKOtrUv1/5iHFRQf3cF6W1xOwJq
VjN5qQDf1Se+jxZ/lORX+NlsQrr4U8yYfstE8CrLX8cHcO2pjimmpV3rxTRcIcU4
Wh2a+hZOxbryTK+P0AVf6E2Ccdp027J7Clx71v5jNj1bE0k5SGGyHeWT+sFPSHpo
WHO7d4FuGbiBY4iwg3HcffmEhnXU3mqyhTmopZtqb2xRYpH2jUDygE2vHzYfajQX
Ftv5w6PR0huXPkYSLhm59fFe0fAW8/rxemI+A2RcH+5AAf6i/GzqrshQlF0ZLMI/
XwIDAQAB
-----END PUBLIC KEY-----`
