package routes_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// TestEveryGuardSaysWhatItIs: the words are those with which the application made the guard.
func TestEveryGuardSaysWhatItIs(t *testing.T) {
	t.Parallel()
	clerk := newClerk(t)
	window := ratelimit.Policy{Name: "per-plan", Limit: 5, Window: time.Hour}
	limits, err := clerk.RateLimits(ginclerk.LimitOptions{},
		ginclerk.Limit{Policy: window, Key: ginclerk.ByOrganization},
		ginclerk.Limit{Policy: ratelimit.Policy{Name: "odd", Limit: 1, Window: time.Second}, Key: func(*gin.Context) string { return "x" }, Shadow: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name  string
		guard gin.HandlerFunc
		want  string
	}{
		{"a session", clerk.RequireSession(), "session: RequireSession"},
		{"a role", clerk.Require(ginclerk.Role("org:admin")), "session: Require(Role(org:admin))"},
		{
			"all that Clerk can check", clerk.Require(ginclerk.Permission("org:invoices:create"), ginclerk.Plan("pro"), ginclerk.Feature("o:export")),
			"session: Require(Permission(org:invoices:create), Plan(pro), Feature(o:export))",
		},
		{"a function", clerk.Require(ginclerk.Satisfies(func(*ginclerk.Auth) bool { return true })), "session: Require(Satisfies(a function of the application))"},
		{"no requirement", clerk.Require(ginclerk.Requirement{}), "session: Require(nothing that could be met)"},
		{
			"reverification", clerk.Require(ginclerk.Reverified(token.PresetStrict), ginclerk.ReverifiedWithin(token.FirstFactor, time.Hour)),
			"session: Require(Reverified(strict), ReverifiedWithin(first_factor, 1h0m0s))",
		},
		{"any token", clerk.RequireToken(), "token: RequireToken(any)"},
		{"tokens of machines", clerk.RequireToken(ginclerk.M2MToken, ginclerk.APIKey), "token: RequireToken([api_key m2m_token])"},
		{"session tokens alone", clerk.RequireToken(ginclerk.SessionToken), "session: RequireToken(session_token)"},
		{"the age of a token", clerk.MaxTokenAge(time.Hour), "session: MaxTokenAge(1h0m0s)"},
		{"the age of a session", clerk.MaxSessionAge(24 * time.Hour), "session: MaxSessionAge(24h0m0s)"},
		{"the origin", clerk.RefuseCrossOrigin(), "none: RefuseCrossOrigin"},
		{"who it is", clerk.Attach(), "none: Attach"},
		{"a limit", clerk.RateLimit(10, 10*time.Second), "none: RateLimit(10 in 10s by caller)"},
		{
			"several limits", limits,
			"none: RateLimit(per-plan: 5 in 1h0m0s by organization, odd: 1 in 1s by a function of the application in shadow mode)",
		},
		{"a limit that is no limit", clerk.RateLimit(0, 0), "none: RateLimit(refuses all: the numbers make no limit)"},
		{"the mark of an API", ginclerk.API(), "none: API"},
		{"forms that are not kept", ginclerk.SkipForms(), "none: SkipForms"},
		{"shared caching", ginclerk.AllowSharedCaching(), "none: AllowSharedCaching"},
		{"a handler of the application", ok, "none: "},
		{
			"the public part of rules", protect(t, clerk, ginclerk.Rules{Public: []string{"/x"}, API: []string{"/x"}}),
			"public: Protect(public, API)",
		},
		{"the rest of what rules cover", protect(t, clerk, ginclerk.Rules{}), "session: Protect(session)"},
		{
			"the admin part of rules", protect(t, clerk, ginclerk.Rules{Admin: []string{"/x"}, AdminRole: "org:owner"}),
			"session: Protect(admin: Role(org:owner))",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			engine := gin.New()
			engine.GET("/x", never(t), row.guard, never(t))
			wantGuards(t, mapOf(t, engine), "GET /x", row.want)
		})
	}
}

// TestGuardsComeInTheirOrder: those of the engine, of groups and of the route.
func TestGuardsComeInTheirOrder(t *testing.T) {
	t.Parallel()
	clerk, engine := newClerk(t), gin.New()
	engine.Use(never(t), clerk.Attach())
	api := engine.Group("/api", ginclerk.API(), clerk.RequireSession())
	api.Use(never(t))
	api.POST("/users/:id", clerk.MaxTokenAge(time.Minute), never(t))
	engine.GET("/about", never(t))
	m := mapOf(t, engine, "GET /about")
	wantGuards(t, m, "POST /api/users/:id", "session: Attach, API, RequireSession, MaxTokenAge(1m0s)")
	wantGuards(t, m, "GET /about", "public: Attach")
	wantWarnings(t, m)
}

// TestEveryRouteOfGinIsListed: static routes, parameters, wildcards, escaped colons, all methods; those of Gin's own tests.
func TestEveryRouteOfGinIsListed(t *testing.T) {
	t.Parallel()
	clerk, engine := newClerk(t), gin.New()
	guard := clerk.RequireSession()
	for _, path := range []string{
		"/", "/cmd/:tool/", "/cmd/:tool/:sub", "/cmd/whoami", "/src/*filepath", "/search/", "/search/:query", "/search/gin-gonic", "/user_:name",
		"/user_:name/about", "/files/:dir/*filepath", "/doc/", "/doc/go1.html", "/info/:user/project/:project", `/v1/items\:batch`, "/aa/*xx", "/ab/*xx",
		"/:cc", "/c1/:dd/e",
	} {
		engine.Any(path, guard, ok)
	}
	engine.Handle("PURGE", "/cache", guard, ok)
	m := mapOf(t, engine)
	if got, want := len(m.Routes), len(engine.Routes()); got != want {
		t.Fatalf("%d routes, want %d", got, want)
	}
	for _, route := range m.Routes {
		wantGuards(t, m, route.Method+" "+route.Path, "session: RequireSession")
	}
	wantWarnings(t, m)
}

// TestAnEngineWithoutRoutes has an empty map.
func TestAnEngineWithoutRoutes(t *testing.T) {
	t.Parallel()
	m := mapOf(t, gin.New(), "/gone")
	if len(m.Routes) != 0 {
		t.Errorf("routes: %v", m.Routes)
	}
	wantWarnings(t, m, "The list of public routes names /gone, but the engine has no such route.")
}

// TestAParameterMayDecide: rules name values of a parameter, and routes with text come first.
func TestAParameterMayDecide(t *testing.T) {
	t.Parallel()
	clerk, engine := newClerk(t), gin.New()
	engine.Use(protect(t, clerk, ginclerk.Rules{
		Public: []string{"/posts/welcome", "/posts/new", "/posts/1st", "/docs(.*)"}, Admin: []string{"/posts/drafts"},
	}))
	engine.GET("/posts/:id", ok)
	engine.GET("/posts/new", ok)
	engine.GET("/posts/1st", ok)
	engine.GET("/docs/*page", ok)
	m := mapOf(t, engine)
	wantGuards(t, m, "GET /posts/:id", "session: Protect(session, public for /posts/welcome, admin: Role(org:admin) for /posts/drafts)")
	wantGuards(t, m, "GET /posts/new", "public: Protect(public)")
	wantGuards(t, m, "GET /posts/1st", "public: Protect(public)")
	wantGuards(t, m, "GET /docs/*page", "public: Protect(public)")
	wantWarnings(t, m)
}

// TestWhatAnExemptPrefixLifts: Attach, Protect, and limits that would have to authenticate; no other guard.
func TestWhatAnExemptPrefixLifts(t *testing.T) {
	t.Parallel()
	clerk, engine := newClerk(t), gin.New()
	clerk.Exempt("/hooks")
	engine.Use(clerk.Attach(), protect(t, clerk, ginclerk.Rules{}), clerk.RateLimit(9, time.Minute))
	engine.POST("/hooks/clerk", ok)
	engine.POST("/hooks/limited", clerk.RateLimit(5, time.Minute), ok)
	engine.POST("/hooks/own", clerk.RefuseCrossOrigin(), clerk.RateLimit(6, time.Minute), ok)
	engine.GET("/hooks/log", clerk.RequireSession(), clerk.RateLimit(7, time.Minute), ok)
	engine.POST("/:tenant/clerk", ok)
	m := mapOf(t, engine)
	lifted := "Attach(exempt), Protect(exempt), RateLimit(exempt)"
	wantGuards(t, m, "POST /hooks/clerk", "exempt: "+lifted)
	wantGuards(t, m, "POST /hooks/limited", "exempt: "+lifted+", RateLimit(exempt)")
	wantGuards(t, m, "POST /hooks/own", "exempt: "+lifted+", RefuseCrossOrigin, RateLimit(6 in 1m0s by caller)")
	wantGuards(t, m, "GET /hooks/log", "session: "+lifted+", RequireSession, RateLimit(7 in 1m0s by caller)")
	wantGuards(t, m, "POST /:tenant/clerk", "session: Attach, Protect(session), RateLimit(9 in 1m0s by caller)")
	wantWarnings(t, m,
		"RateLimit(5 in 1m0s by caller) does not count POST /hooks/limited: there the exempt prefix /hooks lifts it.",
		"The exempt prefix /hooks covers GET /hooks/log, where RequireSession guards all the same.",
	)
}

// TestTheHandlersOfSeveralClerks are told apart.
func TestTheHandlersOfSeveralClerks(t *testing.T) {
	t.Parallel()
	staff, customers, engine := newClerk(t), newClerk(t), gin.New()
	engine.GET("/a", staff.RequireSession(), ginclerk.API(), ok)
	engine.GET("/b", customers.RequireSession(), staff.RequireSession(), ok)
	m := mapOf(t, engine)
	wantGuards(t, m, "GET /a", "session: RequireSession of Clerk 1, API")
	wantGuards(t, m, "GET /b", "session: RequireSession of Clerk 2, RequireSession of Clerk 1")
	wantWarnings(t, m)
}

// TestAClerkOfManyTenants has guards as any other one.
func TestAClerkOfManyTenants(t *testing.T) {
	t.Parallel()
	many := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) {
		t.Error("a tenant was chosen")
		return nil, ginclerk.ErrNoTenant
	})
	engine := gin.New()
	many.MountProxy(engine, "/__clerk")
	engine.GET("/x", many.Require(ginclerk.Role("org:admin")), ok)
	m := mapOf(t, engine)
	wantGuards(t, m, "GET /x", "session: Require(Role(org:admin))")
	wantGuards(t, m, "PATCH /__clerk/*path", "ginclerk: Frontend API proxy")
	wantWarnings(t, m)
}

// TestAskingAGuardChangesNothing: it guards as before.
func TestAskingAGuardChangesNothing(t *testing.T) {
	t.Parallel()
	clerk, engine := newClerk(t), gin.New()
	engine.GET("/x", clerk.RequireSession(), never(t))
	first, second := mapOf(t, engine).String(), mapOf(t, engine).String()
	if first != second {
		t.Errorf("a second map differs:\n%s\n%s", first, second)
	}
	for range 2 {
		wantRefused(t, engine, "/x")
	}
}

// TestTheTable: one line for each path, aligned.
func TestTheTable(t *testing.T) {
	t.Parallel()
	clerk, engine := newClerk(t), gin.New()
	engine.Any("/any", clerk.RequireSession(), ok)
	engine.GET("/b", clerk.Attach(), ok)
	engine.HEAD("/b", clerk.Attach(), ok)
	engine.POST("/b", clerk.RequireSession(), ok)
	engine.GET("/open", ok)
	const want = `METHODS   PATH   NEEDS    GUARDS
ANY       /any   session  RequireSession
GET HEAD  /b     none     Attach
POST      /b     session  RequireSession
GET       /open  public

Warnings:
- No guard covers GET HEAD /b: list as public what is meant to be open.
`
	if got := mapOf(t, engine, "/open").String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
