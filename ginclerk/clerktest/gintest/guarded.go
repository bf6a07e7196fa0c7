package gintest

import (
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
)

// AssertGuarded sends requests without a session to every route of the engine, and fails the test for each route that does not
// turn them away. It judges by answers, not by names of handlers: 401, 403, a redirect to a sign-in page (one with a
// redirect_url) and a form that is kept for after signing in turn away; any other answer, 404 too, means that the handler ran.
// Each route gets requests as a page and as an API, with no credential, and with the word "example" for parameters.
//
// List routes that are open to everybody in public, as they were registered: "/about" for every method, or "GET /posts/:id". A
// listed route must exist, and must not turn requests away. Handlers of routes that aren't guarded do run, so use a test's
// engine. Do not register routes on the engine at the same time.
func AssertGuarded(tb testing.TB, engine *gin.Engine, public ...string) {
	tb.Helper()
	routes := engine.Routes()
	if len(routes) == 0 {
		tb.Errorf("the engine has no routes")
	}
	slices.SortFunc(routes, func(a, b gin.RouteInfo) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	met := map[string]bool{}
	for _, route := range routes {
		listed := entries(route, public, met)
		if problem := judge(tb.Context(), engine, route, listed); problem != "" {
			tb.Errorf("%s %s %s", route.Method, route.Path, problem)
		}
	}
	for _, entry := range public {
		if !met[entry] {
			tb.Errorf("%s is listed as public, but the engine has no such route", entry)
		}
	}
}

// entries reports whether the route is listed, and records the entries that list it.
func entries(route gin.RouteInfo, public []string, met map[string]bool) (listed bool) {
	for _, entry := range public {
		if entry == route.Path || entry == route.Method+" "+route.Path {
			met[entry], listed = true, true
		}
	}
	return listed
}
