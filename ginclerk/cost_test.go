//go:build !race

// The race detector has costs of its own, which are not what is measured here: make figures runs these tests without it.

package ginclerk_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// Sizes of the requests whose costs are compared. A linear cost grows eightfold; three times that is allowed for caches and for
// what else the machine does.
const (
	smallRequest = 8 << 10
	largeRequest = 64 << 10
	largestRatio = 3 * largeRequest / smallRequest
)

// Costs below this are of no account: the ratio of two small numbers says nothing.
const negligible = 50 * time.Microsecond

// sized is a request of a given size.
type sized struct{ target, host, header, value string }

// fillings are texts that parsers have been slow with: separators, escapes, and characters that have to be written otherwise.
func fillings() []string {
	return []string{
		"a", "/a", "a@", "a:", "%41", "%2541", "/..", "/%2e%2e", "/", "\\", "a=b;", ";", "a,", ", ", "a=b&", "__clerk_x=1&", "__clerk_db_jwt=&",
		"&", "%61=%62&", "+", "ü", "%C3%BC", "a ", "[", "\"", "1", "=", ".", "a.", "^", "?", "xn--", "*/*,", "__session=x; ", "eyJhIjoxfQ.", "W1tb", "%2f",
		"#", "__Host-", "__clerk_", "\xff", "Bearer ",
	}
}

// sizedPlaces are where such a text may stand in a request.
func sizedPlaces() map[string]func(text string) sized {
	places := map[string]func(string) sized{
		"the host": func(text string) sized { return sized{target: "/guarded", host: text} },
	}
	for _, prefix := range []string{
		"/", "/public/", "/admin/", "/u/", "/static/", "/?", "/guarded?", "/portal?", "/portal?redirect_url=", "/?redirect_url=", "/?__clerk_redirect_url=",
		"/?__clerk_redirect_url=https://", "/?__clerk_db_jwt=", "/?__clerk_synced=", "/?%5f", "/?__clerk_handshake=",
	} {
		places["the target "+prefix] = func(text string) sized { return sized{target: prefix + text} }
	}
	for name, prefixes := range map[string][]string{
		"Referer":        {"", "https://", evilOrigin + "/", ownOrigin + "/", "https://a@", "x-app://"},
		"Origin":         {"", "https://", "http://"},
		"HX-Current-URL": {"", "https://", ownOrigin + "/", ownOrigin + "/?"},
		"Authorization":  {"", "Bearer ", "Bearer a.b."},
		"Cookie": {
			"", "__client_uat=1; __clerk_db_jwt=x; __session=", "__clerk_db_jwt=x; __session=a.b.c; __client_uat=", "__clerk_db_jwt=",
			"__clerk_db_jwt=x; __clerk_redirect_count=", "__clerk_handshake=", "__Host-ginclerk_flash=", "__Host-ginclerk_selection=",
			"__ginclerk_sign_in_redirects=", "__Host-ginclerk_flash=x; __Host-ginclerk_selection=x; __ginclerk_sign_in_redirects=1-a; __clerk_db_jwt=x; ",
		},
		"Accept": {"", "text/html,"}, "Sec-Fetch-Dest": {""}, "Sec-Fetch-Site": {""}, "Sec-Purpose": {""}, "Connection": {""}, "Upgrade": {""},
		"X-Forwarded-For": {"", "203.0.113.1,"}, "X-Forwarded-Host": {""}, "X-Forwarded-Proto": {"", "https,"}, "X-Forwarded-Prefix": {"/"},
		"X-Real-Ip": {""}, "User-Agent": {""}, "Access-Control-Request-Method": {""}, "HX-Request": {""},
	} {
		for _, prefix := range prefixes {
			places["the header "+name+": "+prefix] = func(text string) sized {
				return sized{target: "/guarded", header: name, value: prefix + text}
			}
		}
	}
	return places
}

// visits are ways to come with such a request.
func (a *app) visits(tb testing.TB) map[string][]option {
	tb.Helper()
	signedIn := withCookie("__session", a.token(tb, ada))
	return map[string][]option{
		"a page for nobody": {navigation}, "a page for somebody": {navigation, signedIn, withCookie("__client_uat", "1"), withCookie("__clerk_db_jwt", "x")},
		"htmx": {htmx}, "a program": {program}, "a form": {ownForm},
	}
}

// costly is an application that asks for everything that a request says: it trusts a proxy, and names no origins.
func costly(tb testing.TB, options ...setup) *app {
	tb.Helper()
	a := newApp(tb, append(options, configured(func(c *ginclerk.Config) { c.Origins, c.AuthorizedParties = nil, []string{ownOrigin} }))...)
	if err := a.engine.SetTrustedProxies([]string{"198.51.100.9"}); err != nil {
		tb.Fatal(err)
	}
	a.clerk.Exempt("/static")
	rules := guideRules()
	rules.Public = append(rules.Public, "/public/(.*)", "/u/:id*", "/portal", "/((?!api|admin|guarded).*)")
	protect, err := a.clerk.Protect(rules)
	if err != nil {
		tb.Fatal(err)
	}
	a.engine.Use(a.clerk.Attach(), protect)
	a.engine.GET("/portal", a.clerk.AccountPortal("/sign-in"))
	a.engine.Any("/guarded", a.clerk.RequireSession(), whoami)
	for _, path := range []string{"/", "/public/*rest", "/admin/*rest", "/static/*rest", "/u/:id", "/u/:id/x"} {
		a.engine.Any(path, whoami)
	}
	return a
}

// TestARequestCostsNoMoreThanItsLength: nobody can keep an application busy with a long path, query or header.
func TestARequestCostsNoMoreThanItsLength(t *testing.T) {
	development, live := costly(t), costly(t, production())
	visits := development.visits(t)
	somebody := live.visits(t)["a page for somebody"]
	measured := 0
	for place, at := range sizedPlaces() {
		for _, text := range fillings() {
			if !sendable(at(text).target) {
				continue // net/http answers 400
			}
			for visit, about := range visits {
				a := development
				if visit == "a page for somebody" {
					a, about = live, somebody
				}
				if !speaks(visit, place) {
					continue
				}
				measured++
				if ratio, ok := a.costRatio(at, text, visit == "a form", about); !ok {
					t.Errorf("%s: %s with 64 KB of %q costs %.0f times as much as with 8 KB", visit, place, text, ratio)
				}
			}
		}
	}
	if measured < 5000 {
		t.Errorf("only %d requests were measured", measured)
	}
	t.Logf("cost: %d kinds of requests of 64 KB, each at most %d times as costly as one of 8 KB", measured, largestRatio)
}

// speaks leaves out visits for which a place is as it is for others.
func speaks(visit, place string) bool {
	switch visit {
	case "htmx":
		return strings.Contains(place, "HX-") || strings.Contains(place, "Cookie")
	case "a form":
		return strings.Contains(place, "Referer") || strings.Contains(place, "Origin") || strings.Contains(place, "Cookie")
	case "a program":
		return strings.Contains(place, "target") || strings.Contains(place, "Authorization")
	default:
		return true
	}
}

func sendable(target string) bool {
	_, err := url.ParseRequestURI(target)
	return err == nil && !strings.Contains(target, " ") && !strings.Contains(target, "\xff")
}

// costRatio compares the least costs of a large and a small request, measured until they are as they should be or have had every
// chance to.
func (a *app) costRatio(at func(string) sized, text string, unsafe bool, about []option) (ratio float64, ok bool) {
	method := http.MethodGet
	if unsafe {
		method = http.MethodPost
	}
	small, large := time.Hour, time.Hour
	for range 40 {
		small = min(small, cost(a.engine, method, at(strings.Repeat(text, smallRequest/len(text))), about))
		large = min(large, cost(a.engine, method, at(strings.Repeat(text, largeRequest/len(text))), about))
		if ratio = float64(large) / float64(max(small, negligible)); ratio <= largestRatio {
			return ratio, true
		}
	}
	return ratio, false
}

// cost is what it takes to answer a request, without what net/http did before.
func cost(engine *gin.Engine, method string, s sized, about []option) time.Duration {
	r := httptest.NewRequest(method, s.target, nil)
	r.Host, r.RemoteAddr = ownHost, "198.51.100.9:4711"
	for _, change := range about {
		change(r)
	}
	switch {
	case s.host != "":
		r.Host = s.host
	case s.header == "Cookie":
		r.Header.Set("Cookie", strings.Join(append(r.Header["Cookie"], s.value), "; "))
	case s.header != "":
		r.Header.Set(s.header, s.value)
	}
	recorder := httptest.NewRecorder()
	begun := time.Now()
	engine.ServeHTTP(recorder, r)
	return time.Since(begun)
}

// BenchmarkLongRequests is for the figure: what 64 KB cost.
func BenchmarkLongRequests(b *testing.B) {
	a := costly(b)
	for name, target := range map[string]string{"segments": "/a", "escapes": "/%22", "carets": "/^"} {
		b.Run(fmt.Sprintf("path of %s", name), func(b *testing.B) {
			for b.Loop() {
				cost(a.engine, http.MethodGet, sized{target: strings.Repeat(target, largeRequest/len(target))}, []option{navigation})
			}
		})
	}
}
