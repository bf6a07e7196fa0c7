package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// TestRequireSessionForNobody: who is told what, by what the client is.
func TestRequireSessionForNobody(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t)
	page := func(t *testing.T, got *answer) {
		t.Helper()
		got.wantSignIn(t, http.StatusTemporaryRedirect, "/guarded?x=1")
	}
	api := func(t *testing.T, got *answer) {
		t.Helper()
		got.wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	}
	for _, row := range []struct {
		name    string
		options []option
		check   func(*testing.T, *answer)
	}{
		{"a navigation goes to sign-in", []option{navigation}, page},
		{"a frame goes to sign-in", []option{header("Sec-Fetch-Dest", "iframe")}, page},
		{"an old browser goes to sign-in", []option{header("Accept", "text/html")}, page},
		{"a script gets 401", []option{fetched}, api},
		{"a script that would take HTML gets 401", []option{fetched, header("Accept", "text/html")}, api},
		{"an image gets 401", []option{header("Sec-Fetch-Dest", "image")}, api},
		{"a program gets 401", []option{program}, api},
		{"a client that says nothing gets 401", nil, api},
		{"a WebSocket upgrade gets 401", []option{upgrade, header("Accept", "text/html")}, api},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.check(t, a.ask(http.MethodGet, "/guarded?x=1", append(row.options, v.jar())...))
		})
	}
}

func TestAMarkedAPIAnswersAsOneWhoeverAsks(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(ginclerk.API(), a.clerk.RequireSession())
	v := a.visitor(t)
	a.ask(http.MethodGet, "/guarded", navigation, v.jar()).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	a.ask(http.MethodGet, "/guarded", htmx, v.jar()).wantProblem(t, http.StatusUnauthorized, "Unauthorized").wantHeader(t, "HX-Redirect", "")
}

func TestHTMXIsToldToLeaveThePage(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t)
	for current, back := range map[string]string{
		ownOrigin + "/list?page=2":                ownOrigin + "/list?page=2",
		ownOrigin + "/list?__clerk_db_jwt=x&p=2":  ownOrigin + "/list?p=2",
		evilOrigin + "/list":                      ownOrigin + "/",
		"http://localhost:8080@evil.example/list": ownOrigin + "/",
		"javascript:alert(1)":                     ownOrigin + "/",
		"":                                        ownOrigin + "/",
	} {
		got := a.ask(http.MethodPost, "/guarded", htmx, v.jar(), header("HX-Current-URL", current))
		got.wantProblem(t, http.StatusUnauthorized, "Unauthorized").wantHeader(t, "HX-Refresh", "")
		got.wantHeader(t, "HX-Redirect", ownOrigin+"/sign-in?redirect_url="+queryEscape(back))
	}
}

func TestHTMXReloadsWhereAHandshakeWouldRenew(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	dropRefresh(v)
	a.clock.Advance(2 * time.Minute)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		got := a.ask(method, "/guarded", htmx, v.jar(), header("HX-Current-URL", ownOrigin+"/list"))
		got.wantProblem(t, http.StatusUnauthorized, "Unauthorized").wantHeader(t, "HX-Refresh", "true").wantHeader(t, "HX-Redirect", "")
	}
}

// TestAPostGoesToSignInWith303 and comes back to the page that has the form, if that is one of ours.
func TestAPostGoesToSignInWith303(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t)
	for referer, back := range map[string]string{
		ownOrigin + "/form?a=1": "/form?a=1",
		ownOrigin + "/form?__clerk_handshake=x&a=1&__clerk_synced": "/form?a=1",
		ownOrigin + "/form?%5F_clerk_db_jwt=x":                     "/form",
		ownOrigin + "//evil.example":                               "/",
		ownOrigin + ".evil.example/form":                           "/",
		evilOrigin + "/form":                                       "/",
		"":                                                         "/",
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			a.ask(method, "/guarded", ownForm, v.jar(), header("Referer", referer)).wantSignIn(t, http.StatusSeeOther, back)
		}
	}
}

func TestClerkParametersAreNotCarriedToSignIn(t *testing.T) {
	t.Parallel()
	a := newApp(t, production())
	a.guarded(a.clerk.RequireSession())
	got := a.ask(http.MethodGet, "/guarded?b=2&__clerk_db_jwt=x&__clerk_synced=false&%5f%5fclerk_redirect_url=y&a=1", navigation)
	got.wantSignIn(t, http.StatusTemporaryRedirect, "/guarded?b=2&a=1")
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	s := map[string]string{ada: a.token(t, ada), bob: a.token(t, bob), mia: a.token(t, mia)}
	for _, row := range []struct {
		name         string
		requirements []ginclerk.Requirement
		allowed      string // of ada, bob, mia
		organization bool   // what is required is of an organization, of which mia has none
	}{
		{"no requirement", nil, "", false},
		{"a requirement that asks nothing", []ginclerk.Requirement{{}}, "", false},
		{"a reverification of an unknown preset", []ginclerk.Requirement{ginclerk.Reverified("relaxed")}, "", false},
		{"a reverification of no age", []ginclerk.Requirement{ginclerk.ReverifiedWithin(token.FirstFactor, 0)}, "", false},
		{"a role", []ginclerk.Requirement{ginclerk.Role("org:admin")}, "ada", true},
		{"a role without its prefix", []ginclerk.Requirement{ginclerk.Role("admin")}, "ada", true},
		{"a permission", []ginclerk.Requirement{ginclerk.Permission("org:reports:read")}, "ada bob", true},
		{"a permission of the admin", []ginclerk.Requirement{ginclerk.Permission("org:billing:manage")}, "ada", true},
		{"a feature of the organization", []ginclerk.Requirement{ginclerk.Feature("reports")}, "ada bob", false},
		{"a feature of the user alone", []ginclerk.Requirement{ginclerk.Feature("u:reports")}, "", false},
		{"a plan of the organization", []ginclerk.Requirement{ginclerk.Plan("pro")}, "ada bob", false},
		{"a plan of the user", []ginclerk.Requirement{ginclerk.Plan("u:free_user")}, "ada bob mia", false},
		{"an unknown role", []ginclerk.Requirement{ginclerk.Role("org:owner")}, "", true},
		{"no role", []ginclerk.Requirement{ginclerk.Role("")}, "", false},
		{"two of which one fails", []ginclerk.Requirement{ginclerk.Role("org:member"), ginclerk.Permission("org:billing:read")}, "", true},
		{"two that hold", []ginclerk.Requirement{ginclerk.Role("org:admin"), ginclerk.Permission("org:billing:read")}, "ada", true},
		{"one of the application's own", []ginclerk.Requirement{ginclerk.Satisfies(func(auth *ginclerk.Auth) bool {
			return auth.Claims.Raw()["email"] == mia
		})}, "mia", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			alone := *a
			alone.engine = gin.New()
			alone.engine.GET("/guarded", alone.clerk.Require(row.requirements...), whoami)
			for email, token := range s {
				name, _, _ := strings.Cut(email, "@")
				got := alone.ask(http.MethodGet, "/guarded", program, bearer(token))
				if strings.Contains(row.allowed, name) {
					got.wantSignedIn(t, a.userID(t, email))
					continue
				}
				told := "Forbidden"
				if email == mia && row.organization {
					told = "Choose an organization"
				}
				got.wantProblem(t, http.StatusForbidden, told)
			}
			alone.ask(http.MethodGet, "/guarded", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
		})
	}
}

func TestForbiddenIsAPageForBrowsers(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.Require(ginclerk.Role("org:admin")))
	v := a.visitor(t, bob)
	got := v.ask(http.MethodGet, "/guarded", navigation).wantStatus(t, http.StatusForbidden).wantRan(t, false)
	got.wantHeader(t, "Content-Type", "text/html; charset=utf-8").wantHeader(t, "Cache-Control", "no-store")
	v.ask(http.MethodGet, "/guarded", htmx).wantProblem(t, http.StatusForbidden, "Forbidden").wantHeader(t, "HX-Redirect", "")
}

func TestMaxTokenAge(t *testing.T) {
	t.Parallel()
	for name, guards := range map[string]func(*app) []gin.HandlerFunc{
		"behind RequireSession": func(a *app) []gin.HandlerFunc {
			return []gin.HandlerFunc{a.clerk.RequireSession(), a.clerk.MaxTokenAge(time.Hour)}
		},
		"alone": func(a *app) []gin.HandlerFunc { return []gin.HandlerFunc{a.clerk.MaxTokenAge(time.Hour)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.guarded(guards(a)...)
			token := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{Lifetime: 4 * time.Hour})
			a.clock.Advance(time.Hour)
			a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantSignedIn(t, a.userID(t, ada))
			a.clock.Advance(time.Second)
			a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantProblem(t, http.StatusUnauthorized, "Session expired")
			a.ask(http.MethodGet, "/", program, bearer(token)).wantSignedIn(t, a.userID(t, ada))
			a.ask(http.MethodGet, "/guarded", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
			a.ask(http.MethodGet, "/guarded", navigation, a.visitor(t).jar()).wantSignIn(t, http.StatusTemporaryRedirect, "/guarded")
			preflight(a).wantEndedPreflight(t)
		})
	}
}

// TestMaxTokenAgeAloneIsAGuard: it holds off what RequireSession holds off.
func TestMaxTokenAgeAloneIsAGuard(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.MaxTokenAge(time.Hour))
	v := a.visitor(t, ada)
	a.ask(http.MethodPost, "/guarded", v.jar(), fetched, header("Sec-Fetch-Site", "cross-site")).
		wantProblem(t, http.StatusForbidden, "Cross-origin request refused")
	down := newApp(t)
	down.guarded(down.clerk.MaxTokenAge(time.Hour))
	down.server.SetUnreachable(true)
	down.ask(http.MethodGet, "/guarded", down.visitor(t, ada).jar(), fetched).wantUnavailable(t)
}

func TestRefusalsKeepTheApplicationsCORSHeaders(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(func(c *gin.Context) {
		c.Header("Access-Control-Allow-Origin", "https://spa.example.com")
		c.Header("Access-Control-Allow-Credentials", "true")
	})
	a.guarded(a.clerk.RequireSession())
	got := a.ask(http.MethodGet, "/guarded", fetched, header("Origin", "https://spa.example.com")).
		wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	got.wantHeader(t, "Access-Control-Allow-Origin", "https://spa.example.com").wantHeader(t, "Access-Control-Allow-Credentials", "true")
}

func TestGuardsWorkWithoutAttach(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/session", a.clerk.RequireSession(), whoami)
	a.engine.GET("/admin", a.clerk.Require(ginclerk.Role("org:admin")), whoami)
	a.engine.GET("/young", a.clerk.MaxTokenAge(time.Minute), whoami)
	token := a.token(t, ada)
	for _, path := range []string{"/session", "/admin", "/young"} {
		a.ask(http.MethodGet, path, program, bearer(token)).wantSignedIn(t, a.userID(t, ada))
		a.ask(http.MethodGet, path, program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
		a.ask(http.MethodGet, path, navigation).wantHandshake(t, "dev-browser-missing")
	}
}

func TestGuardsOnGroups(t *testing.T) {
	t.Parallel()
	a := newApp(t).attached()
	admin := a.engine.Group("/admin", a.clerk.Require(ginclerk.Role("org:admin")))
	admin.GET("/users", whoami)
	admin.Group("/deep").GET("/er", whoami)
	for _, path := range []string{"/admin/users", "/admin/deep/er"} {
		a.ask(http.MethodGet, path, program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
		a.ask(http.MethodGet, path, program, bearer(a.token(t, bob))).wantProblem(t, http.StatusForbidden, "Forbidden")
		a.ask(http.MethodGet, path, program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	}
	a.ask(http.MethodGet, "/", program).wantRan(t, true)
}

// TestSignedInAnswersAreNotCached unless the handler says otherwise.
func TestSignedInAnswersAreNotCached(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/cached", a.clerk.RequireSession(), func(c *gin.Context) {
		c.Header("Cache-Control", "private, max-age=60")
		whoami(c)
	})
	token := bearer(a.token(t, ada))
	a.ask(http.MethodGet, "/guarded", program, token).wantHeader(t, "Cache-Control", "private, no-store")
	a.ask(http.MethodGet, "/cached", program, token).wantHeader(t, "Cache-Control", "private, max-age=60")
	a.ask(http.MethodGet, "/", program, token).wantHeader(t, "Cache-Control", "")
}

// TestSignInBouncesAreCounted: a browser that comes back signed out again and again is told why.
func TestSignInBouncesAreCounted(t *testing.T) {
	t.Parallel()
	a := newApp(t, production())
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t)
	fromSignIn := header("Referer", ownOrigin+"/sign-in?redirect_url=x")
	for range 3 {
		got := v.ask(http.MethodGet, "/guarded", navigation, fromSignIn).wantSignIn(t, http.StatusTemporaryRedirect, "/guarded")
		count := got.setCookies()["__ginclerk_sign_in_redirects"]
		if count == nil || !count.HttpOnly || count.Path != "/" || count.SameSite != http.SameSiteLaxMode || count.MaxAge <= 0 {
			t.Errorf("counter is %v", count)
		}
	}
	got := v.ask(http.MethodGet, "/guarded", navigation, fromSignIn).wantStatus(t, http.StatusUnauthorized).wantRan(t, false).
		wantHeader(t, "Location", "")
	for _, text := range []string{"session-token-and-uat-missing", "cookies", "secret key"} {
		if !strings.Contains(got.Body.String(), text) {
			t.Errorf("the page doesn't name %q: %s", text, got.Body)
		}
	}
	v.ask(http.MethodGet, "/guarded", navigation).wantSignIn(t, http.StatusTemporaryRedirect, "/guarded")
}

func TestSignInBouncesAreForgottenOnceSignedIn(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	v.cookies["__ginclerk_sign_in_redirects"] = "3"
	got := v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	if !strings.Contains(got.Header().Get("Cache-Control"), "no-store") || v.cookies["__ginclerk_sign_in_redirects"] != "" {
		t.Errorf("the counter stays: %v", got.Header())
	}
}

func TestAForgedBounceCounterDoesNoHarm(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t)
	for _, count := range []string{"-1", "4", "99999999999999999999", "abc", "%zz", ""} {
		a.ask(http.MethodGet, "/guarded", navigation, v.jar(), withCookie("__ginclerk_sign_in_redirects", count)).
			wantSignIn(t, http.StatusTemporaryRedirect, "/guarded")
	}
}

// TestWebSocketsNeedAnOwnOrigin: browsers send cookies with upgrades whoever asks for them, and no preflight.
func TestWebSocketsNeedAnOwnOrigin(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	for _, row := range []struct {
		name    string
		options []option
		allowed bool
	}{
		{"a page of ours", []option{v.jar(), header("Origin", ownOrigin)}, true},
		{"another site", []option{v.jar(), header("Origin", evilOrigin)}, false},
		{"another port", []option{v.jar(), header("Origin", "http://localhost:9090")}, false},
		{"another scheme", []option{v.jar(), header("Origin", "https://localhost:8080")}, false},
		{"an opaque origin", []option{v.jar(), header("Origin", "null")}, false},
		{"no origin", []option{v.jar()}, false},
		{"a program with a token and no origin", []option{bearer(a.token(t, ada))}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := a.ask(http.MethodGet, "/guarded", append(row.options, upgrade)...)
			if row.allowed {
				got.wantSignedIn(t, a.userID(t, ada))
				return
			}
			got.wantProblem(t, http.StatusForbidden, "Cross-origin request refused")
		})
	}
}

// TestWebSocketsWithoutConfiguredOrigins are held against the address of the request.
func TestWebSocketsWithoutConfiguredOrigins(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins = nil }))
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	a.ask(http.MethodGet, "/guarded", v.jar(), upgrade, header("Origin", ownOrigin)).wantSignedIn(t, a.userID(t, ada))
	a.ask(http.MethodGet, "/guarded", v.jar(), upgrade, header("Origin", evilOrigin)).
		wantProblem(t, http.StatusForbidden, "Cross-origin request refused")
}
