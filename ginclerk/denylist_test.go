package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// TestADenyListFailsClosed: a member who is no admin asks for what only admins may see, in every spelling that Gin serves.
func TestADenyListFailsClosed(t *testing.T) {
	t.Parallel()
	base := newApp(t)
	member := bearer(base.token(t, bob))
	for _, row := range []struct {
		name, pattern, route, target string
		want                         int
	}{
		{"a plain path", "/admin(.*)", "/admin/*path", "/admin/users/7", http.StatusForbidden},
		{"a line feed in the path", "/admin(.*)", "/admin/*path", "/admin/users/7/x%0A", http.StatusBadRequest},
		{"a carriage return in the path", "/admin(.*)", "/admin/*path", "/admin/users/7/x%0D", http.StatusBadRequest},
		{"a line separator in the path", "/admin(.*)", "/admin/*path", "/admin/x%E2%80%A8", http.StatusBadRequest},
		{"a paragraph separator in the path", "/admin(.*)", "/admin/*path", "/admin/%E2%80%A9x", http.StatusBadRequest},
		{"a next line in the path", "/admin(.*)", "/admin/*path", "/admin/%C2%85", http.StatusBadRequest},
		{"a null character in the path", "/admin(.*)", "/admin/*path", "/admin/%00", http.StatusBadRequest},
		{"a delete character in the path", "/admin/:path*", "/admin/*path", "/admin/%7F", http.StatusBadRequest},
		{"a path that is no text", "/admin(.*)", "/admin/*path", "/admin/%FF", http.StatusBadRequest},
		{"a percent sign behind an encoded slash", "/admin/:path*", "/admin/*path", "/admin%2Fusers%25", http.StatusForbidden},
		{"a percent sign in a segment behind an encoded slash", "/admin/users/:id", "/admin/*path", "/admin%2Fusers/7%25", http.StatusForbidden},
		{"a percent sign in the parameter", "/admin/users/:id", "/admin/users/:id", "/admin/users/7%25", http.StatusForbidden},
		{"a question mark behind encoded slashes", "/admin/users/:id", "/admin/*path", "/admin%2Fusers%2F7%3Fx", http.StatusForbidden},
		{"a hash behind encoded slashes", "/admin/users/:id", "/admin/*path", "/admin%2Fusers%2F7%23x", http.StatusForbidden},
		{"a question mark in several segments", "/admin/:path*", "/admin/*path", "/admin%2Fa%3F/b%23/c", http.StatusForbidden},
		{"a parameter that the pattern does not allow, on the route itself", "/admin/users/:id", "/admin/users/:id", "/admin/users/a%2Fb", http.StatusForbidden},
		{"a route whose pattern is an admin's, with a parameter that is not", "/admin/:path*", "/admin/*path", "/admin%2f%2f%3f%23", http.StatusForbidden},
		{"an escape that is encoded itself", "/admin/secret(.*)", "/admin/*path", "/admin/%2573ecret", http.StatusForbidden},
		{"a line feed that is encoded twice, behind an escape that is, too", "/admin/secret(.*)", "/admin/*path", "/admin/%2573ecret%250A", http.StatusForbidden},
		{"a dot segment", "/admin/secret(.*)", "/admin/*path", "/admin/x/../secret", http.StatusForbidden},
		{"an encoded dot segment", "/admin/secret(.*)", "/admin/*path", "/admin/x/%2e%2e/secret", http.StatusForbidden},
		{"a dot segment with an encoded slash", "/admin/secret(.*)", "/admin/*path", "/admin/x/..%2Fsecret", http.StatusForbidden},
		{"a dot segment with a backslash", "/admin/secret(.*)", "/admin/*path", "/admin/x/..%5Csecret", http.StatusForbidden},
		{"a dot segment with a parameter", "/admin/secret(.*)", "/admin/*path", "/admin/x/..;/secret", http.StatusForbidden},
		{"an encoded dot segment with a parameter", "/admin/secret(.*)", "/admin/*path", "/admin/x/%2e%2e%3Ba=b/secret", http.StatusForbidden},
		{"a segment with a parameter", "/admin/secret/:path*", "/admin/*path", "/admin/secret;a=b%2F/x", http.StatusForbidden},
		{"a segment with a parameter, encoded twice", "/admin/secret/:path*", "/admin/*path", "/admin/secret%253Bx", http.StatusForbidden},
		{"slashes too many", "/admin/secret(.*)", "/admin/*path", "/admin///secret", http.StatusForbidden},
		{"capital letters", "/admin/secret(.*)", "/admin/*path", "/admin/SECRET", http.StatusForbidden},
		{"a raw character that should be encoded, behind an encoded slash", "/admin/:path*", "/admin/*path", "/admin%2fx^", http.StatusForbidden},
		{"a pattern with a lookahead", "/admin/((?!open).*)", "/admin/*path", "/admin/x%0A", http.StatusBadRequest},
		{"a path that is too long to be matched", "/admin(.*)", "/admin/*path", "/admin/" + strings.Repeat("a", 9000), http.StatusRequestURITooLong},
		{"something else", "/admin/secret(.*)", "/admin/*path", "/admin/secre", http.StatusOK},
		{"the long s is no s", "/admin/secret(.*)", "/admin/*path", "/admin/%C5%BFecret", http.StatusOK},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			served := 0
			for _, how := range settings() {
				a := *base
				a.engine = how.engine()
				a.ruled(t, ginclerk.Rules{Admin: []string{row.pattern}})
				a.engine.GET(row.route, whoami)
				a.engine.GET("/:page", whoami)
				a.engine.GET("/:page/:more", whoami)
				got := a.ask(http.MethodGet, row.target, program, member)
				if got.Code == http.StatusMovedPermanently || got.Code == http.StatusNotFound {
					continue // Gin serves it with no route, or sends the client to another spelling
				}
				served++
				got.wantStatus(t, row.want).wantRan(t, row.want == http.StatusOK)
			}
			if served == 0 {
				t.Error("no engine served the path")
			}
		})
	}
}

// TestAPathThatIsLegitimateStaysPublic: strict is not shut.
func TestAPathThatIsLegitimateStaysPublic(t *testing.T) {
	t.Parallel()
	base := newApp(t, production())
	for _, target := range []string{
		"/docs/100%25", "/docs/a%20b", "/docs/a+b", "/docs/%C3%A9", "/docs/a%2Fb", "/docs/a^b", "/docs/a%2Fb^", "/docs/.well-known", "/docs/a..b", "/docs/a%2525b", "/docs/~a;b,c:d@e=f&g$h!i*j'k(l)",
		"/search/50%25", "/search/%22a%22", "/search/a%20b",
	} {
		for _, how := range settings() {
			a := *base
			a.engine = how.engine()
			a.ruled(t, ginclerk.Rules{Public: []string{"/docs/(.*)", "/search/:q"}})
			a.engine.GET("/docs/*path", whoami)
			a.engine.GET("/search/:q", whoami)
			a.ask(http.MethodGet, target, navigation).wantRan(t, true)
		}
	}
}

// TestADotSegmentWithAParameterIsOne: a server behind the handler that drops parameters of segments sees /admin.
func TestADotSegmentWithAParameterIsOne(t *testing.T) {
	t.Parallel()
	base := newApp(t)
	base.clerk.Exempt("/static")
	for _, target := range []string{"/files/..;/admin", "/files/%2e%2e;a=b/admin", "/files/x/..%3b/..;/admin", "/static/..;/admin", "/files/.;/x"} {
		for _, how := range settings() {
			a := *base
			a.engine = how.engine()
			a.ruled(t, ginclerk.Rules{Public: []string{"/files(.*)", "/static(.*)"}, Admin: []string{"/admin(.*)"}})
			a.engine.GET("/files/*path", whoami)
			a.engine.GET("/static/*path", whoami)
			if got := a.ask(http.MethodGet, target, program); got.ran() {
				t.Errorf("%s: status %d, want no handler", target, got.Code)
			}
		}
	}
}

// TestAGuardAndTheRouterReadTheSameBytes: Gin routes "/public%2fx^" as one segment where it is told to use the raw path.
func TestAGuardAndTheRouterReadTheSameBytes(t *testing.T) {
	t.Parallel()
	base := newApp(t, production())
	base.clerk.Exempt("/static")
	member := bearer(base.token(t, bob))
	for _, c := range `^|\` + "`{}\"<>é" {
		for _, target := range []string{"/public%2fx" + string(c), "/static%2fx" + string(c), "/public%2f" + string(c) + "..%2fx", "/__clerk%2fx" + string(c)} {
			a := *base
			a.engine = setting{raw: true, unescape: true}.engine()
			a.engine.Use(a.clerk.Attach())
			a.ruled(t, ginclerk.Rules{Public: []string{"/public/(.*)"}})
			a.engine.GET("/public/*rest", whoami)
			a.engine.GET("/:page", whoami)
			a.ask(http.MethodGet, target, program).wantProblem(t, http.StatusUnauthorized, "Unauthorized").wantRan(t, false)
			a.ask(http.MethodGet, target, program, member).wantRan(t, true)
		}
	}
}

// TestAttachDecidesAboutWhatOnlyLooksExempt: the handler of "/:page" knows who is there.
func TestAttachDecidesAboutWhatOnlyLooksExempt(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.UseRawPath = true
	a.clerk.Exempt("/static")
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/:page", whoami)
	a.engine.GET("/static/*file", whoami)
	for _, target := range []string{"/static%2fx", "/static%2fx^", "/static%2fx|"} {
		a.ask(http.MethodGet, target, program, bearer(a.token(t, bob))).wantSignedIn(t, a.userID(t, bob))
	}
	a.ask(http.MethodGet, "/static/x", program, bearer(a.token(t, bob))).wantNobody(t, string(reason.NotAttached))
	a.ask(http.MethodGet, "/static/x^", program, bearer(a.token(t, bob))).wantNobody(t, string(reason.NotAttached))
}

// TestAStalePathIsReadTooWhereGinGoesByIt: a handler in front has changed Path and left RawPath behind.
func TestAStalePathIsReadTooWhereGinGoesByIt(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int{"/admin%2Fx": http.StatusForbidden, "/admin/%": http.StatusBadRequest, "/admin%2Fx%0A": http.StatusBadRequest} {
		a := newApp(t)
		a.engine.UseRawPath = true
		a.ruled(t, ginclerk.Rules{Admin: []string{"/admin(.*)"}})
		a.engine.GET("/:page", whoami)
		a.engine.GET("/:page/:more", whoami)
		got := a.ask(http.MethodGet, "/dashboard", program, bearer(a.token(t, bob)), func(r *http.Request) { r.URL.RawPath = raw })
		got.wantStatus(t, want).wantRan(t, false)
	}
}

// TestTheBrowserComesBackToThePathThatWasSent and not to another one with the same letters.
func TestTheBrowserComesBackToThePathThatWasSent(t *testing.T) {
	t.Parallel()
	a := newApp(t, production())
	a.engine.UseRawPath = true
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/:page", a.clerk.RequireSession(), whoami)
	got := a.ask(http.MethodGet, "/a%2Fb^?x=1", navigation)
	if location := got.Header().Get("Location"); !strings.Contains(location, "%2Fa%252Fb%255E%3Fx%3D1") {
		t.Errorf("the way back is lost: %s", location)
	}
}

func TestProtectOutsideOfARouteLetsNobodyPass(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	protect, err := a.clerk.Protect(ginclerk.Rules{Public: []string{"(.*)"}})
	if err != nil {
		t.Fatal(err)
	}
	a.engine.NoRoute(protect, whoami)
	a.engine.GET("/known", protect, func(c *gin.Context) { c.Status(http.StatusNoContent) })
	a.ask(http.MethodGet, "/unknown", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized").wantRan(t, false)
	a.ask(http.MethodGet, "/known", program).wantStatus(t, http.StatusNoContent)
}
