package ginclerk_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// spelled is one application for each way in which Gin can be told to read paths, with the same routes.
type spelled struct {
	*app
	engines map[string]*gin.Engine
	member  string // a token of somebody who is no admin
}

// What a handler is for is in this header of its response.
const (
	forHeader  = "X-For"
	forAll     = "all"
	forSession = "session"
	forAdmin   = "admin"
)

func handlerFor(whom string) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header(forHeader, whom)
		c.String(http.StatusOK, whom)
	}
}

func newSpelled(tb testing.TB) *spelled {
	tb.Helper()
	s := &spelled{app: newApp(tb, production()), engines: map[string]*gin.Engine{}}
	s.member = s.token(tb, bob)
	s.clerk.PassOver("/static")
	protect, err := s.clerk.Protect(ginclerk.Rules{
		Public: []string{"/", "/public/(.*)", "/files/:name", "/sign-in"}, Admin: []string{"/admin(.*)"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	for bits := range 16 {
		for _, kind := range []string{"rules", "guards"} {
			engine := gin.New()
			engine.UseRawPath, engine.UnescapePathValues = bits&1 != 0, bits&2 != 0
			engine.RedirectFixedPath, engine.RemoveExtraSlash = bits&4 != 0, bits&8 != 0
			if kind == "rules" {
				engine.Use(protect)
				s.routes(engine, func(*ginclerk.Clerk, string) gin.HandlerFunc { return func(*gin.Context) {} })
			} else {
				engine.Use(s.clerk.Attach())
				s.routes(engine, guardOf)
			}
			s.engines[fmt.Sprintf("%s raw=%t unescape=%t fixed=%t extra=%t", kind,
				engine.UseRawPath, engine.UnescapePathValues, engine.RedirectFixedPath, engine.RemoveExtraSlash)] = engine
		}
	}
	return s
}

func guardOf(clerk *ginclerk.Clerk, whom string) gin.HandlerFunc {
	switch whom {
	case forAdmin:
		return clerk.Require(ginclerk.Role("org:admin"))
	case forSession:
		return clerk.RequireSession()
	default:
		return func(*gin.Context) {}
	}
}

func (s *spelled) routes(engine *gin.Engine, guard func(*ginclerk.Clerk, string) gin.HandlerFunc) {
	for path, whom := range map[string]string{
		"/": forAll, "/public/*rest": forAll, "/files/:name": forAll, "/sign-in": forAll, "/static/*file": forAll,
		"/dashboard": forSession, "/dashboard/": forSession, "/settings/:tab": forSession, "/u/:name/settings": forSession,
		"/deep/er/*rest": forSession, "/:page": forSession, "/admin": forAdmin, "/admin/*rest": forAdmin,
	} {
		engine.Any(path, guard(s.clerk, whom), handlerFor(whom))
	}
}

// check sends one spelling to every application, as nobody and as somebody who is no admin.
func (s *spelled) check(t *testing.T, target string) {
	t.Helper()
	for name, engine := range s.engines {
		one := *s.app
		one.engine = engine
		for _, options := range [][]option{{navigation}, {program}, {htmx}} {
			if whom := one.ask(http.MethodGet, target, options...).Header().Get(forHeader); whom != "" && whom != forAll {
				t.Errorf("%s: %q reached the handler for %s without a session", name, target, whom)
			}
		}
		if whom := one.ask(http.MethodGet, target, program, bearer(s.member)).Header().Get(forHeader); whom == forAdmin {
			t.Errorf("%s: %q reached the handler for admins without the role", name, target)
		}
	}
}

// spellings are ways to write paths that routers and guards may read differently.
func spellings() []string {
	return []string{
		"/dashboard", "/dashboard/", "/admin", "/admin/users", "/settings/a", "/u/x/settings", "/deep/er/x",
		"//dashboard", "/./dashboard", "///admin", "/public//../dashboard", "/public/../dashboard", "/public/../admin/users",
		"/public/./../dashboard", "/public/..//admin", "/files/../dashboard", "/files/../../dashboard", "/static/../dashboard",
		"/static/../admin", "/static/%2e%2e/dashboard", "/static%2f..%2fdashboard", "/static/..%2fadmin/x",
		"/%64ashboard", "/%2564ashboard", "/dash%62oard", "/%61dmin", "/%2561dmin", "/adm%69n/x",
		"/public/%2e%2e/dashboard", "/public/%2E%2E/admin", "/public/.%2e/dashboard", "/public%2f..%2fdashboard", "/public/..%2fdashboard",
		"/public%2F%2E%2E%2Fadmin", "/public/%252e%252e/dashboard", "/public/%252e%252e%252fdashboard", "/files/%2e%2e%2fdashboard",
		"/files/..%2f..%2fadmin", "/files%2Fx/settings", "/u/files%2fx/settings", "/u%2fx/settings", "/settings%2fa", "/deep%2fer/x",
		"/deep/er%2fx", "/deep/er/../../admin", "/DASHBOARD", "/Dashboard", "/ADMIN/users", "/aDmIn", "/Public/../dashboard",
		"/dashboard/.", "/dashboard/..", "/dashboard/./", "/dashboard%2f", "/dashboard%20", "/dashboard%00", "/dashboard;x", "/dashboard?x",
		"/sign-in/../dashboard", "/sign-in%2f..%2fdashboard", "/sign-in/", "/sign-in//", "/sign-inx", "/public", "/public/", "/files/", "/files",
		"/admin%2fusers", "/admin/%2e%2e/dashboard", "/admin%20", "/ad%c5%bfmin", "/dashb%c5%8dard", "/public/%ff/../dashboard", "/public/%",
		"/\\dashboard", "/public\\..\\dashboard", "/public/%5c..%5cdashboard", "/.", "/..", "/../dashboard", "/%2e/dashboard", "/%2e%2e/dashboard",
		"/static", "/static/", "/__clerk", "/static%2fx", "/static%2Fapp.css", "/static%2f", "/__clerk%2fv1", "/%73tatic%2fx", "/static%252fx", "/public%2fx", "/files%2fx", "/sign-in%2fx",
		"http://localhost:8080/dashboard", "http://evil.example/public/../admin", "/:name", "/*rest", "/u/:name/settings", "/public/*rest/../admin",
	}
}

func TestPathSpellings(t *testing.T) {
	t.Parallel()
	s := newSpelled(t)
	for _, target := range spellings() {
		if _, err := url.ParseRequestURI(target); err != nil {
			continue // net/http answers 400 before Gin sees it
		}
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			s.check(t, target)
		})
	}
}

// TestPathSpellingsReachWhatTheyShould: the property above would hold, too, if nothing ever ran.
func TestPathSpellingsReachWhatTheyShould(t *testing.T) {
	t.Parallel()
	s := newSpelled(t)
	admin := bearer(s.token(t, ada))
	for target, whom := range map[string]string{
		"/": forAll, "/public/a/b": forAll, "/files/x": forAll, "/static/app.css": forAll, "/sign-in": forAll,
		"/dashboard": forSession, "/settings/a": forSession, "/u/x/settings": forSession, "/deep/er/x": forSession,
		"/admin": forAdmin, "/admin/users": forAdmin,
	} {
		for name, engine := range s.engines {
			one := *s.app
			one.engine = engine
			if got := one.ask(http.MethodGet, target, program, admin).Header().Get(forHeader); got != whom {
				t.Errorf("%s: %s reached %q, want the handler for %s", name, target, got, whom)
			}
			if got := one.ask(http.MethodGet, target, program).Header().Get(forHeader); (got == forAll) != (whom == forAll) {
				t.Errorf("%s: nobody reached %q at %s", name, got, target)
			}
		}
	}
}

// FuzzPathSpellings: no path ever reaches a protected handler without a session, or an admin's without the role.
func FuzzPathSpellings(f *testing.F) {
	for _, target := range spellings() {
		f.Add(target)
	}
	s := newSpelled(f)
	f.Fuzz(func(t *testing.T, target string) {
		if _, err := url.ParseRequestURI(target); err != nil || strings.ContainsAny(target, " \r\n") {
			t.Skip("no request line can hold it")
		}
		s.check(t, target)
	})
}
