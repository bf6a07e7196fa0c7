package main

import (
	"net/http"
	"strings"
	"testing"
)

// route has the answers of a path to a signed-out visitor, a member and an administrator of the active organization.
type route struct {
	path      string
	byBrowser [3]string
	byProgram [3]string
}

// routesOfTheGuide are the routes of Clerk's session and middleware guide, and those that the demo adds.
func routesOfTheGuide() []route {
	open := [3]string{"200", "200", "200"}
	guarded := func(path string) [3]string { return [3]string{"307 /sign-in for " + path, "200", "200"} }
	api := [3]string{"401 Unauthorized", "200", "200"}
	all := func(summary string) [3]string { return [3]string{summary, summary, summary} }
	return []route{
		{"/", open, open},
		{"/sign-in", open, open},
		{"/sign-in/create", open, open},
		{"/sign-in/tasks", all("303 /"), all("303 /")}, // no session is pending
		{"/sign-in/nowhere", all("404"), all("404")},
		{"/sign-up", open, open},
		{"/dashboard", guarded("/dashboard"), api},
		{"/dashboard?tab=2", guarded("/dashboard?tab=2"), api},
		{"/admin", [3]string{"307 /sign-in for /admin", "303 /unauthorized", "200"}, [3]string{"401 Unauthorized", "403 Forbidden", "200"}},
		{
			"/admin/nowhere",
			[3]string{"307 /sign-in for /admin/nowhere", "303 /unauthorized", "404"},
			[3]string{"401 Unauthorized", "403 Forbidden", "404 Page not found"},
		},
		{"/unauthorized", [3]string{"307 /sign-in for /unauthorized", "403", "403"}, [3]string{"401 Unauthorized", "403", "403"}},
		{"/sessions", guarded("/sessions"), api},
		{"/sessions/accounts", guarded("/sessions/accounts"), api},
		{"/sessions/devices", guarded("/sessions/devices"), api},
		{"/api/public/time", open, open},
		{"/api/public/nowhere", [3]string{"401 Unauthorized", "404 Page not found", "404 Page not found"}, [3]string{"401 Unauthorized", "404 Page not found", "404 Page not found"}},
		{"/api/protected", api, api},
		{"/api/limited/ping", api, api},
		{"/api/nowhere", [3]string{"401 Unauthorized", "404 Page not found", "404 Page not found"}, [3]string{"401 Unauthorized", "404 Page not found", "404 Page not found"}},
		{ // Clerk sends a POST
			"/api/webhooks/clerk",
			[3]string{"401 Unauthorized", "405 Method not allowed", "405 Method not allowed"},
			[3]string{"401 Unauthorized", "405 Method not allowed", "405 Method not allowed"},
		},
		{"/notes", guarded("/notes"), api},
		{"/notes/export", guarded("/notes/export"), api},
		{"/live", guarded("/live"), api},
		{"/settings/danger", guarded("/settings/danger"), api},
		{"/assets/live.js", open, open},
		{"/favicon.ico", all("302 /static/favicon.svg"), all("302 /static/favicon.svg")},
		{"/assets/nowhere.js", all("404"), all("404")},
		{"/healthz/nowhere", [3]string{"307 /sign-in for /healthz/nowhere", "404", "404"}, [3]string{"401 Unauthorized", "404 Page not found", "404 Page not found"}},
		{"/healthz", open, open},
		{"/static/ginclerk.css", open, open},
		{"/static/nowhere.css", all("404"), all("404")},
		{"/nowhere", [3]string{"307 /sign-in for /nowhere", "404", "404"}, [3]string{"401 Unauthorized", "404 Page not found", "404 Page not found"}},
	}
}

func TestRoutesAnswerEveryKindOfVisitor(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	guest, member, admin := visitors()
	for _, row := range routesOfTheGuide() {
		t.Run(row.path, func(t *testing.T) {
			t.Parallel()
			for i, who := range []person{guest, member, admin} {
				if got := a.do(t, http.MethodGet, row.path, byBrowser(t, a, who)).summary(t, a.origin); got != row.byBrowser[i] {
					t.Errorf("the browser of %q gets %s, want %s", who.email, got, row.byBrowser[i])
				}
				if got := a.do(t, http.MethodGet, row.path, byProgram(t, a, who)).summary(t, a.origin); got != row.byProgram[i] {
					t.Errorf("the program of %q gets %s, want %s", who.email, got, row.byProgram[i])
				}
			}
		})
	}
}

func TestPagesSayTheirPurpose(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	guest, member, admin := visitors()
	for _, row := range []struct {
		path string
		who  person
		says []string
	}{
		{"/", guest, []string{"its own Clerk", "ada@example.com", "424242", "/sign-in?redirect_url="}},
		{"/", member, []string{"bob@example.com", "/sessions/devices"}},
		{"/dashboard", member, []string{"bob@example.com", "user_", "sess_", "acme", "org:member"}},
		{"/admin", admin, []string{"ada@example.com", "org:admin", "org:billing:manage"}},
		{"/unauthorized", member, []string{"bob@example.com", "Admins of your organization", "org:member", "/sessions/accounts"}},
		{"/sessions", member, []string{"sess_", "active", "/sessions/sign-out-everywhere"}},
		{"/sessions/accounts", member, []string{"bob@example.com", "/sign-in/add-account?redirect_url="}},
		{"/dashboard", member, []string{"Call /api/protected", "/sessions/token", "/assets/callapi."}},
		{"/notes", member, []string{"You have no notes.", "/notes/export", "/settings/danger"}},
		{"/settings/danger", member, []string{"You have no notes to delete."}},
		{"/live", member, []string{"/live/events", "Live updates need JavaScript.", "/assets/live."}},
		{"/nowhere", member, []string{"This address doesn’t lead to a page."}},
	} {
		t.Run(row.path+" for "+row.who.email, func(t *testing.T) {
			t.Parallel()
			page := a.do(t, http.MethodGet, row.path, byBrowser(t, a, row.who))
			for _, want := range row.says {
				if !strings.Contains(page.body, want) {
					t.Errorf("the page does not hold %q:\n%s", want, page.body)
				}
			}
		})
	}
}

func TestAnswersForAUserAreNotCached(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, _, admin := visitors()
	for _, path := range []string{
		"/", "/dashboard", "/admin", "/unauthorized", "/sessions", "/sessions/accounts", "/sessions/devices", "/api/protected",
		"/notes", "/notes/export", "/settings/danger", "/live",
	} {
		if got := a.do(t, http.MethodGet, path, byBrowser(t, a, admin)).header.Get("Cache-Control"); got != "private, no-store" && got != "no-store" {
			t.Errorf("%s: Cache-Control %q lets others see it", path, got)
		}
	}
	if got := a.do(t, http.MethodGet, "/static/ginclerk.css", nil).header.Get("Cache-Control"); !strings.HasPrefix(got, "public") {
		t.Errorf("the style sheet has Cache-Control %q, want it kept", got)
	}
}

// A new browser goes to Clerk first, to find out whether a user is signed in, but only on routes where that may matter.
func TestFirstVisit(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	for path, want := range map[string]string{
		"/":                    "307 /__clerk/v1/client/handshake for /",
		"/dashboard":           "307 /__clerk/v1/client/handshake for /dashboard",
		"/healthz":             "200",
		"/static/ginclerk.css": "200",
	} {
		header := http.Header{"Accept": {"text/html"}, "Sec-Fetch-Dest": {"document"}}
		if got := a.do(t, http.MethodGet, path, header).summary(t, a.origin); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if got := a.do(t, http.MethodHead, "/dashboard", http.Header{"Accept": {"text/html"}}).summary(t, a.origin); got != "307 /sign-in for /dashboard" {
		t.Errorf("HEAD /dashboard: %s, want the way to sign in: HEAD is never sent to a handshake", got)
	}
}
