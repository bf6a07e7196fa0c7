package gintest

import (
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// AssertGuarded sends requests without a session to every route of the engine, and fails the test for each route that does not
// turn them away. It judges by answers, not by names of handlers: 401, 403, a redirect to a sign-in page (one with a
// redirect_url) and a form that is kept for after signing in turn away; any other answer, 404 too, means that the handler ran.
// Each route gets requests as a page and as an API, with no credential, and with the word "example" for parameters. Each request comes
// from another address; where a rate limit answers all the same (429), the test fails, because that tells nothing about a guard.
//
// Routes that ginclerk itself serves are left out, such as the Frontend API proxy and the assets of package pages: they ask for what they
// need.
//
// List routes that are open to everybody in public, as they were registered: "/about" for every method, or "GET /posts/:id". A
// listed route must exist, and must not turn requests away. Handlers of routes that aren't guarded do run, so use a test's
// engine. Do not register routes on the engine at the same time.
func AssertGuarded(tb testing.TB, engine *gin.Engine, public ...string) {
	tb.Helper()
	listed := engine.Routes()
	if len(listed) == 0 {
		tb.Errorf("the engine has no routes")
	}
	slices.SortFunc(listed, func(a, b gin.RouteInfo) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	met, own, v := map[string]bool{}, ownRoutes(tb, engine), &visitors{engine: engine}
	for _, route := range listed {
		open := entries(route, public, met)
		if own[route.Method+" "+route.Path] {
			continue
		}
		if problem := v.judge(tb.Context(), route, open); problem != "" {
			tb.Errorf("%s %s %s", route.Method, route.Path, problem)
		}
	}
	for _, entry := range public {
		if !met[entry] {
			tb.Errorf("%s is listed as public, but the engine has no such route", entry)
		}
	}
}

// ownRoutes are the routes that ginclerk itself serves.
func ownRoutes(tb testing.TB, engine *gin.Engine) map[string]bool {
	tb.Helper()
	m, err := routes.Of(engine)
	if err != nil {
		tb.Errorf("%v", err)
		return nil
	}
	own := map[string]bool{}
	for _, route := range m.Routes {
		own[route.Method+" "+route.Path] = route.Access == routes.Own
	}
	return own
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
