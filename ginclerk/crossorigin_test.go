package ginclerk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// unsafe are the methods that change something.
func unsafeMethods() []string {
	return []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, "PURGE"}
}

// TestUnsafeRequestsOfACookieMustBeOurOwn: signed in by a cookie, a request that another site may have caused does nothing.
func TestUnsafeRequestsOfACookieMustBeOurOwn(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins = []string{ownOrigin, "https://app.example.com"} }))
	a.guarded(a.clerk.RequireSession())
	for _, method := range unsafeMethods()[4:] {
		a.engine.Handle(method, "/guarded", a.clerk.RequireSession(), whoami)
	}
	v := a.visitor(t, ada)
	token := bearer(a.token(t, bob))
	for _, row := range []struct {
		name    string
		options []option
		allowed bool
	}{
		{"a form of an own page", []option{v.jar(), ownForm}, true},
		{"an old browser's form of an own page", []option{v.jar(), header("Origin", ownOrigin)}, true},
		{"a form of another own origin", []option{v.jar(), header("Origin", "https://app.example.com"), header("Sec-Fetch-Site", "cross-site")}, true},
		{"a form of another site", []option{v.jar(), navigation, header("Origin", evilOrigin), header("Sec-Fetch-Site", "cross-site")}, false},
		{"an old browser's form of another site", []option{v.jar(), header("Origin", evilOrigin)}, false},
		{"an old browser's form of the host without encryption", []option{v.jar(), header("Origin", "http://app.example.com"), host("app.example.com")}, false},
		{"an old browser's form of the host in another scheme", []option{v.jar(), header("Origin", "https://localhost:8080")}, false},
		{"an old browser's form of the host by another scheme's name", []option{v.jar(), header("Origin", "chrome-extension://localhost:8080")}, false},
		{"a form of a sibling domain", []option{v.jar(), header("Sec-Fetch-Site", "same-site"), header("Origin", "http://x.localhost:8080")}, false},
		{"a form of a sandboxed frame", []option{v.jar(), header("Origin", "null"), header("Sec-Fetch-Site", "cross-site")}, false},
		{"neither Sec-Fetch-Site nor Origin", []option{v.jar()}, false},
		{"neither of them, but our own Referer", []option{v.jar(), header("Referer", ownOrigin+"/guarded")}, false},
		{"a bearer token of a program", []option{token}, true},
		{"a bearer token of another site's script", []option{token, header("Origin", "https://spa.example.com"), header("Sec-Fetch-Site", "cross-site")}, true},
		{"a bearer token beside a cookie", []option{token, v.jar()}, true},
		{"somebody else's Authorization beside a cookie", []option{header("Authorization", "Basic eDp5"), v.jar()}, false},
		{"an empty Authorization beside a cookie", []option{header("Authorization", ""), v.jar()}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for _, method := range unsafeMethods() {
				got := a.ask(method, "/guarded", row.options...).wantRan(t, row.allowed)
				if !row.allowed {
					got.wantStatus(t, http.StatusForbidden).wantHeader(t, "Cache-Control", "no-store")
				}
			}
			a.ask(http.MethodGet, "/guarded", row.options...).wantRan(t, true)
		})
	}
}

// Two bearer tokens are none that could be believed, and still no other site can have sent them: who asks is told to sign in.
func TestTwoBearerTokensBesideACookieAreNoProofAndNoCookie(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		a.ask(method, "/guarded", a.visitor(t, ada).jar(), bearer(a.token(t, bob)), added("Authorization", "Bearer x")).
			wantRan(t, false).wantStatus(t, http.StatusUnauthorized)
	}
}

// TestRefuseCrossOrigin holds for anonymous requests, too: nobody shall be signed in as somebody else unawares.
func TestRefuseCrossOrigin(t *testing.T) {
	t.Parallel()
	for _, withAttach := range []bool{true, false} {
		a := newApp(t)
		if withAttach {
			a.engine.Use(a.clerk.Attach())
		}
		a.engine.Any("/form", a.clerk.RefuseCrossOrigin(), whoami)
		v := a.visitor(t, ada)
		nobody := a.visitor(t)
		for _, row := range []struct {
			name    string
			options []option
			allowed bool
		}{
			{"nobody, from an own page", []option{nobody.jar(), ownForm}, true},
			{"nobody, from another site", []option{nobody.jar(), navigation, header("Origin", evilOrigin)}, false},
			{"nobody, from nowhere", nil, false},
			{"a cookie, from an own page", []option{v.jar(), ownForm}, true},
			{"a cookie, from another site", []option{v.jar(), header("Origin", evilOrigin)}, false},
			{"a bearer token, from anywhere", []option{bearer(a.token(t, ada)), header("Origin", evilOrigin)}, true},
			{"a bearer token that is refused", []option{bearer("x.y.z"), header("Origin", evilOrigin)}, true},
			{"a password that the browser remembers", []option{header("Authorization", "Basic eDp5"), header("Origin", evilOrigin)}, false},
			{"a password that the browser remembers, from nowhere", []option{header("Authorization", "Basic eDp5")}, false},
		} {
			t.Run(row.name, func(t *testing.T) {
				t.Parallel()
				got := a.ask(http.MethodPost, "/form", row.options...).wantRan(t, row.allowed)
				if !row.allowed {
					got.wantStatus(t, http.StatusForbidden)
				}
			})
		}
	}
}

func TestACrossOriginRefusalIsAPageForBrowsers(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	got := a.ask(http.MethodPost, "/guarded", v.jar(), navigation, header("Origin", evilOrigin)).wantStatus(t, http.StatusForbidden)
	got.wantHeader(t, "Content-Type", "text/html; charset=utf-8")
	a.ask(http.MethodPost, "/guarded", v.jar(), fetched, header("Sec-Fetch-Site", "cross-site")).
		wantProblem(t, http.StatusForbidden, "Cross-origin request refused")
}

// foreignRequests are requests with a cookie that another site may have caused.
func foreignRequests() map[string]struct {
	method  string
	options []option
} {
	return map[string]struct {
		method  string
		options []option
	}{
		"a form of another site":                {http.MethodPost, []option{navigation, header("Origin", evilOrigin), header("Sec-Fetch-Site", "cross-site")}},
		"an old browser's form of another site": {http.MethodPost, []option{header("Accept", "text/html"), header("Origin", evilOrigin)}},
		"a form of a sibling domain":            {http.MethodPut, []option{navigation, header("Origin", "http://x.localhost:8080"), header("Sec-Fetch-Site", "same-site")}},
		"a form of a sandboxed frame":           {http.MethodPost, []option{navigation, header("Origin", "null"), header("Sec-Fetch-Site", "cross-site")}},
		"a script of another site":              {http.MethodDelete, []option{fetched, header("Origin", evilOrigin), header("Sec-Fetch-Site", "cross-site")}},
		"a post from nowhere":                   {http.MethodPatch, nil},
		"an upgrade of another site":            {http.MethodGet, []option{upgrade, header("Origin", evilOrigin)}},
		"an upgrade from nowhere":               {http.MethodGet, []option{upgrade}},
		"an upgrade whose Connection is split": {http.MethodGet, []option{
			header("Upgrade", "websocket"), header("Connection", "keep-alive"), added("Connection", "Upgrade"), header("Origin", evilOrigin),
		}},
		"a WebSocket without Connection": {http.MethodGet, []option{header("Sec-WebSocket-Key", "x"), header("Origin", evilOrigin)}},
		"a GET that stands for a DELETE": {http.MethodGet, []option{header("X-HTTP-Method-Override", "DELETE"), header("Sec-Fetch-Site", "cross-site")}},
		"a GET that stands for two methods": {http.MethodGet, []option{
			header("X-HTTP-Method", "GET"), added("X-HTTP-Method", "PATCH"), header("Sec-Fetch-Site", "cross-site"),
		}},
		"a GET that stands for a POST, in lower": {http.MethodGet, []option{header("X-Method-Override", "post"), header("Origin", evilOrigin)}},
	}
}

func TestNobodyIsSignedInOnAPublicRouteForWhatAnotherSiteCaused(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T, *app){
		"behind Attach": func(_ *testing.T, a *app) { a.engine.Use(a.clerk.Attach()) },
		"public by rule": func(t *testing.T, a *app) {
			t.Helper()
			a.ruled(t, ginclerk.Rules{Public: []string{"/open(.*)"}})
		},
		"behind Attach and a rule": func(t *testing.T, a *app) {
			t.Helper()
			a.engine.Use(a.clerk.Attach())
			a.ruled(t, ginclerk.Rules{Public: []string{"/open(.*)"}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			open(t, a)
			a.engine.Any("/open", whoami)
			a.engine.Any("/open/guarded", a.clerk.RequireSession(), whoami)
			a.engine.Any("/open/keys", a.clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), whoami)
			v := a.visitor(t, ada)
			for name, foreign := range foreignRequests() {
				options := append([]option{v.jar()}, foreign.options...)
				a.ask(foreign.method, "/open", options...).wantNobody(t, string(reason.CrossOriginRequest))
				for _, path := range []string{"/open/guarded", "/open/keys"} {
					if got := a.ask(foreign.method, path, options...); got.Code != http.StatusForbidden || got.ran() {
						t.Errorf("%s on %s: status %d, want 403", name, path, got.Code)
					}
				}
			}
			for _, query := range []string{
				"_method=DELETE", "_m%65thod=DELETE", "x=1&%5fmethod=%64elete", "_method=GET&_method=DELETE", "_method=&_method=PUT", "%5F%6D%65%74%68%6F%64=POST",
			} {
				a.ask(http.MethodGet, "/open?"+query, v.jar(), navigation, header("Sec-Fetch-Site", "cross-site")).
					wantNobody(t, string(reason.CrossOriginRequest))
			}
			for _, query := range []string{"_method=GET", "_method=", "method=DELETE", "x=_method=DELETE", "%zzmethod=DELETE"} {
				a.ask(http.MethodGet, "/open?"+query, v.jar(), navigation, header("Sec-Fetch-Site", "cross-site")).wantSignedIn(t, a.userID(t, ada))
			}
			for _, own := range [][]option{{ownForm}, {fetched}, {header("Origin", ownOrigin)}} {
				a.ask(http.MethodPost, "/open", append(own, v.jar())...).wantSignedIn(t, a.userID(t, ada))
			}
			a.ask(http.MethodGet, "/open", v.jar(), upgrade, header("Origin", ownOrigin)).wantSignedIn(t, a.userID(t, ada))
			a.ask(http.MethodGet, "/open?x=1", v.jar(), navigation, header("Sec-Fetch-Site", "cross-site")).wantSignedIn(t, a.userID(t, ada))
			a.ask(http.MethodPost, "/open", bearer(a.token(t, bob)), header("Origin", evilOrigin)).wantSignedIn(t, a.userID(t, bob))
		})
	}
}

// TestAGetThatIsHandledAgainAsAPostMustBeOurOwn: a link stands for a form.
func TestAGetThatIsHandledAgainAsAPostMustBeOurOwn(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/link", func(c *gin.Context) {
		c.Request.Method, c.Request.URL.Path = http.MethodPost, "/open"
		a.engine.HandleContext(c)
	})
	a.engine.POST("/open", whoami)
	v := a.visitor(t, ada)
	cross := header("Sec-Fetch-Site", "cross-site")
	v.ask(http.MethodGet, "/link", navigation, cross).wantNobody(t, string(reason.CrossOriginRequest))
	v.ask(http.MethodGet, "/link", ownForm).wantSignedIn(t, a.userID(t, ada))
	a.ask(http.MethodGet, "/link", bearer(a.token(t, bob)), cross).wantSignedIn(t, a.userID(t, bob))
}

func TestAPublicHandlerGetsNoTokenForWhatAnotherSiteCaused(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(a.clerk.Attach())
	a.engine.POST("/open", func(c *gin.Context) {
		_, err := ginclerk.From(c).Token(c.Request.Context())
		watched, stop := ginclerk.WatchSession(c.Request.Context())
		defer stop()
		c.String(http.StatusOK, "%t %t", errors.Is(err, ginclerk.ErrSignedOut), errors.Is(context.Cause(watched), ginclerk.ErrSignedOut))
	})
	got := a.ask(http.MethodPost, "/open", a.visitor(t, ada).jar(), navigation, header("Origin", evilOrigin)).Body.String()
	if got != "true true" {
		t.Errorf("no token and no stream: %s", got)
	}
}

// That the selected account has ended is told to a page of this site, not to the answer of another site's form.
func TestWhatAnotherSiteCausedTouchesNoSelection(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	v.switchTo(t, ada)
	if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: a.sessionOf(t, ada).ID}); err != nil {
		t.Fatal(err)
	}
	got := a.ask(http.MethodPost, "/", v.jar(), navigation, header("Origin", evilOrigin)).wantNobody(t, string(reason.CrossOriginRequest))
	if len(got.setCookies()) > 0 {
		t.Errorf("cookies were changed: %v", got.setCookies())
	}
}

func TestANoticeIsNotUsedUpByAnotherSite(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/set", func(c *gin.Context) { serve(a.clerk, c).SetFlash(serving.Flash{Kind: "info", Text: "done"}) })
	a.engine.Any("/show", func(c *gin.Context) { c.String(http.StatusOK, serve(a.clerk, c).TakeFlash().Text) })
	v := a.visitor(t, ada)
	v.ask(http.MethodGet, "/set", fetched)
	if got := v.ask(http.MethodPost, "/show", navigation, header("Origin", evilOrigin)).Body.String(); got != "" {
		t.Errorf("another site's form was shown %q", got)
	}
	if got := v.ask(http.MethodGet, "/show", navigation).Body.String(); got != "done" {
		t.Errorf("the next page shows %q", got)
	}
}

// TestWhatMiddlewareMakesOfARequestMustBeOurOwn: middleware behind Attach may turn a link into something that changes data.
func TestWhatMiddlewareMakesOfARequestMustBeOurOwn(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(a *app, c *gin.Context){
		"the method, in place": func(_ *app, c *gin.Context) { c.Request.Method = http.MethodDelete },
		"the method, in place, after the base path was read": func(a *app, c *gin.Context) {
			_ = a.clerk.Links(c).BasePath
			c.Request.Method = http.MethodDelete
		},
		"the method twice, in place": func(a *app, c *gin.Context) {
			c.Request.Method = http.MethodHead
			_ = a.clerk.Links(c).BasePath
			c.Request.Method = http.MethodDelete
		},
		"a header that stands for a method": func(_ *app, c *gin.Context) { c.Request.Header.Set("X-HTTP-Method-Override", c.Query("do")) },
		"a parameter that stands for a method": func(_ *app, c *gin.Context) {
			c.Request.URL.RawQuery = "_method=" + c.Query("do")
		},
		"an upgrade": func(_ *app, c *gin.Context) {
			c.Request.Header.Set("Connection", "Upgrade")
			c.Request.Header.Set("Upgrade", "websocket")
		},
		"another request of the same method": func(_ *app, c *gin.Context) {
			r := c.Request.Clone(c.Request.Context())
			r.Header.Set("X-HTTP-Method-Override", c.Query("do"))
			c.Request = r
		},
	} {
		for _, attached := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, behind Attach %t", name, attached), func(t *testing.T) {
				t.Parallel()
				a := newApp(t)
				if attached {
					a.engine.Use(a.clerk.Attach())
				}
				changes := func(c *gin.Context) { change(a, c) }
				a.engine.GET("/guarded", changes, a.clerk.RequireSession(), whoami)
				a.engine.GET("/form", changes, a.clerk.RefuseCrossOrigin(), whoami)
				v := a.visitor(t, ada)
				for _, path := range []string{"/guarded", "/form"} {
					a.ask(http.MethodGet, path+"?do=DELETE", v.jar(), navigation, header("Sec-Fetch-Site", "cross-site"), header("Origin", evilOrigin)).
						wantRan(t, false).wantStatus(t, http.StatusForbidden)
					a.ask(http.MethodGet, path+"?do=DELETE", v.jar(), ownForm).wantSignedIn(t, a.userID(t, ada))
				}
			})
		}
	}
}
