//go:build !race

// The race detector allocates, too: make figures runs these tests without it.

package ginclerk_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// TestATokenIsReadOnce compares a request whose token has many claims with one whose token has few. A reading allocates for each
// claim whose name has an escape, so the difference between the two requests is that of the readings. A token that was accepted
// before is not read again. Refused tokens are not remembered.
func TestATokenIsReadOnce(t *testing.T) {
	for _, row := range []struct {
		name     string
		method   string
		request  func(a *app, v *visitor, raw string) []option
		lifetime time.Duration
		readings int
	}{
		{name: "a bearer token", readings: 0, request: func(_ *app, _ *visitor, raw string) []option {
			return []option{program, bearer(raw)}
		}},
		{name: "a bearer token beside the cookies of a browser", readings: 0, request: func(a *app, v *visitor, raw string) []option {
			return []option{program, bearer(raw), browserCookies(a, v, raw)}
		}},
		{name: "the cookies of a browser, with and without the suffix", readings: 0, request: func(a *app, v *visitor, raw string) []option {
			return []option{navigation, browserCookies(a, v, raw)}
		}},
		{name: "a session cookie that the browser has twice", readings: 0, request: func(a *app, v *visitor, raw string) []option {
			return []option{navigation, browserCookies(a, v, raw), withCookie("__session", raw)}
		}},
		{name: "an expired token of a page, which goes through a handshake", lifetime: -time.Minute, readings: 1, request: func(a *app, v *visitor, raw string) []option {
			return []option{navigation, browserCookies(a, v, raw)}
		}},
		{name: "an expired token of a form, which can't be renewed", method: http.MethodPost, lifetime: -time.Minute, readings: 1, request: func(a *app, v *visitor, raw string) []option {
			return []option{ownForm, browserCookies(a, v, raw)}
		}},
	} {
		for remembered, want := range map[int]int{0: row.readings, -1: 1} {
			t.Run(fmt.Sprintf("%s, Remembered %d", row.name, remembered), func(t *testing.T) {
				a := newApp(t, configured(func(c *ginclerk.Config) { c.Logger, c.Tokens.Remembered = nil, remembered })).attached()
				v := a.visitor(t, ada)
				few := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{Lifetime: row.lifetime})
				many := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{Lifetime: row.lifetime, Claims: manyClaims()})
				reading := allocationsOfReading(t, many) - allocationsOfReading(t, few)
				method := cmp.Or(row.method, http.MethodGet)
				request := a.allocations(t, method, row.request(a, v, many)) - a.allocations(t, method, row.request(a, v, few))
				if got := request / reading; got < float64(want)-0.2 || got > float64(want)+0.2 {
					t.Errorf("the token was read %.1f times, want %d", got, want)
				}
			})
		}
	}
}

func manyClaims() map[string]any {
	claims := map[string]any{}
	for i := range 40 { // a larger token is not remembered
		claims[fmt.Sprintf("<custom_%d>", i)] = fmt.Sprintf("value %d", i)
	}
	return claims
}

// browserCookies are those of a browser that is signed in with this token.
func browserCookies(a *app, v *visitor, raw string) option {
	return func(r *http.Request) {
		var cookies []string
		for name, value := range v.cookies {
			switch {
			case strings.HasPrefix(name, "__session"):
				value = raw
			case strings.HasPrefix(name, "__refresh"):
				continue
			}
			cookies = append(cookies, name+"="+value)
		}
		r.Header.Add("Cookie", strings.Join(cookies, "; "))
	}
}

func allocationsOfReading(tb testing.TB, raw string) float64 {
	tb.Helper()
	return testing.AllocsPerRun(100, func() {
		if _, err := token.Read(raw); err != nil {
			tb.Error(err)
		}
	})
}

// allocations is how often one request allocates.
func (a *app) allocations(tb testing.TB, method string, options []option) float64 {
	tb.Helper()
	r := httptest.NewRequest(method, "/", http.NoBody)
	r.Host = ownHost
	for _, change := range options {
		change(r)
	}
	return testing.AllocsPerRun(100, func() { a.engine.ServeHTTP(httptest.NewRecorder(), r) })
}

// BenchmarkSignedInGET is for the figure: what a signed-in request costs.
func BenchmarkSignedInGET(b *testing.B) {
	a := newApp(b, configured(func(c *ginclerk.Config) { c.Logger = nil }))
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(b, ada)
	raw := v.cookies["__session"]
	for name, options := range map[string][]option{
		"by bearer token": {program, bearer(raw)},
		"by cookie":       {navigation, browserCookies(a, v, raw)},
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "/guarded", http.NoBody)
			r.Host = ownHost
			for _, change := range options {
				change(r)
			}
			b.ReportAllocs()
			for b.Loop() {
				recorder := httptest.NewRecorder()
				a.engine.ServeHTTP(recorder, r)
				if recorder.Code != http.StatusOK {
					b.Fatal(recorder.Code)
				}
			}
		})
	}
}
