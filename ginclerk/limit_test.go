package ginclerk_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// limited is an application with the guide's limit on its API.
func limited(t *testing.T, options ...setup) *app {
	t.Helper()
	a := newApp(t, options...)
	api := a.engine.Group("/api", a.clerk.RequireSession(), a.clerk.RateLimit(10, 10*time.Second))
	api.GET("/ping", whoami)
	api.GET("/away", func(c *gin.Context) { c.Redirect(http.StatusFound, "/") })
	return a
}

// member is a session of a user, which has a new token whenever it asks.
type member struct {
	app *app
	t   *testing.T
	id  string
}

func (a *app) member(t *testing.T, email string) member {
	t.Helper()
	return member{app: a, t: t, id: a.session(t, email, clerktest.SessionOptions{}).ID}
}

func (m member) get(path string, options ...option) *answer {
	m.t.Helper()
	token := bearer(m.app.mint(m.t, m.id, clerktest.TokenOptions{}))
	return m.app.ask(http.MethodGet, path, append([]option{program, token}, options...)...)
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	a := limited(t)
	adas, bobs := a.member(t, ada), a.member(t, bob)
	for i := range 10 {
		got := adas.get("/api/ping").wantStatus(t, http.StatusOK)
		want := `"10-in-10s";r=` + strconv.Itoa(9-i) + `;`
		if limit := got.Header().Get("RateLimit"); !strings.HasPrefix(limit, want) {
			t.Errorf("request %d: RateLimit is %s, want %s…", i, limit, want)
		}
		got.wantHeader(t, "RateLimit-Policy", `"10-in-10s";q=10;w=10`).wantHeader(t, "X-RateLimit-Limit", "")
	}
	refused := adas.get("/api/ping").wantProblem(t, http.StatusTooManyRequests, "Rate limited").wantRan(t, false)
	bobs.get("/api/ping").wantStatus(t, http.StatusOK)
	a.member(t, ada).get("/api/ping").wantStatus(t, http.StatusTooManyRequests) // another session of the same user

	seconds, err := strconv.Atoi(refused.Header().Get("Retry-After"))
	if err != nil || seconds < 1 || seconds > 20 {
		t.Fatalf("Retry-After is %q", refused.Header().Get("Retry-After"))
	}
	a.clock.Advance(time.Duration(seconds) * time.Second)
	adas.get("/api/ping").wantStatus(t, http.StatusOK)
}

func TestARefusalOfAPage(t *testing.T) {
	t.Parallel()
	a := limited(t)
	v := a.visitor(t, ada)
	for range 10 {
		v.ask(http.MethodGet, "/api/ping", navigation).wantStatus(t, http.StatusOK)
	}
	v.ask(http.MethodGet, "/api/ping", navigation).wantStatus(t, http.StatusTooManyRequests).
		wantHeader(t, "Content-Type", "text/html; charset=utf-8")
}

func TestNoLimitsOnRedirects(t *testing.T) {
	t.Parallel()
	a := limited(t)
	got := a.member(t, ada).get("/api/away").wantStatus(t, http.StatusFound)
	for _, name := range []string{"RateLimit", "RateLimit-Policy", "Retry-After"} {
		got.wantHeader(t, name, "")
	}
}

// Nobody is charged for being turned away, and a signed-out request has no part in anybody's count.
func TestWhoIsTurnedAwayIsNotCounted(t *testing.T) {
	t.Parallel()
	a := limited(t)
	for range 30 {
		a.ask(http.MethodGet, "/api/ping", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized").wantHeader(t, "RateLimit", "")
	}
	a.member(t, ada).get("/api/ping").wantStatus(t, http.StatusOK)
}

// counting makes a guard with one limit of two requests.
func counting(t *testing.T, a *app, change func(*ginclerk.Limit), options ...ginclerk.LimitOptions) gin.HandlerFunc {
	t.Helper()
	limit := ginclerk.Limit{Policy: ratelimit.Policy{Name: "two", Limit: 2, Window: time.Minute}}
	change(&limit)
	guard, err := a.clerk.RateLimits(append(options, ginclerk.LimitOptions{})[0], limit)
	if err != nil {
		t.Fatal(err)
	}
	return guard
}

func TestWhomALimitCounts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		key   func(*gin.Context) string
		spend func(*testing.T, *app) *answer
		other func(*testing.T, *app) *answer
		same  bool
	}{
		{"two sessions of a user are one caller", ginclerk.ByCaller, as(ada), as(ada), true},
		{"two users at one address are two callers", ginclerk.ByCaller, as(ada), as(bob), false},
		{"a user is not counted with the address", ginclerk.ByCaller, at("198.51.100.9:1"), as(bob), false},
		{"two sessions of a user are two sessions", ginclerk.BySession, as(ada), as(ada), false},
		{"two members are one organization", ginclerk.ByOrganization, in(ada), in(bob), true},
		{"without an organization a user is alone", ginclerk.ByOrganization, as(ada), as(bob), false},
		{"everybody is on one route", ginclerk.ByRoute, as(ada), as(bob), true},
		{"two addresses", ginclerk.ByAddress, at("198.51.100.9:1"), at("198.51.100.10:1"), false},
		{"two ports", ginclerk.ByAddress, at("198.51.100.9:1"), at("198.51.100.9:2"), true},
		{"two addresses of one IPv6 network", ginclerk.ByAddress, at("[2001:db8:1:2::1]:1"), at("[2001:db8:1:2:ffff::9]:1"), true},
		{"two IPv6 networks", ginclerk.ByAddress, at("[2001:db8:1:2::1]:1"), at("[2001:db8:1:3::1]:1"), false},
		{"IPv4 written as IPv6", ginclerk.ByAddress, at("198.51.100.9:1"), at("[::ffff:198.51.100.9]:1"), true},
		{"a key of nobody", func(*gin.Context) string { return "" }, as(ada), as(ada), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/", counting(t, a, func(l *ginclerk.Limit) { l.Key = row.key }), whoami)
			row.spend(t, a).wantStatus(t, http.StatusOK)
			row.spend(t, a).wantStatus(t, http.StatusOK)
			want := http.StatusOK
			if row.same {
				want = http.StatusTooManyRequests
			}
			row.other(t, a).wantStatus(t, want)
		})
	}
}

// as asks with a new session of a user, or with the one it asked with before.
func as(email string) func(*testing.T, *app) *answer {
	var m *member
	return func(t *testing.T, a *app) *answer {
		t.Helper()
		if m == nil {
			made := a.member(t, email)
			m = &made
		}
		return m.get("/")
	}
}

func in(email string) func(*testing.T, *app) *answer {
	return func(t *testing.T, a *app) *answer {
		t.Helper()
		return a.ask(http.MethodGet, "/", program, bearer(a.token(t, email)))
	}
}

func at(address string) func(*testing.T, *app) *answer {
	return func(_ *testing.T, a *app) *answer { return a.ask(http.MethodGet, "/", program, from(address)) }
}

// A client can't choose its address.
func TestAForgedAddressIsNotCounted(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/", counting(t, a, func(*ginclerk.Limit) {}), whoami)
	for i := range 3 {
		got := a.ask(http.MethodGet, "/", program, header("X-Forwarded-For", "203.0.113."+strconv.Itoa(i)))
		if want := []int{200, 200, 429}[i]; got.Code != want {
			t.Errorf("request %d: status %d, want %d", i, got.Code, want)
		}
	}
}

func TestHowALimitCounts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*ginclerk.Limit)
		want   []int
	}{
		{"a unit each", func(*ginclerk.Limit) {}, []int{200, 200, 429}},
		{"a cost", func(l *ginclerk.Limit) { l.Cost = func(*gin.Context) int64 { return 2 } }, []int{200, 429}},
		{"a cost above the limit", func(l *ginclerk.Limit) { l.Cost = func(*gin.Context) int64 { return 3 } }, []int{429}},
		{"nothing", func(l *ginclerk.Limit) { l.Cost = func(*gin.Context) int64 { return 0 } }, []int{200, 200, 200, 200}},
		{"less than nothing", func(l *ginclerk.Limit) { l.Cost = func(*gin.Context) int64 { return -5 } }, []int{200, 200, 200}},
		{"a limit of the request's own", func(l *ginclerk.Limit) { l.Allow = func(*gin.Context) int64 { return 1 } }, []int{200, 429}},
		{"the policy's limit", func(l *ginclerk.Limit) { l.Allow = func(*gin.Context) int64 { return -1 } }, []int{200, 200, 429}},
		{"no request at all", func(l *ginclerk.Limit) { l.Allow = func(*gin.Context) int64 { return 0 } }, []int{429}},
		{"those that are left out", func(l *ginclerk.Limit) { l.Skip = func(*gin.Context) bool { return true } }, []int{200, 200, 200}},
		{"shadow mode", func(l *ginclerk.Limit) { l.Shadow = true }, []int{200, 200, 200}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/", counting(t, a, row.change), whoami)
			m := a.member(t, ada)
			for i, want := range row.want {
				if got := m.get("/"); got.Code != want {
					t.Errorf("request %d: status %d, want %d", i, got.Code, want)
				}
			}
			if shadows := a.log.count("shadow mode would refuse"); (shadows == 1) != (row.name == "shadow mode") {
				t.Errorf("%d lines about shadow mode", shadows)
			}
		})
	}
}

func TestACostThatNeverFitsHasNoRetryAfter(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/", counting(t, a, func(l *ginclerk.Limit) { l.Cost = func(*gin.Context) int64 { return 3 } }), whoami)
	a.member(t, ada).get("/").wantStatus(t, http.StatusTooManyRequests).wantHeader(t, "Retry-After", "")
}

// What one limit refuses costs nothing under another.
func TestSeveralLimitsAreOneDecision(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	guard, err := a.clerk.RateLimits(ginclerk.LimitOptions{XRateLimit: true},
		ginclerk.Limit{Policy: ratelimit.Policy{Name: "user", Limit: 2, Window: time.Minute}},
		ginclerk.Limit{Policy: ratelimit.Policy{Name: "organization", Limit: 3, Window: time.Minute}, Key: ginclerk.ByOrganization},
	)
	if err != nil {
		t.Fatal(err)
	}
	a.engine.GET("/", guard, whoami)
	adas, bobs := bearer(a.token(t, ada)), bearer(a.token(t, bob))
	for i, row := range []struct {
		who  option
		want int
	}{{adas, 200}, {adas, 200}, {adas, 429}, {adas, 429}, {bobs, 200}, {bobs, 429}} {
		if got := a.ask(http.MethodGet, "/", program, row.who); got.Code != row.want {
			t.Errorf("request %d: status %d, want %d", i, got.Code, row.want)
		}
	}
	got := a.ask(http.MethodGet, "/", program, bearer(a.token(t, mia)))
	got.wantHeader(t, "RateLimit-Policy", `"user";q=2;w=60, "organization";q=3;w=60`).wantHeader(t, "X-RateLimit-Limit", "2").
		wantHeader(t, "X-RateLimit-Remaining", "1")
	if strings.Contains(got.Header().Get("RateLimit"), "user_") {
		t.Errorf("the limit tells who: %v", got.Header())
	}
}

func TestRateLimitsTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	good := ginclerk.Limit{Policy: ratelimit.Policy{Name: "good", Limit: 1, Window: time.Second}}
	for name, limits := range map[string][]ginclerk.Limit{
		"none":          {},
		"no policy":     {{}},
		"two of a name": {good, good},
		"no window":     {{Policy: ratelimit.Policy{Name: "x", Limit: 1}}},
		"too many":      make([]ginclerk.Limit, ratelimit.MaxCharges+1),
	} {
		if _, err := a.clerk.RateLimits(ginclerk.LimitOptions{}, limits...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	a.engine.GET("/", a.clerk.RateLimit(-1, time.Second), whoami)
	a.ask(http.MethodGet, "/", program).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
}

// brokenStore counts nothing.
type brokenStore struct{ ratelimit.Store }

func (brokenStore) Decide(context.Context, ...ratelimit.Charge) (ratelimit.Decision, error) {
	return ratelimit.Decision{}, errors.New("redis is away: 10.0.0.1:6379")
}

func TestAStoreThatCannotCount(t *testing.T) {
	t.Parallel()
	a := limited(t, configured(func(c *ginclerk.Config) { c.Stores.RateLimits = brokenStore{} }))
	got := a.member(t, ada).get("/api/ping").wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
	if strings.Contains(got.Body.String(), "10.0.0.1") {
		t.Errorf("the answer tells too much: %s", got.Body)
	}
}
