package ginclerk_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// keyCall is how the embedded Clerk counts questions about API keys.
const keyCall = "POST /api_keys/verify"

// never must not run.
func never(c *gin.Context) { c.AbortWithStatus(http.StatusTeapot) }

// A request passes several guards, of one Clerk and of others, and Clerk is asked once for what it has to say.
func TestOneRequestSpendsWhatIsGoodOnceOnce(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		// way registers what stands in front of /guarded.
		way func(a *app, other *ginclerk.Clerk)
	}{
		{"Attach and RequireToken", func(a *app, _ *ginclerk.Clerk) {
			a.engine.Use(a.clerk.Attach())
			a.engine.Any("/guarded", a.clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), whoami)
		}},
		{"Attach and RequireToken for any kind", func(a *app, _ *ginclerk.Clerk) {
			a.engine.Use(a.clerk.Attach())
			a.engine.Any("/guarded", a.clerk.RequireToken(), whoami)
		}},
		{"RequireToken twice and RequireSession", func(a *app, _ *ginclerk.Clerk) {
			a.engine.Use(a.clerk.RequireToken(), a.clerk.RequireToken(ginclerk.SessionToken, ginclerk.M2MToken), a.clerk.RequireSession())
			a.engine.Any("/guarded", whoami)
		}},
		{"RequireToken and RateLimit", func(a *app, _ *ginclerk.Clerk) {
			a.engine.Use(a.clerk.Attach(), a.clerk.RateLimit(10, time.Minute), a.clerk.RequireToken())
			a.engine.Any("/guarded", a.clerk.RateLimit(10, time.Minute), whoami)
		}},
		{"another Clerk in between", func(a *app, other *ginclerk.Clerk) {
			a.engine.Use(a.clerk.Attach(), other.Attach(), a.clerk.RequireToken())
			a.engine.Any("/guarded", a.clerk.RequireSession(), whoami)
		}},
		{"tenants within tenants within tenants", func(a *app, other *ginclerk.Clerk) {
			always := func(k *ginclerk.Clerk) *ginclerk.Clerk {
				return ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return k, nil })
			}
			a.engine.Use(always(a.clerk).Attach(), always(other).Attach(), always(a.clerk).Attach(), other.Attach(), a.clerk.Attach())
			a.engine.Any("/guarded", always(a.clerk).RequireToken(ginclerk.OAuthToken, ginclerk.SessionToken), whoami)
		}},
		{"a route that Gin serves anew", func(a *app, _ *ginclerk.Clerk) {
			a.engine.Use(a.clerk.Attach())
			a.engine.Any("/guarded", func(c *gin.Context) {
				c.Request.URL.Path = "/inner"
				a.engine.HandleContext(c)
				c.Abort()
			}, never)
			a.engine.Any("/inner", a.clerk.RequireSession(), whoami)
		}},
		{"a limit that asks nobody, and a context that is handled once more", func(a *app, _ *ginclerk.Clerk) {
			a.engine.Use(byAddress(a), a.clerk.Attach())
			a.engine.Any("/guarded", func(c *gin.Context) {
				c.Request.URL.Path = "/inner"
				a.engine.HandleContext(c)
				c.Abort()
			}, never)
			a.engine.Any("/inner", a.clerk.RequireSession(), whoami)
		}},
		{"a limit that asks nobody, in an engine behind an engine", func(a *app, _ *ginclerk.Clerk) {
			inner := gin.New()
			inner.Use(byAddress(a), a.clerk.Attach())
			inner.Any("/guarded", whoami)
			a.engine.Use(a.clerk.Attach())
			a.engine.Any("/guarded", gin.WrapH(inner))
		}},
		{"an engine behind an engine", func(a *app, _ *ginclerk.Clerk) {
			inner := gin.New()
			inner.Use(a.clerk.Attach())
			inner.Any("/guarded", a.clerk.RequireToken(), whoami)
			a.engine.Use(a.clerk.Attach())
			a.engine.Any("/guarded", gin.WrapH(inner))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a, other := newApp(t), newApp(t, production())
			row.way(a, other.clerk)
			v := a.visitor(t, ada)
			for _, kind := range []struct {
				name   string
				method string
				option option
			}{{"a page", http.MethodGet, navigation}, {"a script", http.MethodGet, fetched}, {"a form", http.MethodPost, ownForm}} {
				a.clock.Advance(2 * time.Minute)
				before := a.server.Calls()[refreshCall]
				got := v.ask(kind.method, "/guarded", kind.option).wantSignedIn(t, a.userID(t, ada))
				if spent := a.server.Calls()[refreshCall] - before; spent != 1 {
					t.Errorf("%s: the refresh token was spent %d times, want once", kind.name, spent)
				}
				if labels := got.Header().Values("X-Clerk-Auth-Status"); len(labels) != 0 {
					t.Errorf("%s: labels %q of another decision", kind.name, labels)
				}
				if set := setsOf(got, "__session"); set != 1 {
					t.Errorf("%s: __session is set %d times, want once", kind.name, set)
				}
			}
		})
	}
}

// byAddress is a limit that is decided before anybody knows who the request is.
func byAddress(a *app) gin.HandlerFunc {
	limit, err := a.clerk.RateLimits(ginclerk.LimitOptions{}, ginclerk.Limit{
		Policy: ratelimit.Policy{Name: "address", Limit: 1000, Window: time.Minute}, Key: ginclerk.ByAddress,
	})
	if err != nil {
		panic(err)
	}
	return limit
}

// setsOf counts how often a response sets the cookie.
func setsOf(got *answer, name string) int {
	count := 0
	for _, cookie := range got.Result().Cookies() {
		if cookie.Name == name {
			count++
		}
	}
	return count
}

// A refused renewal is not tried again either, nor is an unreachable Clerk.
func TestWhatClerkRefusedIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]clerktest.Fault{
		"refused":     {Operation: refreshCall, Status: http.StatusUnauthorized, Code: "refresh_token_invalid", Times: 9},
		"unavailable": {Operation: refreshCall, Status: http.StatusServiceUnavailable, Times: 9},
	} {
		a := newApp(t)
		a.engine.Use(a.clerk.Attach())
		a.engine.GET("/guarded", a.clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), a.clerk.RequireSession(), whoami)
		v := a.visitor(t, ada)
		a.clock.Advance(2 * time.Minute)
		a.server.Fail(fault)
		before := a.server.Calls()[refreshCall]
		a.ask(http.MethodGet, "/guarded", v.jar(), fetched).wantRan(t, false)
		if asked := a.server.Calls()[refreshCall] - before; asked != 1 {
			t.Errorf("%s: Clerk was asked %d times, want once", name, asked)
		}
	}
}

// An opaque key that one guard has had verified is not sent to Clerk again by the next.
func TestAKeyIsVerifiedOnceForAllGuardsOnTheWay(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	issued, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada), Name: "deploy"})
	if err != nil {
		t.Fatal(err)
	}
	a.engine.Use(a.clerk.Attach(), a.clerk.RequireToken(), a.clerk.RateLimit(100, time.Minute))
	a.engine.GET("/guarded", a.clerk.RequireToken(ginclerk.APIKey), a.clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), whoCalls)
	a.engine.GET("/m2m", a.clerk.RequireToken(ginclerk.M2MToken), whoCalls)
	a.ask(http.MethodGet, "/guarded", bearer(issued.Secret)).wantStatus(t, http.StatusOK)
	if asked := a.server.Calls()[keyCall]; asked != 1 {
		t.Errorf("Clerk was asked %d times, want once: %v", asked, a.server.Calls())
	}
	a.ask(http.MethodGet, "/m2m", bearer(issued.Secret)).wantStatus(t, http.StatusUnauthorized)
}

// A decision is another request's where somebody in between has changed what the request presents.
func TestADecisionIsNotTakenOverForOtherCredentials(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	inner := gin.New()
	inner.GET("/guarded", a.clerk.RequireToken(), whoami)
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/guarded", func(c *gin.Context) {
		c.Request.Header.Del("Authorization")
		inner.ServeHTTP(c.Writer, c.Request)
	})
	a.ask(http.MethodGet, "/guarded", program, bearer(a.token(t, bob))).wantRan(t, false).wantStatus(t, http.StatusUnauthorized)
}

// Clerk says how long it wants to be left alone; whoever waits is told so.
func TestClerksRetryAfterIsPassedOn(t *testing.T) {
	t.Parallel()
	keysAreThere := func(t *testing.T, a *app) {
		t.Helper()
		a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
	}
	for operation, ask := range map[string]func(*testing.T, *app) []option{
		"GET /v1/jwks": func(t *testing.T, a *app) []option {
			t.Helper()
			return []option{query("jwks"), a.visitor(t, ada).jar(), navigation}
		},
		"GET /v1/sessions/{session_id}": func(t *testing.T, a *app) []option {
			t.Helper()
			keysAreThere(t, a)
			return []option{a.visitor(t, ada).jar(), fetched}
		},
		keyCall: func(t *testing.T, a *app) []option {
			t.Helper()
			return []option{bearer("ak_secret")}
		},
		refreshCall: func(t *testing.T, a *app) []option {
			t.Helper()
			keysAreThere(t, a)
			v := a.visitor(t, ada)
			a.clock.Advance(2 * time.Minute)
			return []option{v.jar(), fetched}
		},
	} {
		for _, row := range []struct {
			clerk time.Duration
			want  string
		}{
			{30 * time.Second, "30"}, {time.Second, "1"}, {7 * time.Minute, "420"}, {90 * time.Hour, "3600"}, {0, "5"},
		} {
			for name, status := range map[string]int{"busy": http.StatusTooManyRequests, "down": http.StatusServiceUnavailable} {
				t.Run(operation+", "+name+" for "+row.clerk.String(), func(t *testing.T) {
					t.Parallel()
					a := newApp(t)
					a.guarded(a.clerk.RequireToken(), a.clerk.MaxSessionAge(time.Hour))
					options := ask(t, a)
					a.server.Fail(clerktest.Fault{Operation: operation, Status: status, RetryAfter: row.clerk, Times: 9})
					a.ask(http.MethodGet, "/guarded", options...).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false).
						wantHeader(t, "Retry-After", row.want)
				})
			}
		}
	}
}
