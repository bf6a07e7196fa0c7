//go:build !race

// The race detector allocates, too: make figures runs these tests without it.

package ginclerk_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// lean is a response writer that allocates nothing for a usual response.
type lean struct {
	header http.Header
	status int
}

func (w *lean) Header() http.Header            { return w.header }
func (w *lean) WriteHeader(status int)         { w.status = status }
func (w *lean) Write(data []byte) (int, error) { return len(data), nil }

// tries is how often allocations are counted: those of goroutines that run meanwhile, such as the embedded Clerk's, count, too.
const tries = 5

// allocations is the least that a run has taken.
func allocations(runs int, run func()) float64 {
	least := testing.AllocsPerRun(runs, run)
	for range tries - 1 {
		least = min(least, testing.AllocsPerRun(runs, run))
	}
	return least
}

// ask serves a request and compares the status.
func (w *lean) ask(t *testing.T, engine *gin.Engine, r *http.Request, want int) {
	t.Helper()
	clear(w.header)
	w.status = http.StatusOK
	engine.ServeHTTP(w, r)
	if w.status != want {
		t.Errorf("status %d, want %d", w.status, want)
	}
}

func requestWith(path string, options []option) *http.Request {
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	r.Host = ownHost
	for _, change := range options {
		change(r)
	}
	return r
}

// TestAWholeRequestAllocatesLittle has ceilings for whole requests through Gin, so that no later change loses what was gained. Gin
// itself takes two of them, for its map of keys, and net/http one, for the request with our context.
func TestAWholeRequestAllocatesLittle(t *testing.T) {
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Logger = nil }))
	a.engine = gin.New()
	a.engine.GET("/guarded", a.clerk.RequireSession(), func(*gin.Context) {})
	a.engine.GET("/public", a.clerk.Attach(), func(*gin.Context) {})
	v := a.visitor(t, bob)
	session := a.session(t, bob, clerktest.SessionOptions{}).ID
	good := a.mint(t, session, clerktest.TokenOptions{})
	expired := a.mint(t, session, clerktest.TokenOptions{Lifetime: -time.Minute})
	inOrganization := a.mint(t, a.session(t, ada, clerktest.SessionOptions{OrganizationID: "acme"}).ID, clerktest.TokenOptions{})
	forged := good[:len(good)-8] + "AAAAAAAA"
	for _, row := range []struct {
		name, path string
		options    []option
		status     int
		want       float64
	}{
		{"a bearer token that was seen before", "/guarded", []option{program, bearer(good)}, http.StatusOK, 6},
		{"one of an organization", "/guarded", []option{program, bearer(inOrganization)}, http.StatusOK, 6},
		{"cookies that were seen before", "/guarded", []option{navigation, browserCookies(a, v, good)}, http.StatusOK, 7},
		{"a browser that is new to a development instance", "/public", []option{navigation}, http.StatusTemporaryRedirect, 81},
		{"a signed-out browser, whose page is sent to sign in", "/guarded", []option{navigation, withCookie("__clerk_db_jwt", "dvb_1"), withCookie("__client_uat", "0")}, http.StatusTemporaryRedirect, 42},
		{"a program without a token", "/guarded", []option{program}, http.StatusUnauthorized, 18},
		{"garbage", "/guarded", []option{program, bearer("garbage")}, http.StatusUnauthorized, 22},
		{"an expired token", "/guarded", []option{program, bearer(expired)}, http.StatusUnauthorized, 41},
		{"a token with another signature", "/guarded", []option{program, bearer(forged)}, http.StatusUnauthorized, 44},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, w := requestWith(row.path, row.options), &lean{header: http.Header{}}
			if got := allocations(200, func() { w.ask(t, a.engine, r, row.status) }); got > row.want {
				t.Errorf("%v allocations, want at most %v", got, row.want)
			}
		})
	}
}

func TestATokenThatComesForTheFirstTimeAllocatesLittle(t *testing.T) {
	const runs, want = 30, 37
	const tokens = tries * (runs + 1) // one run of each try is not counted
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Logger = nil }))
	a.engine = gin.New()
	a.engine.GET("/guarded", a.clerk.RequireSession(), func(*gin.Context) {})
	session := a.session(t, ada, clerktest.SessionOptions{OrganizationID: "acme"}).ID
	requests := make([]*http.Request, tokens)
	for i := range requests {
		token := a.mint(t, session, clerktest.TokenOptions{Claims: map[string]any{"number": i}})
		requests[i] = requestWith("/guarded", []option{program, bearer(token)})
	}
	w, next := &lean{header: http.Header{}}, 0
	got := allocations(runs, func() {
		w.ask(t, a.engine, requests[next], http.StatusOK)
		next++
	})
	if got > want {
		t.Errorf("%v allocations, want at most %v", got, want)
	}
}
