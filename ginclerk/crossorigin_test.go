package ginclerk_test

import (
	"net/http"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// unsafe are the methods that change something.
func unsafeMethods() []string {
	return []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, "PURGE"}
}

// TestUnsafeRequestsOfACookieMustBeOurOwn: signed in by a cookie, a request that another site may have caused does nothing.
func TestUnsafeRequestsOfACookieMustBeOurOwn(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins = []string{ownOrigin, "https://app.example.com"} }))
	a.guarded(a.clerk.RequireSession())
	for _, method := range unsafeMethods()[4:] {
		a.engine.Handle(method, "/guarded", a.clerk.RequireSession(), whoami)
	}
	v := a.visitor(t, ada)
	token := bearer(a.token(t, bob))
	for _, row := range []struct {
		name    string
		options []option
		allowed bool
	}{
		{"a form of an own page", []option{v.jar(), ownForm}, true},
		{"an old browser's form of an own page", []option{v.jar(), header("Origin", ownOrigin)}, true},
		{"a form of another own origin", []option{v.jar(), header("Origin", "https://app.example.com"), header("Sec-Fetch-Site", "cross-site")}, true},
		{"a form of another site", []option{v.jar(), navigation, header("Origin", evilOrigin), header("Sec-Fetch-Site", "cross-site")}, false},
		{"an old browser's form of another site", []option{v.jar(), header("Origin", evilOrigin)}, false},
		{"a form of a sibling domain", []option{v.jar(), header("Sec-Fetch-Site", "same-site"), header("Origin", "http://x.localhost:8080")}, false},
		{"a form of a sandboxed frame", []option{v.jar(), header("Origin", "null"), header("Sec-Fetch-Site", "cross-site")}, false},
		{"neither Sec-Fetch-Site nor Origin", []option{v.jar()}, false},
		{"neither of them, but our own Referer", []option{v.jar(), header("Referer", ownOrigin+"/guarded")}, false},
		{"a bearer token of a program", []option{token}, true},
		{"a bearer token of another site's script", []option{token, header("Origin", "https://spa.example.com"), header("Sec-Fetch-Site", "cross-site")}, true},
		{"a bearer token beside a cookie", []option{token, v.jar()}, true},
		{"somebody else's Authorization beside a cookie", []option{header("Authorization", "Basic eDp5"), v.jar()}, false},
		{"two bearer tokens beside a cookie", []option{token, added("Authorization", "Bearer x"), v.jar()}, false},
		{"an empty Authorization beside a cookie", []option{header("Authorization", ""), v.jar()}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for _, method := range unsafeMethods() {
				got := a.ask(method, "/guarded", row.options...).wantRan(t, row.allowed)
				if !row.allowed {
					got.wantStatus(t, http.StatusForbidden).wantHeader(t, "Cache-Control", "no-store")
				}
			}
			a.ask(http.MethodGet, "/guarded", row.options...).wantRan(t, true)
		})
	}
}

// TestRefuseCrossOrigin holds for anonymous requests, too: nobody shall be signed in as somebody else unawares.
func TestRefuseCrossOrigin(t *testing.T) {
	t.Parallel()
	for _, withAttach := range []bool{true, false} {
		a := newApp(t)
		if withAttach {
			a.engine.Use(a.clerk.Attach())
		}
		a.engine.Any("/form", a.clerk.RefuseCrossOrigin(), whoami)
		v := a.visitor(t, ada)
		nobody := a.visitor(t)
		for _, row := range []struct {
			name    string
			options []option
			allowed bool
		}{
			{"nobody, from an own page", []option{nobody.jar(), ownForm}, true},
			{"nobody, from another site", []option{nobody.jar(), navigation, header("Origin", evilOrigin)}, false},
			{"nobody, from nowhere", nil, false},
			{"a cookie, from an own page", []option{v.jar(), ownForm}, true},
			{"a cookie, from another site", []option{v.jar(), header("Origin", evilOrigin)}, false},
			{"a bearer token, from anywhere", []option{bearer(a.token(t, ada)), header("Origin", evilOrigin)}, true},
			{"a bearer token that is refused", []option{bearer("x.y.z"), header("Origin", evilOrigin)}, true},
			{"a password that the browser remembers", []option{header("Authorization", "Basic eDp5"), header("Origin", evilOrigin)}, false},
			{"a password that the browser remembers, from nowhere", []option{header("Authorization", "Basic eDp5")}, false},
		} {
			t.Run(row.name, func(t *testing.T) {
				t.Parallel()
				got := a.ask(http.MethodPost, "/form", row.options...).wantRan(t, row.allowed)
				if !row.allowed {
					got.wantStatus(t, http.StatusForbidden)
				}
			})
		}
	}
}

func TestACrossOriginRefusalIsAPageForBrowsers(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	got := a.ask(http.MethodPost, "/guarded", v.jar(), navigation, header("Origin", evilOrigin)).wantStatus(t, http.StatusForbidden)
	got.wantHeader(t, "Content-Type", "text/html; charset=utf-8")
	a.ask(http.MethodPost, "/guarded", v.jar(), fetched, header("Sec-Fetch-Site", "cross-site")).
		wantProblem(t, http.StatusForbidden, "Cross-origin request refused")
}
