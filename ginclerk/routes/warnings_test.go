package routes_test

import (
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		routes func(*testing.T, *ginclerk.Clerk, *gin.Engine)
		public []string
		want   []string
	}{
		{
			"a guard after the routes it was meant for covers those behind it alone",
			func(_ *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				r.GET("/before", ok)
				r.HEAD("/before", ok)
				r.GET("/open", ok)
				r.Use(k.RequireSession())
				r.GET("/behind", ok)
			},
			[]string{"/open"},
			[]string{
				"No guard covers GET HEAD /before: list as public what is meant to be open.",
				"engine.Use(RequireSession) does not cover GET HEAD /before: Gin gives a route what its group had when the route was registered.",
			},
		},
		{
			"a group that was made before the guard does not have it",
			func(_ *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				r.Use(k.Attach())
				group := r.Group("/app")
				r.Use(k.Require(ginclerk.Role("org:admin")))
				group.GET("/x", k.RequireSession(), ok)
			},
			nil,
			[]string{"engine.Use(Require(Role(org:admin))) does not cover GET /app/x: Gin gives a route what its group had when the route was registered."},
		},
		{
			"a group that has the guard itself lacks nothing",
			func(_ *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				r.GET("/x", k.RequireSession(), ok)
				r.Use(k.RequireSession())
			},
			nil, nil,
		},
		{
			"what is late and would do nothing is missed by no route",
			func(t *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				t.Helper()
				k.MountProxy(r)
				k.Exempt("/assets")
				r.GET("/assets/*file", ok)
				r.GET("/x", k.RequireSession(), ok)
				r.GET("/:page", ok)
				r.Use(k.Attach(), k.RateLimit(9, time.Minute))
			},
			nil,
			[]string{
				"No guard covers GET /:page, GET /assets/*file: list as public what is meant to be open.",
				"engine.Use(Attach) does not cover GET /:page: Gin gives a route what its group had when the route was registered.",
				"engine.Use(RateLimit(9 in 1m0s by caller)) does not cover GET /:page, GET /x: Gin gives a route what its group had when the route was registered.",
			},
		},
		{
			"a guard behind the handler guards nothing",
			func(_ *testing.T, k *ginclerk.Clerk, r *gin.Engine) { r.GET("/x", ok, k.RequireSession()) },
			nil,
			[]string{"RequireSession is the last handler of GET /x: everything in front of it runs first."},
		},
		{
			"the same guard twice",
			func(_ *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				r.Use(k.RequireSession())
				r.GET("/x", k.RequireSession(), k.Require(ginclerk.Role("a")), k.Require(ginclerk.Role("b")), ok)
			},
			nil,
			[]string{"RequireSession covers GET /x twice."},
		},
		{
			"the same limit twice counts twice",
			func(_ *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				r.Use(k.RequireSession(), k.RateLimit(5, time.Minute))
				r.GET("/x", k.RateLimit(5, time.Minute), k.RateLimit(6, time.Minute), ok)
			},
			nil,
			[]string{"RateLimit(5 in 1m0s by caller) covers GET /x twice. Each request counts twice."},
		},
		{
			"a list that is out of date",
			func(_ *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				r.GET("/x", k.RequireSession(), ok)
				r.GET("/y", k.RequireToken(ginclerk.APIKey), ok)
			},
			[]string{"/x", "GET /y", "POST /x"},
			[]string{
				"The list of public routes names GET /x, where a session is needed.",
				"The list of public routes names GET /y, where a token is needed.",
				"The list of public routes names POST /x, but the engine has no such route.",
			},
		},
		{
			"a pattern goes on within a segment, where a route is",
			func(t *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				t.Helper()
				r.GET("/dashboard-of-others", ok)
				r.Use(protect(t, k, ginclerk.Rules{Public: []string{"/dashboard(.*)", "/docs/(.*)", "/(.*)"}, API: []string{"/api(.*)"}}))
				for _, path := range []string{"/dashboard", "/dashboard/x", "/dashboards", "/dashboard-old/:id", "/docs/x", "/api/x"} {
					r.GET(path, ok)
				}
			},
			[]string{"/dashboard-of-others"},
			[]string{
				"The pattern /dashboard(.*) of Rules.Public matches GET /dashboard-old/:id, GET /dashboards too: /dashboard/:path* keeps to whole segments.",
			},
		},
		{
			"a pattern goes on within a segment, and a parameter takes it",
			func(t *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				t.Helper()
				r.Use(protect(t, k, ginclerk.Rules{Public: []string{"/about(.*)"}}))
				r.GET("/about", ok)
				r.GET("/:page", ok)
			},
			nil,
			[]string{"The pattern /about(.*) of Rules.Public matches /abouts too, a path of GET /:page: /about/:path* keeps to whole segments."},
		},
		{
			"a slash at the end leads to a wildcard route",
			func(t *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				t.Helper()
				r.Use(protect(t, k, ginclerk.Rules{Public: []string{"/docs", "/files/:name", "/app", "/app/:path*"}}))
				for _, path := range []string{"/docs", "/docs/*path", "/files/:name", "/files/:name/*path", "/app", "/app/*path"} {
					r.GET(path, ok)
				}
			},
			nil,
			[]string{
				"The pattern /docs of Rules.Public matches /docs/ too, a path of GET /docs/*path.",
				"The pattern /files/:name of Rules.Public matches /files/example/ too, a path of GET /files/:name/*path.",
			},
		},
		{
			"patterns that match no route",
			func(t *testing.T, k *ginclerk.Clerk, r *gin.Engine) {
				t.Helper()
				r.GET("/outside", k.RequireSession(), ok)
				r.Use(protect(t, k, ginclerk.Rules{
					Public: []string{"/gone", "/outside", "/posts/welcome", "/en|/de", "/items/(a|b)/x", "/files/:name", "/Posts/:id"},
					Admin:  []string{"/nowhere(.*)", "/posts/:id"}, API: []string{"/v(\\d+)/x"},
				}))
				r.GET("/posts/:id", ok)
				r.GET("/items/:kind/x", ok)
				r.GET("/files/*path", ok)
			},
			[]string{"/outside"},
			[]string{
				"The list of public routes names GET /outside, where a session is needed.",
				"The pattern /gone of Rules.Public matches no route that the rules stand in front of.",
				"The pattern /outside of Rules.Public matches no route that the rules stand in front of.",
				"The pattern /en|/de of Rules.Public matches no route that the rules stand in front of.",
				"The pattern /Posts/:id of Rules.Public matches no route that the rules stand in front of.",
				"The pattern /nowhere(.*) of Rules.Admin matches no route that the rules stand in front of.",
				"The pattern /v(\\d+)/x of Rules.API matches no route that the rules stand in front of.",
			},
		},
		{
			"many routes without a guard are one line",
			func(_ *testing.T, _ *ginclerk.Clerk, r *gin.Engine) {
				for _, name := range "abcdefghijkl" {
					r.GET("/"+string(name), ok)
				}
			},
			nil,
			[]string{
				"No guard covers GET /a, GET /b, GET /c, GET /d, GET /e, GET /f, GET /g, GET /h, GET /i, GET /j and 2 more paths: list as public what is meant to be open.",
			},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			clerk, engine := newClerk(t), gin.New()
			row.routes(t, clerk, engine)
			wantWarnings(t, mapOf(t, engine, row.public...), row.want...)
		})
	}
}
