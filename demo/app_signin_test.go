package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A redirect_url leads back to the demo or is ignored. A browser without a pending task at /sign-in/tasks is redirected at
// once.
func TestRedirectTargets(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	for _, row := range []struct{ name, target, want string }{
		{"a path", "/dashboard", "303 /dashboard"},
		{"an address of the demo", a.origin + "/admin", "303 /admin"},
		{"another host", "https://evil.example/", "303 /"},
		{"a host without a scheme", "//evil.example/", "303 /"},
		{"a host behind a backslash", `/\evil.example/`, "303 /"},
		{"a host behind a tab", "/\t/evil.example/", "303 /"},
		{"a host that begins alike", a.origin + ".evil.example/", "303 /"},
		{"a host behind a user", a.origin + "@evil.example/", "303 /"},
		{"another port", "http://127.0.0.1:1/", "303 /"},
		{"a script", "javascript:alert(1)", "303 /"},
		{"nothing", "", "303 /"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			query := "?redirect_url=" + url.QueryEscape(row.target)
			for name, by := range map[string]asker{"browser": byBrowser, "program": byProgram} {
				if got := a.do(t, http.MethodGet, "/sign-in/tasks"+query, by(t, a, member)).summary(t, a.origin); got != row.want {
					t.Errorf("the %s gets %s, want %s", name, got, row.want)
				}
			}
			for _, path := range []string{"/sign-in", "/sign-in/create", "/sign-in/add-account", "/sign-up"} {
				if page := a.do(t, http.MethodGet, path+query, byBrowser(t, a, person{})); strings.Contains(page.body, "evil.example") {
					t.Errorf("%s names the other host:\n%s", path, page.body)
				}
			}
		})
	}
}

// Another site must not sign its visitors in to an account of its choice.
func TestSignInRefusesFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	header := byBrowser(t, a, person{})
	header.Set("Sec-Fetch-Site", "cross-site")
	header.Set("Origin", "https://evil.example")
	for _, path := range []string{"/sign-in", "/sign-in/factor-one", "/sign-in/create", "/sign-up"} {
		if got := a.do(t, http.MethodPost, path, header); got.status != http.StatusForbidden {
			t.Errorf("POST %s from another site: %s, want 403", path, got.summary(t, a.origin))
		}
	}
}

// A browser that never keeps its session gets a page that says so, and no endless redirects.
func TestSignInRedirectsEnd(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	header := byBrowser(t, a, person{})
	cookies := header.Get("Cookie")
	header.Set("Referer", a.origin+"/sign-in") // each time the browser comes from there
	for range 3 {
		got := a.do(t, http.MethodGet, "/dashboard", header)
		if summary := got.summary(t, a.origin); summary != "307 /sign-in for /dashboard" {
			t.Fatalf("%s, want the way to sign in", summary)
		}
		count, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
		header.Set("Cookie", cookies+"; "+count)
	}
	got := a.do(t, http.MethodGet, "/dashboard", header)
	if got.status != http.StatusUnauthorized || !strings.Contains(got.body, "We couldn’t keep you signed in") {
		t.Errorf("the fourth time: %s, want a page that says why:\n%s", got.summary(t, a.origin), got.body)
	}
}

// A pending session does not sign a user in. The application sends its browser to finish it.
func TestPendingSession(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	header := a.cookies(t, member, "pending")
	if got := a.do(t, http.MethodGet, "/dashboard", header).summary(t, a.origin); got != "307 /sign-in/tasks for /dashboard" {
		t.Errorf("/dashboard: %s, want the way to the tasks", got)
	}
	page := a.do(t, http.MethodGet, "/sign-in/tasks?redirect_url=/dashboard", header)
	if page.status != http.StatusOK || !strings.Contains(page.body, "Acme") {
		t.Errorf("/sign-in/tasks: %s, want the choice of an organization:\n%s", page.summary(t, a.origin), page.body)
	}
	header.Set("Accept", "application/json")
	header.Del("Sec-Fetch-Dest")
	if got := a.do(t, http.MethodGet, "/api/protected", header).summary(t, a.origin); got != "401 Unauthorized" {
		t.Errorf("/api/protected: %s, want 401", got)
	}
}
