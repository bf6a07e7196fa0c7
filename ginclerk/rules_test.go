package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// guideRules are those of Clerk's guide.
func guideRules() ginclerk.Rules {
	return ginclerk.Rules{
		Public:          []string{"/", "/sign-in(.*)", "/sign-up(.*)", "/api/public(.*)"},
		Admin:           []string{"/admin(.*)"},
		API:             []string{"/api/(.*)"},
		UnauthorizedURL: "/unauthorized",
	}
}

// guide is an application with the rules and routes of Clerk's guide.
func guide(t *testing.T) *app {
	t.Helper()
	a := newApp(t).ruled(t, guideRules())
	for _, path := range []string{
		"/", "/sign-in", "/sign-up", "/dashboard", "/admin", "/admin/users", "/unauthorized", "/api/protected", "/api/public/time",
		"/administrative",
	} {
		a.engine.Any(path, whoami)
	}
	return a
}

func TestProtectByTheGuidesRules(t *testing.T) {
	t.Parallel()
	a := guide(t)
	nobody, member, admin := a.visitor(t), bearer(a.token(t, bob)), bearer(a.token(t, ada))
	for _, path := range []string{"/", "/sign-in", "/sign-up", "/api/public/time"} {
		a.ask(http.MethodGet, path, navigation, nobody.jar()).wantNobody(t, "session-token-and-uat-missing")
		a.ask(http.MethodGet, path, program, admin).wantSignedIn(t, a.userID(t, ada))
	}
	for _, path := range []string{"/dashboard", "/admin", "/admin/users", "/unauthorized"} {
		a.ask(http.MethodGet, path, navigation, nobody.jar()).wantSignIn(t, http.StatusTemporaryRedirect, path)
		a.ask(http.MethodGet, path, program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
		a.ask(http.MethodGet, path, program, admin).wantSignedIn(t, a.userID(t, ada))
	}
	for _, path := range []string{"/admin", "/admin/users", "/administrative"} {
		got := a.ask(http.MethodGet, path, navigation, member).wantStatus(t, http.StatusSeeOther).wantRan(t, false)
		got.wantHeader(t, "Location", "/unauthorized")
		a.ask(http.MethodGet, path, program, member).wantProblem(t, http.StatusForbidden, "Forbidden")
		a.ask(http.MethodPost, path, navigation, member).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "/unauthorized")
	}
	a.ask(http.MethodGet, "/dashboard", program, member).wantSignedIn(t, a.userID(t, bob))
}

func TestAPIRoutesAnswerAsAPIsAndTellTheUser(t *testing.T) {
	t.Parallel()
	a := guide(t)
	v := a.visitor(t)
	a.ask(http.MethodGet, "/api/protected", navigation, v.jar()).
		wantProblem(t, http.StatusUnauthorized, "Unauthorized").wantHeader(t, "X-User-Id", "")
	a.ask(http.MethodGet, "/api/protected", navigation, bearer(a.token(t, bob))).
		wantSignedIn(t, a.userID(t, bob)).wantHeader(t, "X-User-Id", a.userID(t, bob))
	a.ask(http.MethodGet, "/api/public/time", navigation, v.jar()).wantRan(t, true).wantHeader(t, "X-User-Id", "")
	a.ask(http.MethodGet, "/dashboard", program, bearer(a.token(t, bob))).wantHeader(t, "X-User-Id", "")
	forged := a.ask(http.MethodGet, "/api/public/time", program, header("X-User-Id", "user_forged"))
	forged.wantHeader(t, "X-User-Id", "")
}

func TestUnknownRoutesCountAsProtected(t *testing.T) {
	t.Parallel()
	a := guide(t)
	a.engine.NoRoute(func(c *gin.Context) {
		c.Header(ranHeader, "true")
		c.String(http.StatusNotFound, "no such page")
	})
	v := a.visitor(t)
	a.ask(http.MethodGet, "/nothing", navigation, v.jar()).wantSignIn(t, http.StatusTemporaryRedirect, "/nothing")
	a.ask(http.MethodGet, "/api/nothing", navigation, v.jar()).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	a.ask(http.MethodGet, "/nothing", program, bearer(a.token(t, ada))).wantStatus(t, http.StatusNotFound).wantRan(t, true)
	a.ask(http.MethodGet, "/admin/nothing", program, bearer(a.token(t, bob))).wantProblem(t, http.StatusForbidden, "Forbidden")
	// A public pattern opens no path that no route serves: what NoRoute runs serves every path.
	a.ask(http.MethodGet, "/sign-in/nothing", navigation, v.jar()).wantSignIn(t, http.StatusTemporaryRedirect, "/sign-in/nothing")
	a.ask(http.MethodGet, "/api/public/nothing", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized").wantRan(t, false)
	a.ask(http.MethodGet, "/sign-in/nothing", program, bearer(a.token(t, ada))).wantStatus(t, http.StatusNotFound).wantRan(t, true)
	// What shall be public has a route.
	a.engine.GET("/sign-in/*path", whoami)
	a.ask(http.MethodGet, "/sign-in/nothing", navigation, v.jar()).wantRan(t, true)
}

func TestWrongMethodsCountAsProtected(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.HandleMethodNotAllowed = true
	a.ruled(t, guideRules())
	a.engine.GET("/dashboard", whoami)
	a.engine.NoMethod(whoami)
	a.ask(http.MethodPost, "/dashboard", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
}

// TestARouteIsPublicOnlyIfItsPathIsToo and the other way round.
func TestRulesSeePathAndRoute(t *testing.T) {
	t.Parallel()
	a := newApp(t).ruled(t, ginclerk.Rules{
		Public: []string{"/files/open(.*)", "/docs(.*)", "/open(.*)"},
		Admin:  []string{"/docs/:id/edit"},
	})
	a.engine.GET("/files/*path", whoami)
	a.engine.GET("/docs/:id/edit", whoami)
	a.engine.GET("/:section/about", whoami)
	v := a.visitor(t)
	a.ask(http.MethodGet, "/files/open/a.txt", navigation, v.jar()).wantRan(t, true)
	a.ask(http.MethodGet, "/open/about", navigation, v.jar()).wantRan(t, true)
	for _, target := range []string{
		"/files/closed/a.txt", "/files/open/../closed/a.txt", "/files/open%2F..%2Fclosed", "/files/open/%2e%2e/closed", "/files/open/./x",
		"/private/about",
	} {
		a.ask(http.MethodGet, target, navigation, v.jar()).wantRan(t, false).wantStatus(t, http.StatusTemporaryRedirect)
	}
	// What is public and admin at once is public: the guide asks for public first.
	a.ask(http.MethodGet, "/docs/7/edit", navigation, v.jar()).wantRan(t, true)
}

// TestRulesSeeThePathDecoded even where Gin routes by the raw path and hands out raw parameters.
func TestRulesSeeThePathDecoded(t *testing.T) {
	t.Parallel()
	for bits := range 4 {
		a := newApp(t, production())
		a.engine.UseRawPath, a.engine.UnescapePathValues = bits&1 != 0, bits&2 != 0
		a.ruled(t, ginclerk.Rules{Public: []string{"/files/open/(.*)"}})
		a.engine.GET("/files/*path", whoami)
		a.ask(http.MethodGet, "/files/open/a%2Fb", navigation).wantRan(t, true)
		for _, target := range []string{"/files/open/..%2Fclosed", "/files/open/%2e%2e%2fclosed", "/files/open/a/..%2f..%2fclosed"} {
			a.ask(http.MethodGet, target, navigation).wantRan(t, false)
		}
	}
}

// TestAnAdminsPathIsOneWhateverServesIt: Gin serves it with a route that is none.
func TestAnAdminsPathIsOneWhateverServesIt(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.RemoveExtraSlash = true
	a.ruled(t, guideRules())
	a.engine.GET("/dashboard", whoami)
	a.ask(http.MethodGet, "/dashboard", program, bearer(a.token(t, bob))).wantRan(t, true)
	a.ask(http.MethodGet, "/admin/../dashboard", program, bearer(a.token(t, bob))).wantProblem(t, http.StatusForbidden, "Forbidden")
}

func TestProtectLeavesExemptPrefixesAlone(t *testing.T) {
	t.Parallel()
	a := newApp(t).ruled(t, ginclerk.Rules{})
	a.clerk.Exempt("/static", "/healthz")
	a.clerk.MountProxy(a.engine)
	a.engine.GET("/static/*file", whoami)
	a.engine.GET("/healthz", whoami)
	a.ask(http.MethodGet, "/static/app.css", navigation).wantNobody(t, string(reason.NotAttached))
	a.ask(http.MethodGet, "/healthz", program).wantNobody(t, string(reason.NotAttached))
	a.ask(http.MethodGet, "/__clerk/v1/environment", program).wantStatus(t, http.StatusOK)
	a.ask(http.MethodGet, "/static/../healthz", program).wantRan(t, false)
	a.ask(http.MethodGet, "/healthzz", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	a.ask(http.MethodGet, "/", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
}

func TestPathsThatCantBeReadAreBadRequests(t *testing.T) {
	t.Parallel()
	a := guide(t)
	for _, target := range []string{"/dashboard/%ff", "/sign-in/%c3%28", "/%80"} {
		got := a.ask(http.MethodGet, target, navigation, bearer(a.token(t, ada)))
		got.wantStatus(t, http.StatusBadRequest).wantRan(t, false)
		if !strings.Contains(got.Body.String(), "ginclerk-malformed-path") {
			t.Errorf("%s: no reason in %s", target, got.Body)
		}
	}
}

func TestProtectNamesEveryPatternThatCantBeCompiled(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	guard, err := a.clerk.Protect(ginclerk.Rules{
		Public: []string{"/about*", "/fine"}, Admin: []string{"/(admin"}, API: []string{"/a(?=b)"}, UnauthorizedURL: "https://evil.example",
	})
	if err == nil || guard != nil {
		t.Fatalf("Protect gave a guard %t and error %v", guard != nil, err)
	}
	for _, text := range []string{"Rules.Public", "/about*", "Rules.Admin", "/(admin", "Rules.API", "/a(?=b)", "Rules.UnauthorizedURL", "evil.example"} {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error doesn't name %s: %v", text, err)
		}
	}
}

func TestProtectRefusesAnUnauthorizedPageThatNeedsTheRole(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	if _, err := a.clerk.Protect(ginclerk.Rules{Admin: []string{"/admin(.*)"}, UnauthorizedURL: "/admin/unauthorized?why=role"}); err == nil {
		t.Error("rules that send an account round in circles were accepted")
	}
	if _, err := a.clerk.Protect(ginclerk.Rules{
		Public: []string{"/admin/unauthorized"}, Admin: []string{"/admin(.*)"}, UnauthorizedURL: "/admin/unauthorized",
	}); err != nil {
		t.Errorf("a public page was refused: %v", err)
	}
}

func TestRulesWithoutUnauthorizedURLAnswerInPlace(t *testing.T) {
	t.Parallel()
	a := newApp(t).ruled(t, ginclerk.Rules{Admin: []string{"/admin"}, AdminRole: "org:member"})
	a.engine.GET("/admin", whoami)
	a.ask(http.MethodGet, "/admin", navigation, bearer(a.token(t, bob))).wantSignedIn(t, a.userID(t, bob))
	a.ask(http.MethodGet, "/admin", navigation, bearer(a.token(t, ada))).wantStatus(t, http.StatusForbidden).wantRan(t, false)
	a.ask(http.MethodGet, "/admin", htmx, bearer(a.token(t, ada))).wantProblem(t, http.StatusForbidden, "Forbidden")
}

// TestASignInPageThatTheRulesProtect can't be reached by anybody: the browser is told so instead of going in circles.
func TestASignInPageThatTheRulesProtect(t *testing.T) {
	t.Parallel()
	a := newApp(t).ruled(t, ginclerk.Rules{})
	a.engine.GET("/sign-in", whoami)
	v := a.visitor(t)
	v.arrive(t, "/dashboard").wantStatus(t, http.StatusUnauthorized)
}
