package guard_test

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/rules"
)

// FuzzPublicRoutes: in an application with any routes and any public patterns, a request without a session is served only by the route that
// Gin serves the path with in the spelling of the pattern. What is public is decided here by a matcher of a few lines.
func FuzzPublicRoutes(f *testing.F) {
	for seed := range uint64(64) {
		f.Add(seed, seed*7)
	}
	f.Fuzz(func(t *testing.T, application, requests uint64) {
		a := newApplication(t, rand.New(rand.NewPCG(application, 1)))
		random := rand.New(rand.NewPCG(requests, 2))
		for range 40 {
			a.check(t, a.target(random))
		}
	})
}

// words are the segments of routes and patterns, and of paths that are literally public.
var words = []string{"a", "b", "ab", "ü", "a b"}

// application is a Gin engine, and rules for its routes.
type application struct {
	engine         *gin.Engine
	rules          *rules.Rules
	public, routes []string

	served string // the route of the last request
	open   bool   // whether that was public
}

func newApplication(t *testing.T, random *rand.Rand) *application {
	t.Helper()
	a := &application{engine: gin.New()}
	on := func() bool { return random.IntN(2) == 0 }
	e := a.engine
	e.UseRawPath, e.UseEscapedPath, e.UnescapePathValues, e.RemoveExtraSlash = on(), random.IntN(3) == 0, on(), on()
	for range 1 + random.IntN(7) {
		a.register(path(random, ":*", e.UseEscapedPath))
	}
	for range 1 + random.IntN(3) {
		pattern := path(random, ":(", false)
		if len(a.routes) > 0 && on() && !e.UseEscapedPath { // as developers do
			pattern = strings.ReplaceAll(a.routes[random.IntN(len(a.routes))], "*w", ":w*")
		}
		a.public = append(a.public, pattern)
	}
	compiled, err := rules.Compile(rules.Patterns{Public: a.public})
	if err != nil {
		t.Fatal(err)
	}
	a.rules = compiled
	return a
}

// path makes the path of a route, or a pattern. Gin names the parameters of one place with one name.
func path(random *rand.Rand, special string, escaped bool) string {
	var out strings.Builder
	for depth := range random.IntN(4) {
		name := "xyz"[depth : depth+1]
		word := words[random.IntN(len(words))]
		if escaped { // only so does a route match
			word = (&url.URL{Path: word}).EscapedPath()
		}
		switch n := random.IntN(10); {
		case n < 4:
			out.WriteString("/:" + name)
		case n == 4:
			out.WriteString("/a:" + name)
		case n == 5 && special == ":*":
			return out.String() + "/*w"
		case n == 5:
			return out.String() + []string{"/:w*", "/(.*)"}[random.IntN(2)]
		case n == 6 && special == ":(":
			out.WriteString("/:" + name + "([ab])")
		default:
			out.WriteString("/" + word)
		}
	}
	if out.Len() == 0 || random.IntN(5) == 0 {
		out.WriteByte('/')
	}
	return out.String()
}

// register adds a route. Gin refuses routes that contradict each other, and is of no use afterwards.
func (a *application) register(path string) {
	before := a.engine
	defer func() {
		if recover() != nil {
			a.engine = before
		}
	}()
	a.engine = gin.New()
	a.engine.UseRawPath, a.engine.UseEscapedPath, a.engine.UnescapePathValues = before.UseRawPath, before.UseEscapedPath, before.UnescapePathValues
	a.engine.RemoveExtraSlash, a.engine.RedirectTrailingSlash, a.engine.RedirectFixedPath = before.RemoveExtraSlash, false, false
	for _, route := range append(a.routes, path) {
		a.engine.GET(route, a.serve)
	}
	a.routes = append(a.routes, path)
}

func (a *application) serve(c *gin.Context) {
	verdict, err := a.rules.Judge(c.Request.URL, rules.RouteOf(c.FullPath(), c.Params.Get))
	a.served, a.open = c.FullPath(), err == nil && verdict.Public
}

// target makes the target of a request: a path that a route or a pattern may mean, spelled in some way.
func (a *application) target(random *rand.Rand) string {
	from := a.public
	if random.IntN(2) == 0 && len(a.routes) > 0 {
		from = a.routes
	}
	values := append([]string{"", "A", "x", "a/b", ".", "..", "a@b", "AB", "ü/b", ":x", "a;b", `a\b`, "50%", "a?b", "+", "/", "a^"}, words...)
	var out strings.Builder
	for segment := range strings.SplitSeq(strings.TrimPrefix(from[random.IntN(len(from))], "/"), "/") {
		if strings.ContainsAny(segment, ":*(") || random.IntN(6) == 0 {
			segment = values[random.IntN(len(values))]
		}
		out.WriteByte('/')
		for _, c := range []byte(segment) {
			switch n := random.IntN(14); {
			case n == 0, c == '/' && n < 9, strings.IndexByte("%? ", c) >= 0, c >= 0x80 && n < 10:
				const upper, lower = "0123456789ABCDEF", "0123456789abcdef"
				hex := upper
				if n%4 == 0 {
					hex = lower
				}
				out.Write([]byte{'%', hex[c>>4], hex[c&15]})
			case n == 1 && 'a' <= c && c <= 'z':
				out.WriteByte(c - 32)
			default:
				out.WriteByte(c)
			}
		}
		if random.IntN(12) == 0 {
			out.WriteByte('/')
		}
	}
	return out.String()
}

func (a *application) ask(u *url.URL) (served string, open bool) {
	a.served, a.open = "", false
	defer func() {
		if recover() != nil { // Gin itself: it can't find /ab in a tree with /:x and /a:x
			served, open = "", false
		}
	}()
	a.engine.ServeHTTP(httptest.NewRecorder(), &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}})
	return a.served, a.open
}

func (a *application) check(t *testing.T, target string) {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return
	}
	served, open := a.ask(u)
	if !open {
		return
	}
	if a.means(a.reads(u)) || a.means(served) && !strings.ContainsAny(served, ":*") {
		return // a pattern means all that Gin reads, or a route that has one path
	}
	for _, path := range slices.Concat([]string{u.Path, served, filled(served)}, a.samples()) {
		if usual, _ := a.ask(&url.URL{Path: path}); usual == served && a.means(path) {
			return // the route is public, at least with other values
		}
	}
	e := a.engine
	t.Errorf("UseRawPath %t, UseEscapedPath %t, UnescapePathValues %t, RemoveExtraSlash %t; public %q; routes %q: %s was served by %s",
		e.UseRawPath, e.UseEscapedPath, e.UnescapePathValues, e.RemoveExtraSlash, a.public, a.routes, target, served)
}

// samples are paths that the patterns mean.
func (a *application) samples() []string {
	var paths []string
	for _, pattern := range a.public {
		for _, one := range []string{"a", "b"} {
			for _, rest := range []string{"", "/any", "/any/any"} {
				path := strings.NewReplacer("/:w*", rest, "/(.*)", cmp.Or(rest, "/"), ":x([ab])", one, ":y([ab])", one, ":z([ab])", one).Replace(pattern)
				paths = append(paths, filled(path), filled(path)+"/")
			}
		}
	}
	return paths
}

// reads is the text that Gin takes for the path of a request.
func (a *application) reads(u *url.URL) string {
	switch {
	case a.engine.UseEscapedPath:
		return u.EscapedPath()
	case a.engine.UseRawPath && u.RawPath != "":
		return u.RawPath
	default:
		return u.Path
	}
}

// filled is a path of a route.
func filled(route string) string {
	segments := strings.Split(route, "/")
	for i, segment := range segments {
		if at := strings.IndexAny(segment, ":*"); at >= 0 {
			segments[i] = segment[:at] + "any"
		}
	}
	return strings.Join(segments, "/")
}

// means reports whether a path is public. A slash at its end makes no difference.
func (a *application) means(path string) bool {
	for _, pattern := range a.public {
		if means(pattern, path) || !strings.HasSuffix(path, "//") && means(pattern, strings.TrimSuffix(path, "/")) {
			return true
		}
	}
	return false
}

// means reports whether a pattern means a path: segment by segment, letter by letter.
func means(pattern, path string) bool {
	if pattern == "" {
		return path == ""
	}
	if pattern == "/:w*" && path == "" || pattern == path {
		return true
	}
	if path == "" {
		return false
	}
	of, moreOf := cutSegment(pattern)
	segment, more := cutSegment(path)
	name := strings.IndexByte(of, ':')
	switch {
	case of == "(.*)":
		return true
	case of == ":w*":
		return !strings.Contains(path, "//") && !strings.HasSuffix(path, "/")
	case strings.HasSuffix(of, "([ab])"):
		return (segment == "a" || segment == "b") && means(moreOf, more)
	case name >= 0:
		return len(segment) > name && segment[:name] == of[:name] && means(moreOf, more)
	default:
		return segment == of && means(moreOf, more)
	}
}

func cutSegment(path string) (segment, more string) {
	path = path[1:]
	if at := strings.IndexByte(path, '/'); at >= 0 {
		return path[:at], path[at:]
	}
	return path, ""
}
