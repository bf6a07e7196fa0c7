package gintest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/attack"
	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// Attack attacks an engine whose users are those of the embedded Clerk, as package attack describes, and fails the test for each finding:
//
//	gintest.Attack(t, srv, engine, attack.Options{}, "/about", "GET /healthz")
//
// It reads from the engine which routes there are, and from the guards what each needs (package routes). Public are the routes that are meant
// to be open, as for [AssertGuarded]. What a Public pattern of rules names, what is below an exempt prefix and what ginclerk serves need not be
// listed. Routes and Readings of the options are set here.
//
// Paths are sent under every setting of Gin that says how it reads them, one after the other; the engine has its own again afterwards. Handlers
// run, with signed-in users too. Use an engine that exists for the test, and nothing else with it meanwhile.
func Attack(tb testing.TB, server *clerktest.Server, engine *gin.Engine, options attack.Options, public ...string) {
	tb.Helper()
	m, err := routes.Of(engine, public...)
	if err != nil {
		tb.Errorf("%v", err)
		return
	}
	met := map[string]bool{}
	for _, route := range m.Routes {
		entries(gin.RouteInfo{Method: route.Method, Path: route.Path}, public, met)
		options.Routes = append(options.Routes, attack.Route{
			Method: route.Method, Path: route.Path,
			Open:     route.Access == routes.Public || route.Access == routes.Own || route.Access == routes.Exempt,
			Asks:     asksMore(route),
			Machines: route.Access == routes.Token,
			Clerk:    slices.ContainsFunc(route.Guards, func(g routes.Guard) bool { return g.Name == "Frontend API proxy" }),
		})
	}
	for _, entry := range public {
		if !met[entry] {
			tb.Errorf("%s is listed as public, but the engine has no such route", entry)
		}
	}
	options.Readings = readings(engine, options.Routes)
	attack.Run(tb, server, engine, options)
}

// asksMore reports whether a session alone does not open a route.
func asksMore(route routes.Route) bool {
	return slices.ContainsFunc(route.Guards, func(g routes.Guard) bool {
		return !g.Exempt && slices.ContainsFunc(g.Asks, func(asked string) bool {
			kind, _, _ := strings.Cut(asked, "(")
			return slices.Contains([]string{"admin", "admin: Role", "Role", "Permission", "Feature", "Plan"}, kind)
		})
	})
}

// reading is a way in which Gin reads paths.
type reading struct {
	redirectSlash, redirectFixed, notAllowed, raw, escaped, unescape, extraSlash bool
}

func readingOf(e *gin.Engine) reading {
	return reading{
		e.RedirectTrailingSlash, e.RedirectFixedPath, e.HandleMethodNotAllowed, e.UseRawPath, e.UseEscapedPath, e.UnescapePathValues, e.RemoveExtraSlash,
	}
}

func (r reading) set(e *gin.Engine) {
	e.RedirectTrailingSlash, e.RedirectFixedPath, e.HandleMethodNotAllowed = r.redirectSlash, r.redirectFixed, r.notAllowed
	e.UseRawPath, e.UseEscapedPath, e.UnescapePathValues, e.RemoveExtraSlash = r.raw, r.escaped, r.unescape, r.extraSlash
}

func (r reading) String() string {
	return fmt.Sprintf("RedirectTrailingSlash=%t RedirectFixedPath=%t HandleMethodNotAllowed=%t UseRawPath=%t UseEscapedPath=%t UnescapePathValues=%t RemoveExtraSlash=%t",
		r.redirectSlash, r.redirectFixed, r.notAllowed, r.raw, r.escaped, r.unescape, r.extraSlash)
}

// readings are the engine's own, and every one that differs in which route serves a path.
func readings(engine *gin.Engine, list []attack.Route) []attack.Reading {
	own := readingOf(engine)
	all := []reading{own}
	for bits := range 32 {
		on := func(bit int) bool { return bits&(1<<bit) != 0 }
		all = append(all, reading{
			redirectSlash: on(0), redirectFixed: on(0), notAllowed: on(4), raw: on(1), escaped: on(2), unescape: on(3), extraSlash: on(4),
		})
	}
	found := make([]attack.Reading, 0, len(all))
	for _, how := range all {
		shadow := shadowOf(list, how)
		found = append(found, attack.Reading{
			Name: how.String(),
			Set: func() func() {
				before := readingOf(engine)
				how.set(engine)
				return func() { before.set(engine) }
			},
			Match: func(r *http.Request) string { return matched(shadow, r) },
		})
	}
	return found
}

// shadowOf is an engine with the same routes, whose handlers say which they are.
func shadowOf(list []attack.Route, how reading) *gin.Engine {
	shadow := gin.New()
	how.set(shadow)
	for _, route := range list {
		shadow.Handle(route.Method, route.Path, func(c *gin.Context) { c.Header(matchHeader, c.Request.Method+" "+c.FullPath()) })
	}
	return shadow
}

const matchHeader = "X-Match"

// matched asks a shadow which route serves a request.
func matched(shadow *gin.Engine, r *http.Request) string {
	w := &matchWriter{header: http.Header{}}
	shadow.ServeHTTP(w, r)
	return w.header.Get(matchHeader)
}

// matchWriter keeps the header alone.
type matchWriter struct{ header http.Header }

func (w *matchWriter) Header() http.Header         { return w.header }
func (w *matchWriter) Write(p []byte) (int, error) { return len(p), nil }
func (w *matchWriter) WriteHeader(int)             {}
