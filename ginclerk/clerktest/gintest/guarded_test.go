package gintest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m)
}

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	problems []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

func newClerk(t *testing.T, options ...func(*clerktest.Config)) *ginclerk.Clerk {
	t.Helper()
	server := clerktest.New(t, options...)
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: server.PublishableKey(), SecretKey: server.SecretKey(), ClerkAPI: ginclerk.ClerkAPI{URL: server.BackendURL()},
		Origins: []string{"http://example.com"}, SignInURL: "/sign-in", Now: server.Clock().Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clerk.Close(t.Context()) })
	return clerk
}

func ok(c *gin.Context) { c.String(http.StatusOK, "hello") }

func status(code int) gin.HandlerFunc { return func(c *gin.Context) { c.Status(code) } }

func TestAssertGuardedWithThePlugin(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			clerk := newClerk(t, func(c *clerktest.Config) { c.Type = kind })
			engine := gin.New()
			engine.GET("/about", clerk.Attach(), ok)
			engine.POST("/about", clerk.Attach(), ok)
			engine.GET("/health", ok)
			guarded := engine.Group("/app", clerk.RequireSession())
			guarded.GET("/", ok)
			guarded.Any("/items/:id/*rest", ok)
			guarded.POST("/items", clerk.Require(ginclerk.Role("org:admin")), ok)
			gintest.AssertGuarded(t, engine, "/about", "GET /health")

			engine.DELETE("/app/items/:id", clerk.Attach(), ok)
			r := &recorder{TB: t}
			gintest.AssertGuarded(r, engine, "/about", "GET /health", "/app/")
			wantProblems(t, r, []string{"GET /app/ is listed as public", "DELETE /app/items/:id is not guarded"})
		})
	}
}

// A guard that keeps a form for later also turns the request away.
func TestAssertGuardedAcceptsKeptForms(t *testing.T) {
	t.Parallel()
	clerk, engine := newClerk(t), gin.New()
	ginclerk.UsePages(clerk, ginclerk.Pages{Forms: parking.Page{URL: "/waiting", Replay: engine}})
	engine.POST("/items", clerk.RequireSession(), ok)
	gintest.AssertGuarded(t, engine)

	unguarded := gin.New()
	unguarded.POST("/items", func(c *gin.Context) { c.Redirect(http.StatusSeeOther, "/waiting") })
	r := &recorder{TB: t}
	gintest.AssertGuarded(r, unguarded)
	wantProblems(t, r, []string{"POST /items is not guarded"})
}

func TestAssertGuardedJudgesByAnswers(t *testing.T) {
	t.Parallel()
	redirect := func(to string) gin.HandlerFunc { return func(c *gin.Context) { c.Redirect(http.StatusFound, to) } }
	for _, row := range []struct {
		name    string
		handler gin.HandlerFunc
		guarded bool
	}{
		{"401", status(http.StatusUnauthorized), true},
		{"403", status(http.StatusForbidden), true},
		{"a redirect to sign-in", redirect("https://accounts.example/sign-in?redirect_url=http%3A%2F%2Fexample.com%2F"), true},
		{"a redirect elsewhere", redirect("/done"), false},
		{"200", ok, false},
		{"404, since the handler looked", status(http.StatusNotFound), false},
		{"500", status(http.StatusInternalServerError), false},
		{"503", status(http.StatusServiceUnavailable), false},
		{"429, which tells nothing", status(http.StatusTooManyRequests), false},
		{"a panic", func(*gin.Context) { panic("no user") }, false},
		{"an API guard alone", func(c *gin.Context) {
			if c.GetHeader("Accept") == "application/json" {
				c.Status(http.StatusUnauthorized)
			}
		}, false},
		{"a check of origins alone", func(c *gin.Context) {
			if c.GetHeader("Sec-Fetch-Site") != "same-origin" {
				c.Status(http.StatusForbidden)
			}
		}, false},
		{"a stream that goes on", func(c *gin.Context) { <-c.Request.Context().Done() }, false},
		{"a check of the parameter", func(c *gin.Context) {
			if c.Param("id") == "example" {
				c.Status(http.StatusUnauthorized)
			}
		}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			engine := gin.New()
			engine.GET("/x/:id", row.handler)
			asGuarded, asPublic := &recorder{TB: t}, &recorder{TB: t}
			gintest.AssertGuarded(asGuarded, engine)
			if (len(asGuarded.problems) == 0) != row.guarded {
				t.Errorf("problems %q, guarded: %t", asGuarded.problems, row.guarded)
			}
			gintest.AssertGuarded(asPublic, engine, "/x/:id")
			if row.guarded && len(asPublic.problems) == 0 {
				t.Error("a guarded route passes as public")
			}
			if strings.HasPrefix(row.name, "429") {
				wantProblems(t, asGuarded, []string{"GET /x/:id could not be judged, because a rate limit answers (status 429"})
				wantProblems(t, asPublic, []string{"GET /x/:id could not be judged, because a rate limit answers (status 429"})
			}
		})
	}
}

// A limit is no guard, and must not look like one that is missing.
func TestAssertGuardedLooksPastLimits(t *testing.T) {
	t.Parallel()
	clerk := newClerk(t)
	for _, row := range []struct {
		name  string
		limit ginclerk.Limit
		want  []string
	}{
		{"a limit for each caller", ginclerk.Limit{}, []string{"GET /open is not guarded (status 200"}},
		{
			"a limit for all",
			ginclerk.Limit{Key: func(*gin.Context) string { return "all" }},
			[]string{"GET /guarded could not be judged", "GET /open could not be judged", "GET /public could not be judged"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.limit.Policy = ratelimit.Policy{Name: row.name, Limit: 1, Window: time.Minute}
			limit, err := clerk.RateLimits(ginclerk.LimitOptions{}, row.limit)
			if err != nil {
				t.Fatal(err)
			}
			engine := gin.New()
			engine.Use(limit)
			engine.GET("/guarded", clerk.RequireSession(), ok)
			engine.GET("/open", ok)
			engine.GET("/public", ok)
			r := &recorder{TB: t}
			gintest.AssertGuarded(r, engine, "/public")
			wantProblems(t, r, row.want)
		})
	}
}

// The proxy passes on what Clerk decides about, and is no route of the application.
func TestAssertGuardedLeavesOutWhatGinclerkServes(t *testing.T) {
	t.Parallel()
	clerk, engine := newClerk(t), gin.New()
	clerk.MountProxy(engine, "/__clerk")
	engine.GET("/sign-in/*path", clerk.AccountPortal("/sign-in"))
	engine.GET("/__clerk_of_mine", ok)
	for _, public := range [][]string{nil, {"/__clerk", "/__clerk/*path", "GET /sign-in/*path"}} {
		r := &recorder{TB: t}
		gintest.AssertGuarded(r, engine, public...)
		wantProblems(t, r, []string{"GET /__clerk_of_mine is not guarded"})
	}
}

func TestAssertGuardedRefusesWrongLists(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	empty := &recorder{TB: t}
	gintest.AssertGuarded(empty, engine)
	wantProblems(t, empty, []string{"no routes"})
	engine.GET("/about", ok)
	stale := &recorder{TB: t}
	gintest.AssertGuarded(stale, engine, "/about", "/gone", "POST /about")
	wantProblems(t, stale, []string{"/gone is listed", "POST /about is listed"})
}

func wantProblems(t *testing.T, r *recorder, want []string) {
	t.Helper()
	if len(r.problems) != len(want) {
		t.Fatalf("problems %q, want %q", r.problems, want)
	}
	for i, problem := range r.problems {
		if !strings.Contains(problem, want[i]) {
			t.Errorf("problem %q, want %q", problem, want[i])
		}
	}
}

// printer is a test whose failures are printed.
type printer struct{ testing.TB }

func (p printer) Context() context.Context { return context.Background() }

func (p printer) Helper() {}

func (p printer) Errorf(format string, args ...any) { _, _ = fmt.Printf(format+"\n", args...) }
