package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// BenchmarkOurs is the cost of whole requests that reach their handler.
func BenchmarkOurs(b *testing.B) {
	w, dev := production.started(b), development.started(b)
	b.Run("bearer/first_sight", func(b *testing.B) { measureFirst(b, w, program) })
	b.Run("bearer/seen_before", func(b *testing.B) { measureSeen(b, w, program(w.bearer(b))) })
	for _, form := range []struct {
		name string
		in   *world
	}{{"production", w}, {"development", dev}} {
		p := form.in.minted(b)
		first := func(token string) *http.Request { return navigation(withToken(p.cookies, token)) }
		b.Run("cookies/"+form.name+"/first_sight", func(b *testing.B) { measureFirst(b, form.in, first) })
		b.Run("cookies/"+form.name+"/seen_before", func(b *testing.B) { measureSeen(b, form.in, navigation(p.cookies)) })
	}
	b.Run("cookies/switched_session", func(b *testing.B) { switched(b, w) })
	b.Run("public_page_(signed_out)", func(b *testing.B) {
		clerk := w.clerk(b)
		defer closeClerk(b, clerk)
		measure(b, engine(b, []gin.HandlerFunc{clerk.Attach()}), navigation(nil), http.StatusNoContent)
	})
}

// measureSeen asks one request again and again, of a Clerk that has seen its token before.
func measureSeen(b *testing.B, w *world, request *http.Request) {
	b.Helper()
	clerk := w.clerk(b)
	defer closeClerk(b, clerk)
	measure(b, engine(b, protected(clerk)), request, http.StatusNoContent)
}

// switched is a browser that shows another account than Clerk's cookies say. The selection is a cookie, and Clerk's answer about it is
// kept for as long as a token lives.
func switched(b *testing.B, w *world) {
	b.Helper()
	clerk := w.clerk(b)
	defer closeClerk(b, clerk)
	var userID string
	e := gin.New()
	e.Use(protected(clerk)...)
	e.POST("/switch", func(c *gin.Context) {
		if err := clerk.SwitchSession(c, c.Query("to"), target); err != nil {
			b.Error(err)
		}
	})
	e.GET(route, answered)
	e.GET("/whoami", func(c *gin.Context) { userID = ginclerk.From(c).UserID })

	var cookies []*http.Cookie
	for _, cookie := range w.visitor(b, ada, bob) {
		if cookie.Name != "__client" { // an application without the proxy never sees it
			cookies = append(cookies, cookie)
		}
	}
	user, err := w.server.UserByEmail(ada)
	if err != nil {
		b.Fatal(err)
	}
	// Other rows have signed Ada in elsewhere; the newest session is this browser's.
	change := navigation(cookies)
	change.Method, change.URL.Path = http.MethodPost, "/switch"
	change.URL.RawQuery = "to=" + w.server.Sessions(user.ID)[0].ID
	change.Header.Set("Origin", origin)
	answer := httptest.NewRecorder()
	e.ServeHTTP(answer, change)
	if answer.Code != http.StatusSeeOther {
		b.Fatalf("the switch was answered with %d: %s", answer.Code, answer.Body)
	}
	request := navigation(append(cookies, answer.Result().Cookies()...))
	question := request.Clone(b.Context())
	question.URL.Path = "/whoami"
	e.ServeHTTP(httptest.NewRecorder(), question)
	if userID != user.ID {
		b.Fatalf("the browser is %q instead of %q", userID, user.ID)
	}
	measure(b, e, request, http.StatusNoContent)
}

// BenchmarkRefused is the cost of requests that a guard turns away.
func BenchmarkRefused(b *testing.B) {
	w := production.started(b)
	p := w.minted(b)
	old := w.mint(b, w.session(b, ada).ID, clerktest.TokenOptions{Lifetime: -time.Minute})
	for _, row := range []struct {
		name    string
		request *http.Request
		status  int
	}{
		{"signed_out_page_(redirect)", navigation(nil), http.StatusTemporaryRedirect},
		{"signed_out_program_(401)", program(""), http.StatusUnauthorized},
		{"bad_signature", program(spoiled(p.tokens[0], p.tokens[1])), http.StatusUnauthorized},
		{"expired", program(old), http.StatusUnauthorized},
		{"garbage", program("not.a.token"), http.StatusUnauthorized},
		{"long_garbage", program(strings.Repeat("x", len(p.tokens[0]))), http.StatusUnauthorized},
	} {
		b.Run(row.name, func(b *testing.B) {
			clerk := w.clerk(b)
			defer closeClerk(b, clerk)
			measure(b, engine(b, protected(clerk)), row.request, row.status)
		})
	}
}

// BenchmarkWith is the cost of a bearer token that was seen before, with one more thing switched on.
func BenchmarkWith(b *testing.B) {
	w := production.started(b)
	request := program(w.bearer(b))
	for _, patterns := range []int{1, 10, 1000} {
		b.Run(fmt.Sprintf("rules/%d", patterns), func(b *testing.B) { withRules(b, w, request, patterns) })
	}
	for _, entries := range []int{0, 1_000_000} {
		b.Run(fmt.Sprintf("revoked_sessions/%d", entries), func(b *testing.B) { withRevocations(b, w, request, entries) })
	}
	b.Run("rate_limit", func(b *testing.B) {
		clerk := w.clerk(b)
		defer closeClerk(b, clerk)
		limit, err := clerk.RateLimits(ginclerk.LimitOptions{}, ginclerk.Limit{
			Policy: ratelimit.Policy{Name: "orders", Limit: 1_000_000_000, Window: time.Second},
		})
		if err != nil {
			b.Fatal(err)
		}
		measure(b, engine(b, append(protected(clerk), limit)), request, http.StatusNoContent)
	})
	b.Run("trusted_proxy", func(b *testing.B) { withProxy(b, w, request) })
	b.Run("observer", func(b *testing.B) {
		var decided atomic.Int64
		counts := observe.Func(func(_ context.Context, e observe.Event) {
			if e.Kind == observe.Decided {
				decided.Add(1)
			}
		})
		clerk := w.clerk(b, func(c *ginclerk.Config) { c.Observer = counts })
		defer closeClerk(b, clerk)
		measure(b, engine(b, protected(clerk)), request, http.StatusNoContent)
		if decided.Load() < int64(b.N) {
			b.Fatalf("the observer was told of %d decisions of %d", decided.Load(), b.N)
		}
	})
	b.Run("tenants/1000", func(b *testing.B) { withTenants(b, w, 1000) })
}

// withRules has Protect in front, with so many patterns, none of which matches: all of them have to be asked.
func withRules(b *testing.B, w *world, request *http.Request, patterns int) {
	b.Helper()
	clerk := w.clerk(b)
	defer closeClerk(b, clerk)
	rules := ginclerk.Rules{}
	for i := range patterns {
		rules.Public = append(rules.Public, fmt.Sprintf("/section-%d/:path*", i))
	}
	protect, err := clerk.Protect(rules)
	if err != nil {
		b.Fatal(err)
	}
	measure(b, engine(b, []gin.HandlerFunc{protect}), request, http.StatusNoContent)
}

// withRevocations has so many other sessions that were ended.
func withRevocations(b *testing.B, w *world, request *http.Request, entries int) {
	b.Helper()
	set := revocation.NewSet(time.Now)
	ended := make([]revocation.Entry, 0, entries)
	for i := range entries {
		ended = append(ended, revocation.Entry{SessionID: fmt.Sprintf("sess_%027d", i), Until: time.Now().Add(24 * time.Hour)})
	}
	if err := set.Revoke(b.Context(), ended...); err != nil {
		b.Fatal(err)
	}
	clerk := w.clerk(b, func(c *ginclerk.Config) { c.Stores.Revocations = set })
	defer closeClerk(b, clerk)
	runtime.GC() // of what it took to fill the set
	measure(b, engine(b, protected(clerk)), request, http.StatusNoContent)
	runtime.KeepAlive(set)
}

// withProxy has a proxy in front that Gin trusts, and that says who the client is and what it asked for.
func withProxy(b *testing.B, w *world, request *http.Request) {
	b.Helper()
	clerk := w.clerk(b)
	defer closeClerk(b, clerk)
	forwarded := request.Clone(b.Context())
	forwarded.Host = "10.0.0.7:8080"
	forwarded.RemoteAddr = "10.0.0.1:40000"
	forwarded.Header.Set("X-Forwarded-For", "203.0.113.9")
	forwarded.Header.Set("X-Forwarded-Host", host)
	forwarded.Header.Set("X-Forwarded-Proto", "https")
	measure(b, engine(b, protected(clerk), "10.0.0.0/8"), forwarded, http.StatusNoContent)
}

// withTenants has so many Clerks, each with keys, memory and settings of its own, and asks each of them in turn.
func withTenants(b *testing.B, w *world, tenants int) {
	b.Helper()
	before := memory()
	clerks := make(map[string]*ginclerk.Clerk, tenants)
	requests := make([]*http.Request, 0, tenants)
	token := w.bearer(b)
	for i := range tenants {
		name := fmt.Sprintf("tenant-%d.example.com", i)
		clerk := w.clerk(b, func(c *ginclerk.Config) {
			c.Origins, c.AuthorizedParties = []string{"https://" + name}, []string{origin}
			c.Tokens.JWTKey = w.server.JWTKey()
		})
		defer closeClerk(b, clerk)
		request := program(token)
		request.Host = name
		clerks[name], requests = clerk, append(requests, request)
	}
	all := ginclerk.NewTenants(func(r *http.Request) (*ginclerk.Clerk, error) {
		if clerk, found := clerks[r.Host]; found {
			return clerk, nil
		}
		return nil, ginclerk.ErrNoTenant
	})
	handler := engine(b, protected(all))
	out := newSink()
	for _, request := range requests { // each has seen it once
		if got := out.ask(handler, request); got != http.StatusNoContent {
			b.Fatalf("status %d: %v", got, out.header)
		}
	}
	perTenant := float64(memory()-before) / float64(tenants)
	b.ReportAllocs()
	next := 0
	for b.Loop() {
		if got := out.ask(handler, requests[next]); got != http.StatusNoContent {
			b.Fatalf("status %d", got)
		}
		next = (next + 1) % len(requests)
	}
	b.ReportMetric(perTenant, "B/tenant")
}

// memory is how many bytes are in use after a collection.
func memory() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // finalizers and pools keep things for one more
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc + stats.StackInuse)
}
