package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// A limit in front of a whole application stands in front of its assets and webhooks too.
func TestExemptPathsPassALimitUntouched(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, path string
		routes     func(*gin.Engine)
		passes     bool
	}{
		{"a file below a prefix", "/static/app.css", func(r *gin.Engine) { r.GET("/static/*file", whoami) }, true},
		{"a prefix itself", "/static", func(r *gin.Engine) { r.GET("/static", whoami) }, true},
		{"a file that no route of Gin serves", "/static/app.css", func(r *gin.Engine) { r.NoRoute(whoami) }, true},
		{"the Frontend API proxy's path", "/__clerk/nowhere", func(r *gin.Engine) { r.GET("/__clerk/nowhere", whoami) }, true},
		{"a path beside the prefix", "/statically", func(r *gin.Engine) { r.GET("/statically", whoami) }, false},
		{"a route that takes any first segment", "/static/login", func(r *gin.Engine) { r.GET("/:tenant/login", whoami) }, false},
		{"a path with dot segments", "/static/../login", func(r *gin.Engine) { r.GET("/static/*file", whoami) }, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.clerk.Exempt("/static")
			a.engine.Use(a.clerk.RateLimit(1, time.Minute))
			row.routes(a.engine)
			bad := bearer("x.y.z") // a decision about it says why it is no good
			first, second := a.ask(http.MethodGet, row.path, program, bad), a.ask(http.MethodGet, row.path, program, bad)
			wantSecond := http.StatusTooManyRequests
			if row.passes {
				wantSecond = http.StatusOK
				for _, name := range []string{"X-Clerk-Auth-Reason", "Ratelimit", "Vary"} {
					if value := first.Header().Get(name); value != "" {
						t.Errorf("the response has %s: %s", name, value)
					}
				}
			}
			if first.Code != http.StatusOK || second.Code != wantSecond {
				t.Errorf("statuses %d and %d, want 200 and %d", first.Code, second.Code, wantSecond)
			}
		})
	}
}

// A prefix of one tenant is none of another tenant's.
func TestExemptPathsOfATenantPassALimitUntouched(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.clerk.Exempt("/static")
	other := newApp(t)
	many := ginclerk.NewTenants(func(r *http.Request) (*ginclerk.Clerk, error) {
		if r.Header.Get("X-Tenant") == "other" {
			return other.clerk, nil
		}
		return a.clerk, nil
	})
	many.Exempt("/shared")
	limited, err := many.RateLimits(ginclerk.LimitOptions{}, ginclerk.Limit{Policy: ratelimit.Policy{Name: "once", Limit: 1, Window: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	a.engine.Use(limited)
	a.engine.GET("/static/*file", whoami)
	a.engine.GET("/shared/*file", whoami)
	ofOther := func(r *http.Request) { r.Header.Set("X-Tenant", "other") }
	for _, row := range []struct {
		name, path string
		tenant     func(*http.Request)
		second     int
	}{
		{"the tenant's own prefix", "/static/x", func(*http.Request) {}, http.StatusOK},
		{"another tenant's prefix", "/static/x", ofOther, http.StatusTooManyRequests},
		{"a prefix of all tenants", "/shared/x", ofOther, http.StatusOK},
	} {
		a.ask(http.MethodGet, row.path, program, row.tenant)
		if got := a.ask(http.MethodGet, row.path, program, row.tenant).Code; got != row.second {
			t.Errorf("%s: status %d, want %d", row.name, got, row.second)
		}
	}
}

// What needs no authentication may have limits of its own.
func TestALimitThatAuthenticatesNobodyCountsExemptPaths(t *testing.T) {
	t.Parallel()
	once := func(key func(*gin.Context) string, shadow bool) ginclerk.Limit {
		return ginclerk.Limit{Policy: ratelimit.Policy{Name: "once", Limit: 1, Window: time.Minute}, Key: key, Shadow: shadow}
	}
	for _, row := range []struct {
		name   string
		limit  ginclerk.Limit
		guards func(*ginclerk.Clerk) []gin.HandlerFunc
		second int
	}{
		{"a limit of addresses", once(ginclerk.ByAddress, false), nil, http.StatusTooManyRequests},
		{"a limit of a route", once(ginclerk.ByRoute, false), nil, http.StatusTooManyRequests},
		{"a limit of addresses in shadow mode", once(ginclerk.ByAddress, true), nil, http.StatusOK},
		{"a limit of sessions", once(ginclerk.BySession, false), nil, http.StatusOK},
		{
			"a limit of callers behind a guard that has found out who it is", once(nil, false),
			func(k *ginclerk.Clerk) []gin.HandlerFunc { return []gin.HandlerFunc{k.RefuseCrossOrigin()} }, http.StatusTooManyRequests,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.clerk.Exempt("/hooks")
			limit, err := a.clerk.RateLimits(ginclerk.LimitOptions{}, row.limit)
			if err != nil {
				t.Fatal(err)
			}
			if row.guards != nil {
				a.engine.Use(row.guards(a.clerk)...)
			}
			a.engine.GET("/hooks/one", limit, whoami)
			a.ask(http.MethodGet, "/hooks/one", program).wantStatus(t, http.StatusOK)
			a.ask(http.MethodGet, "/hooks/one", program).wantStatus(t, row.second)
			if logged := strings.Contains(a.log.String(), "shadow mode would refuse"); logged != row.limit.Shadow {
				t.Errorf("the log tells of a refusal in shadow mode: %t, want %t", logged, row.limit.Shadow)
			}
		})
	}
}

// A health check belongs to no tenant.
func TestAnExemptPathNeedsNoTenantForALimit(t *testing.T) {
	t.Parallel()
	many := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return nil, ginclerk.ErrNoTenant })
	many.Exempt("/healthz")
	a := newApp(t)
	a.engine.Use(many.RateLimit(1, time.Minute))
	a.engine.GET("/healthz", whoami)
	a.engine.GET("/page", whoami)
	a.ask(http.MethodGet, "/healthz", program).wantStatus(t, http.StatusOK)
	a.ask(http.MethodGet, "/page", program).wantStatus(t, http.StatusNotFound)
}
