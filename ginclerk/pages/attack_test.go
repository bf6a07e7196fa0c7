package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A page of another site makes a request look like one of htmx. It leads nowhere else, and does nothing.
func TestHeadersOfHTMXLeadNobodyAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b, other := w.browser(t, ada), w.elsewhere(t, ada)
	for name, change := range map[string]func(*http.Request){
		"from another site": func(r *http.Request) {
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		},
		"from an own page": func(*http.Request) {},
	} {
		got := b.post("/devices/revoke", url.Values{"session_id": {"sess_unknown"}, "position": {"//evil.example"}}, func(r *http.Request) {
			r.Header.Set("HX-Request", "true")
			r.Header.Set("HX-Current-URL", "https://evil.example/devices")
			r.Header.Set("Referer", "https://evil.example/devices")
			change(r)
		})
		for key, values := range got.Header() {
			if strings.Contains(strings.Join(values, " "), "evil.example") {
				t.Errorf("%s: %s: %q", name, key, values)
			}
		}
	}
	if w.statusOf(t, other) != "active" {
		t.Error("a session was ended")
	}
}

// A fragment is never kept by a cache, so that neither a browser nor a proxy shows it as the page of the same address.
func TestFragmentsAreNotKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	for _, part := range []string{"user-button", "session", "devices", "accounts", "organizations"} {
		for name, header := range map[string]string{"htmx": "HX-Request", "history": "HX-History-Restore-Request"} {
			got := b.ask(http.MethodGet, "/sessions/parts/"+part, nil, func(r *http.Request) { r.Header.Set(header, "true") })
			if !strings.Contains(got.Header().Get("Cache-Control"), "no-store") || got.Header().Get("Content-Security-Policy") == "" {
				t.Errorf("%s, %s: Cache-Control %q, policy %q", part, name, got.Header().Get("Cache-Control"), got.Header().Get("Content-Security-Policy"))
			}
		}
	}
}

// What a person chooses is no secret, and what stands in these cookies chooses nothing but what is offered.
func TestCookiesOfTheLanguageChooseNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t)
	for _, value := range []string{"../../etc/passwd", "en<script>alert(1)</script>", "xx", strings.Repeat("a", 3000), "Local"} {
		for _, name := range []string{"ginclerk_language", "ginclerk_time_zone", "ginclerk_time_zone_chosen"} {
			got := b.ask(http.MethodGet, "/sessions/language", nil, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: value}) })
			if got.Code != http.StatusOK || got.Header().Get("Content-Language") != "en" || strings.Contains(got.Body.String(), "alert(1)") || strings.Contains(got.Body.String(), "passwd") {
				t.Errorf("%s=%.40s: status %d, language %q", name, value, got.Code, got.Header().Get("Content-Language"))
			}
		}
	}
	for _, target := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/\t/evil.example"} {
		got := b.post("/language", url.Values{"language": {"de"}, "return_to": {target}})
		if location := got.Header().Get("Location"); strings.Contains(location, "evil.example") || strings.Contains(location, "javascript") || !strings.HasPrefix(location, "/") {
			t.Errorf("%q leads to %q", target, location)
		}
	}
}

// Sign-out is on every page, at most two clicks away: in the menu or the header of the page, or on the page of the session to which it links.
func TestEveryPageLeadsToSignOutInTwoClicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	other := w.elsewhere(t, ada)
	for _, path := range []string{
		"/", "/sessions", "/sessions/accounts", "/sessions/devices", "/sessions/devices/" + other, "/sessions/activity", "/sessions/organizations",
		"/sessions/forms", "/sessions/language", "/sessions/sign-in-again", "/sessions/sign-out-everywhere", "/sessions/sign-out-others",
		"/sessions/accounts/sign-out-all", "/sessions/devices/unknown",
	} {
		found := false
		for node := range b.open(t, path).dom(t).Descendants() {
			direct := node.Data == "form" && attribute(node, "action") == "/sessions/sign-out"
			there := node.Data == "a" && (attribute(node, "href") == "/sessions" || attribute(node, "href") == "/sessions/accounts")
			found = found || direct || there
		}
		if !found {
			t.Errorf("%s leads to no page with sign-out", path)
		}
	}
}
