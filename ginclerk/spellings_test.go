package ginclerk_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
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

// setting is a way in which Gin can be told to read paths.
type setting struct {
	raw, escaped, unescape, redirects, extra bool
}

// settings are all of them. UseEscapedPath overrides UseRawPath; without either, UnescapePathValues changes nothing.
func settings() []setting {
	var list []setting
	for bits := range 4 {
		redirects, extra := bits&1 != 0, bits&2 != 0
		list = append(list, setting{unescape: true, redirects: redirects, extra: extra})
		for _, unescape := range []bool{false, true} {
			list = append(list, setting{raw: true, unescape: unescape, redirects: redirects, extra: extra},
				setting{raw: bits == 3, escaped: true, unescape: unescape, redirects: redirects, extra: extra})
		}
	}
	return list
}

func (s setting) engine() *gin.Engine {
	engine := gin.New()
	engine.UseRawPath, engine.UseEscapedPath, engine.UnescapePathValues = s.raw, s.escaped, s.unescape
	engine.RedirectFixedPath, engine.RedirectTrailingSlash, engine.RemoveExtraSlash = s.redirects, s.redirects, s.extra
	return engine
}

func newSpelled(tb testing.TB) *spelled {
	tb.Helper()
	s := &spelled{app: newApp(tb, production()), engines: map[string]*gin.Engine{}}
	s.member = s.token(tb, bob)
	s.clerk.Exempt("/static")
	protect, err := s.clerk.Protect(ginclerk.Rules{
		Public: []string{"/", "/public/(.*)", "/files/:name", "/sign-in", "/open", "/:size([sm])/shirt"},
		Admin: []string{
			"/admin(.*)", "/back/:path*", "/staff/:id", "/rooms/:name/admin", "/zone/secret(.*)", "/zone/keys/:id", "/zone/((?!secret|keys|open).*)/only",
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	for _, how := range settings() {
		ruled, guarded := how.engine(), how.engine()
		ruled.Use(protect)
		s.routes(ruled, func(*ginclerk.Clerk, string) gin.HandlerFunc { return func(*gin.Context) {} })
		ruled.Any("/zone/*rest", zone)
		ruled.NoRoute(handlerFor(forSession))
		guarded.Use(s.clerk.Attach())
		s.routes(guarded, guardOf)
		guarded.NoRoute(s.clerk.RequireSession(), handlerFor(forSession))
		s.engines[fmt.Sprintf("rules %+v", how)], s.engines[fmt.Sprintf("guards %+v", how)] = ruled, guarded
	}
	return s
}

// zone serves a whole tree with one route, as a proxy does. Some of the tree is for admins, whoever takes the path apart: once more
// decoded, with its dot segments resolved, with backslashes for slashes.
func zone(c *gin.Context) {
	whom := forSession
	for rest, again := c.Param("rest"), true; again; {
		asked := strings.ToLower(path.Clean("/" + strings.ReplaceAll(rest, `\`, "/")))
		if strings.HasPrefix(asked, "/secret") || strings.HasPrefix(asked, "/keys/") && strings.Count(asked, "/") == 2 {
			whom = forAdmin
		}
		decoded, err := url.PathUnescape(rest)
		again = err == nil && decoded != rest
		rest = decoded
	}
	handlerFor(whom)(c)
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
		"/": forAll, "/public/*rest": forAll, "/files/:name": forAll, "/sign-in": forAll, "/static/*file": forAll, "/open": forAll, "/:page/open": forSession,
		"/:page/:name": forSession, "/:page/": forSession, "/:page/all/*rest": forSession,
		"/s/shirt": forAll, "/m/shirt": forAll, "/:page/shirt": forSession,
		"/dashboard": forSession, "/dashboard/": forSession, "/settings/:tab": forSession, "/u/:name/settings": forSession,
		"/deep/er/*rest": forSession, "/:page": forSession, "/admin": forAdmin, "/admin/*rest": forAdmin,
		"/back/*rest": forAdmin, "/staff/:id": forAdmin, "/rooms/:name/admin": forAdmin, "/rooms/:name": forSession,
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
		for _, options := range [][]option{{navigation}, {program}} {
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
		"/admin/users/7/x%0A", "/admin/x%0D", "/admin%0A", "/admin/%E2%80%A8", "/admin/x%E2%80%A9y", "/admin/%C2%85", "/admin/%00", "/admin/%7f", "/back/x%0Ay",
		"/admin%2Fusers%25", "/admin%2Fusers/7%25", "/admin%2fusers%2f7%3Fx", "/admin%2Fusers%23", "/back%2Fx%25", "/back/%25", "/back%2fx%3Fy", "/back%2fx%23y", "/back/x%3fy/z",
		"/staff/7%25", "/staff/7%3f", "/staff%2F7%25", "/staff%2f7%3Fx", "/staff%2F7%23", "/staff/7%2F8", "/staff/%2F7", "/staff/7%0a", "/rooms/a%2Fb/admin", "/rooms/a%3Fb/admin", "/rooms/a%25/admin", "/rooms/a%25%2fadmin",
		"/public%2fx^", "/public%2Fx|", "/public%2fx\\", "/public%2fx`", "/public%2f..%2fdashboard^", "/files%2fx^", "/static%2fx^", "/static%2f..%2fadmin^", "/__clerk%2fx^", "/sign-up^", "/sign-up%2fx^",
		"/zone/secret", "/zone/x/../secret", "/zone/x/..%2fsecret", "/zone/%73ecret", "/zone/%2573ecret", "/zone/%252573ecret", "/zone/x%5c..%5csecret", "/zone/x\\..\\secret%0a", "/zone//secret", "/zone/./secret", "/zone%2Fsecret%25",
		"/zone/keys/7", "/zone/keys/7%3F", "/zone/keys/7%25", "/zone/keys%2F7%23", "/zone/keys/7%0A", "/zone/x/../keys/7%3fx", "/zone/%2573ecret%250A", "/zone/.%5csecret", "/zone/%2e%2e/zone/secret", "/x/../zone/secret",
		"/sign-iN", "/SIGN-IN", "/Open", "//open", "///open", "//OPEN", "/x/open", "/x//open", "/open/", "/open//", "/open%3f", "/open%23", "/open%2f", "/%6fpen", "/o%50en", "//open/",
		"//", "///", "/%2f", "//?", "//all/", "//all", "/x/", "/S/shirt", "/s/Shirt", "/M/shirt", "/s%2fshirt",
		"/nothing/here", "/public", "/sign-up/nothing", "/public%2f", "/sign-in/nothing", "/files/a/b", "/x%0a", "/public/x%0A", "/files/%0a", "/%e2%80%a8", "/+", "/admin+", "/%2b", "/;/admin", "/admin;/x", "/admin./x", "/admin../x", "/admin/..;/x", "/.;/admin",
		"http://localhost:8080/dashboard", "http://evil.example/public/../admin", "/:name", "/*rest", "/u/:name/settings", "/public/*rest/../admin",
	}
}

func TestPathSpellings(t *testing.T) {
	t.Parallel()
	s := newSpelled(t)
	for _, target := range spellings() {
		if !requestable(target) {
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
		"/": forAll, "/public/a/b": forAll, "/files/x": forAll, "/static/app.css": forAll, "/sign-in": forAll, "/open": forAll, "/x/open": forSession, "/s/shirt": forAll, "/x/shirt": forSession, "/x/": forSession, "/x/y": forSession, "/x/all/": forSession,
		"/public/100%25": forAll, "/public/a%2fb": forAll, "/public/a^": forAll, "/public/.well-known": forAll, "/files/a%20b": forAll, "/files/50%25": forAll, "/public/%C3%A9": forAll,
		"/dashboard": forSession, "/settings/a": forSession, "/u/x/settings": forSession, "/deep/er/x": forSession, "/settings/50%25": forSession,
		"/admin": forAdmin, "/admin/users": forAdmin, "/admin/50%25": forAdmin, "/back/x": forAdmin, "/staff/7": forAdmin, "/rooms/a/admin": forAdmin, "/rooms/a": forSession,
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

// TestPathSpellingsWithEveryCharacter: sent as it is, where a request line can hold it, and encoded, once and twice.
func TestPathSpellingsWithEveryCharacter(t *testing.T) {
	t.Parallel()
	s := newSpelled(t)
	places := []string{"/public%2fx", "/admin%2Fusers/7", "/zone/secret", "/staff/7", "/back%2fx", "/zone/keys/7", "/static%2fx", "/files%2f"}
	for c := range 256 {
		for i, written := range []string{string([]byte{byte(c)}), fmt.Sprintf("%%%02X", c), fmt.Sprintf("%%25%02x", c)} {
			target := places[(c+i)%len(places)] + written
			if strings.ContainsAny(target, " \r\n") || !requestable(target) {
				continue // net/http answers 400 before Gin sees it
			}
			s.check(t, target)
			if i == 0 {
				s.check(t, places[(c+3)%len(places)]+written+"y")
			}
		}
	}
}

func requestable(target string) bool {
	_, err := url.ParseRequestURI(target)
	return err == nil
}

// FuzzPathSpellings: no path ever reaches a protected handler without a session, or an admin's without the role.
func FuzzPathSpellings(f *testing.F) {
	for _, target := range spellings() {
		f.Add(target)
	}
	s := newSpelled(f)
	f.Fuzz(func(t *testing.T, target string) {
		if !requestable(target) || strings.ContainsAny(target, " \r\n") {
			t.Skip("no request line can hold it")
		}
		s.check(t, target)
	})
}
