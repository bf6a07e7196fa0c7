package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// HEAD is GET without a body (RFC 9110, section 9.3.2).
func TestHeadAnswersAsGet(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	guest, member, admin := visitors()
	for _, row := range routesOfTheGuide() {
		t.Run(row.path, func(t *testing.T) {
			t.Parallel()
			for _, who := range []person{guest, member, admin} {
				for name, by := range map[string]asker{"browser": byBrowser, "program": byProgram} {
					header := by(t, a, who)
					head, get := a.do(t, http.MethodHead, row.path, header), a.do(t, http.MethodGet, row.path, header)
					if head.body != "" {
						t.Errorf("HEAD has a body: %q", head.body)
					}
					if diff := cmp.Diff(get.outline(), head.outline()); diff != "" {
						t.Errorf("HEAD of the %s of %q is not GET (-get +head):\n%s", name, who.email, diff)
					}
				}
			}
		})
	}
}

// outline returns what HEAD and GET have in common here.
func (r answer) outline() map[string]any {
	return map[string]any{
		"status": r.status, "location": r.header.Get("Location"), "type": r.header.Get("Content-Type"),
		"user": r.header.Get("X-User-Id"), "caching": r.header.Get("Cache-Control"),
	}
}

// A CORS preflight carries no credentials, so it ends at a guard. The demo allows no other origin, so the answer grants
// nothing.
func TestPreflight(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	for _, row := range routesOfTheGuide() {
		for name, by := range map[string]asker{"browser": byBrowser, "program": byProgram} {
			header := by(t, a, person{})
			header.Set("Origin", "https://elsewhere.example")
			header.Set("Access-Control-Request-Method", "GET")
			header.Set("Access-Control-Request-Headers", "authorization")
			got := a.do(t, http.MethodOptions, row.path, header)
			if got.status != http.StatusNoContent && got.status != http.StatusNotFound && got.status != http.StatusMethodNotAllowed {
				t.Errorf("%s by a %s: %s, want 204, 404 or 405", row.path, name, got.summary(t, a.origin))
			}
			for granted := range got.header {
				if strings.HasPrefix(granted, "Access-Control-") {
					t.Errorf("%s by a %s grants %s: %s", row.path, name, granted, got.header.Get(granted))
				}
			}
		}
	}
}

// OPTIONS that is not a preflight is guarded like other requests. No route here serves it.
func TestOptions(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	guest, member, _ := visitors()
	for _, path := range []string{"/dashboard", "/admin", "/sessions", "/api/protected", "/api/limited/ping"} {
		if got := a.do(t, http.MethodOptions, path, byProgram(t, a, guest)).summary(t, a.origin); got != "401 Unauthorized" {
			t.Errorf("%s signed out: %s, want 401", path, got)
		}
	}
	for path, want := range map[string]int{
		"/": 405, "/dashboard": 405, "/admin": 403, "/sessions": 405, "/api/protected": 405, "/api/public/time": 405,
	} {
		got := a.do(t, http.MethodOptions, path, byProgram(t, a, member))
		if got.status != want {
			t.Errorf("%s signed in: %s, want %d", path, got.summary(t, a.origin), want)
		}
	}
}
