package scripttest_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// TestFetchWithAuth is the token hook of Clerk's guide on a page that a server renders.
func TestFetchWithAuth(t *testing.T) {
	t.Parallel()
	browser := chromium.Browser(t, "the scripts of the pages in a browser")
	for name, check := range map[string]func(*testing.T, *tab){
		"the user is signed out":                        wantNotAuthenticated,
		"a call with a token":                           wantCall,
		"a call to a listed origin":                     wantCallToListed,
		"a call to an origin that is not listed":        wantNoCall,
		"redirects":                                     wantNoTokenAcrossRedirects,
		"a template":                                    wantTemplate,
		"a template that browsers may not have":         wantTemplateRefused,
		"one question for many calls":                   wantOneQuestion,
		"a token that is about to expire":               wantAnotherToken,
		"a token that expired before the script knew":   wantRetry,
		"a refusal that no token helps against":         wantNoRetry,
		"a session that ended before the retry":         wantNotAuthenticatedAtRetry,
		"an outage":                                     wantOutage,
		"what the script adds to the page":              wantOneName,
		"what the page may not tell the script":         wantConfigurationErrors,
		"a default endpoint that the page doesn't have": wantMissingEndpoint,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, newTab(t, browser, newSite(t)))
		})
	}
}

// signedIn opens the page as Ada.
func (n *tab) signedIn(t *testing.T) {
	t.Helper()
	n.visit(t, "/sign-in?as="+url.QueryEscape(ada))
}

// kindOf returns the category in the header of a bearer token.
func kindOf(t *testing.T, authorization string) token.Category {
	t.Helper()
	raw, found := strings.CutPrefix(authorization, "Bearer ")
	decoded, err := token.Read(raw)
	if err != nil || !found {
		t.Fatalf("no bearer token: %v", err)
	}
	return decoded.Category()
}

func wantNotAuthenticated(t *testing.T, n *tab) {
	t.Helper()
	n.visit(t, "/sign-in")
	for _, call := range []string{"ginclerk.fetchWithAuth('/api/echo')", "ginclerk.fetchWithCustomTemplate('/api/echo', 'billing')"} {
		if got := thrown(t, n, call); got != "Error: Not authenticated" {
			t.Errorf("%s throws %q", call, got)
		}
	}
	if got := evaluate[bool](t, n, "return await ginclerk.getToken() === null"); !got {
		t.Error("getToken returns a token to a signed-out user")
	}
	if got := n.site.api.take(); len(got) != 0 {
		t.Errorf("the API was called: %+v", got)
	}
}

func wantCall(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	got := evaluate[string](t, n, `
		const response = await ginclerk.fetchWithAuth("api/echo", {
			method: "POST", body: JSON.stringify({a: 1}), headers: {"X-Extra": "kept", "Content-Type": "text/plain", Authorization: "Basic eDp5"},
		});
		return response.status + " " + await response.text()`)
	if want := "200 " + n.site.userID(t, ada); got != want {
		t.Errorf("answer %q, want %q", got, want)
	}
	calls := n.site.api.take()
	if len(calls) != 1 || calls[0].method != "POST" || calls[0].contentType != "application/json" || calls[0].body != `{"a":1}` || calls[0].extra != "kept" {
		t.Fatalf("the API was called %+v", calls)
	}
	if kind := kindOf(t, calls[0].authorization); !kind.MayBeSession() {
		t.Errorf("the token is a %q", kind)
	}
	asked := n.site.asked.take()
	if len(asked) != 1 || asked[0].method != "POST" || asked[0].contentType != "application/json" {
		t.Errorf("the endpoint was asked %+v", asked)
	}
}

func wantCallToListed(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	evaluate[int](t, n, "return (await ginclerk.fetchWithAuth(new URL(%q))).status", n.site.listed.URL+"/x")
	evaluate[int](t, n, "return (await ginclerk.fetchWithAuth(new Request(%q, {method: 'PUT', body: 'b'}))).status", n.site.listed.URL+"/x")
	calls := n.site.listed.take()
	if len(calls) != 2 || calls[1].method != "PUT" || calls[1].body != "b" {
		t.Fatalf("the service was called %+v", calls)
	}
	for _, call := range calls {
		if !kindOf(t, call.authorization).MayBeSession() || call.contentType != "application/json" {
			t.Errorf("called %+v", call)
		}
	}
}

func wantNoCall(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	port := strings.TrimPrefix(n.site.listed.URL, "http://127.0.0.1")
	for _, address := range []string{
		n.site.unlisted.URL, strings.Replace(n.site.unlisted.URL, "http:", "", 1), "http://localhost" + port,
		n.site.URL + "@" + strings.TrimPrefix(n.site.unlisted.URL, "http://"), "https://127.0.0.1" + port, "data:text/plain,x", "blob:null/x",
	} {
		if got := thrown(t, n, "ginclerk.fetchWithAuth("+quoted(address)+")"); !strings.HasPrefix(got, "Error: ginclerk: ") && !strings.HasPrefix(got, "TypeError") {
			t.Errorf("%s: throws %q", address, got)
		}
		if got := thrown(t, n, "ginclerk.fetchWithCustomTemplate("+quoted(address)+", 'billing')"); !strings.HasPrefix(got, "Error: ginclerk: ") && !strings.HasPrefix(got, "TypeError") {
			t.Errorf("%s: throws %q", address, got)
		}
	}
	if calls := append(n.site.unlisted.take(), n.site.listed.take()...); len(calls) != 0 {
		t.Errorf("called %+v", calls)
	}
	if asked := n.site.asked.take(); len(asked) != 0 {
		t.Errorf("the endpoint was asked %d times for nothing", len(asked))
	}
}

func quoted(text string) string { return "'" + text + "'" }

func wantNoTokenAcrossRedirects(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	for _, row := range []struct {
		from, path string
		own        bool
	}{
		{n.site.URL + "/api/moved?to=" + url.QueryEscape(n.site.unlisted.URL+"/own"), "/own", true},
		{n.site.listed.URL + "/?to=" + url.QueryEscape(n.site.unlisted.URL+"/listed"), "/listed", false},
	} {
		evaluate[int](t, n, "return (await ginclerk.fetchWithAuth(%q)).status", row.from)
		calls := n.site.unlisted.take()
		if len(calls) != 1 || calls[0].path != row.path || calls[0].authorization != "" {
			t.Errorf("the service that gets no token was called %+v", calls)
		}
	}
	if first := n.site.listed.take(); len(first) != 1 || first[0].authorization == "" {
		t.Errorf("the listed one was called %+v", first)
	}
	got := evaluate[string](t, n, "return await (await ginclerk.fetchWithAuth('/api/moved?to=/api/echo')).text()")
	if got != n.site.userID(t, ada) {
		t.Errorf("a redirect on the same origin ends with %q", got)
	}
}

func wantTemplate(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	for range 2 {
		evaluate[int](t, n, "return (await ginclerk.fetchWithCustomTemplate(%q, 'billing')).status", n.site.listed.URL+"/x")
	}
	calls := n.site.listed.take()
	if len(calls) != 2 || calls[0].method != "GET" || calls[0].contentType != "" || kindOf(t, calls[0].authorization) != token.CategoryTemplate {
		t.Errorf("the service was called %+v", calls)
	}
	same := evaluate[bool](t, n, "return 'Bearer ' + await ginclerk.getToken({template: 'billing'}) === %q", calls[0].authorization)
	if asked := n.site.asked.take(); len(asked) != 1 || !same {
		t.Errorf("the endpoint was asked %d times, want 1; the same token: %t", len(asked), same)
	}
	if other := evaluate[bool](t, n, "return 'Bearer ' + await ginclerk.getToken() !== %q", calls[0].authorization); !other {
		t.Error("the session token is the template's")
	}
}

func wantTemplateRefused(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	if got := thrown(t, n, "ginclerk.fetchWithCustomTemplate('/api/echo', 'supabase')"); got != "Error: Browsers may not ask for tokens of this template." {
		t.Errorf("throws %q", got)
	}
	if got := evaluate[int](t, n, "try { await ginclerk.getToken({template: 'supabase'}) } catch (e) { return e.status }"); got != 403 {
		t.Errorf("status %d", got)
	}
	if got := thrown(t, n, "ginclerk.fetchWithCustomTemplate('/api/echo')"); !strings.Contains(got, "needs the name of a template") {
		t.Errorf("without a template: throws %q", got)
	}
}

func wantOneQuestion(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	const many = `const all = await Promise.all(Array.from({length: 8}, () => ginclerk.fetchWithAuth("/api/echo"))); return all.filter((r) => r.ok).length`
	for range 2 {
		if got := evaluate[int](t, n, many); got != 8 {
			t.Errorf("%d calls went well, want 8", got)
		}
	}
	if asked := n.site.asked.take(); len(asked) != 1 {
		t.Errorf("the endpoint was asked %d times, want 1", len(asked))
	}
}

// wantAnotherToken moves the browser's clock, by which the script knows how long it has a token.
func wantAnotherToken(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	const later = "const now = Date.now.bind(Date), before = window.before ??= now; Date.now = () => before() + %d; return await ginclerk.getToken()"
	first := evaluate[string](t, n, later, 0)
	for _, row := range []struct{ milliseconds, asked int }{{45_000, 0}, {51_000, 1}, {0, 0}, {-3_600_000, 0}} {
		n.site.asked.take()
		got := evaluate[string](t, n, later, row.milliseconds)
		if asked := len(n.site.asked.take()); asked != row.asked || got != first {
			t.Errorf("after %d ms the endpoint was asked %d times, want %d", row.milliseconds, asked, row.asked)
		}
	}
	n.visit(t, "/sign-in?refresh=no&as="+url.QueryEscape(ada))
	n.site.clock.Advance(55 * time.Second)
	n.site.asked.take()
	for range 3 { // five seconds are too short to be kept
		evaluate[string](t, n, "return await ginclerk.getToken()")
	}
	if asked := len(n.site.asked.take()); asked != 3 {
		t.Errorf("the endpoint was asked %d times, want 3", asked)
	}
}

func wantRetry(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	evaluate[int](t, n, "return (await ginclerk.fetchWithAuth('/api/echo')).status")
	n.site.api.take()
	n.site.clock.Advance(2 * time.Minute) // at the server alone, as if the device had slept
	got := evaluate[int](t, n, "return (await ginclerk.fetchWithAuth('/api/echo', {method: 'POST', body: 'twice'})).status")
	calls := n.site.api.take()
	if got != 200 || len(calls) != 2 || calls[0].body != "twice" || calls[1].body != "twice" || calls[0].authorization == calls[1].authorization {
		t.Errorf("status %d after %d calls: %+v", got, len(calls), calls)
	}
}

func wantNoRetry(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	n.site.refuseNext(5)
	got := evaluate[int](t, n, "return (await ginclerk.fetchWithAuth('/api/echo')).status")
	if calls := n.site.api.take(); got != 401 || len(calls) != 1 {
		t.Errorf("status %d after %d calls, want 401 after 1: there is no other token", got, len(calls))
	}
	n.site.clock.Advance(2 * time.Minute)
	got = evaluate[int](t, n, "return (await ginclerk.fetchWithAuth('/api/echo')).status")
	if calls := n.site.api.take(); got != 401 || len(calls) != 2 {
		t.Errorf("status %d after %d calls, want 401 after 2: retried once", got, len(calls))
	}
}

func wantNotAuthenticatedAtRetry(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	evaluate[int](t, n, "return (await ginclerk.fetchWithAuth('/api/echo')).status")
	for _, s := range n.site.server.Sessions(n.site.userID(t, ada)) {
		if err := n.site.server.RevokeSession(s.ID); err != nil {
			t.Fatal(err)
		}
	}
	n.site.clock.Advance(2 * time.Minute)
	for range 2 {
		if got := thrown(t, n, "ginclerk.fetchWithAuth('/api/echo')"); got != "Error: Not authenticated" {
			t.Errorf("throws %q", got)
		}
	}
}

func wantOutage(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	evaluate[string](t, n, "return await ginclerk.getToken()")
	n.site.server.SetUnavailable(true)
	if got := thrown(t, n, "ginclerk.getToken({template: 'billing'})"); !strings.Contains(got, "You have not been signed out") {
		t.Errorf("throws %q", got)
	}
	n.site.server.SetUnavailable(false)
	if got := evaluate[int](t, n, "return (await ginclerk.getToken({template: 'billing'})).split('.').length"); got != 3 {
		t.Error("the outage was remembered")
	}
}

func wantOneName(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	const names = `
		const frame = document.createElement("iframe");
		document.documentElement.append(frame);
		const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
		return Object.getOwnPropertyNames(window).filter((name) => !usual.has(name) && isNaN(name)).join()`
	if got := evaluate[string](t, n, names); got != "ginclerk" {
		t.Errorf("the page has the names %q of its own", got)
	}
	const replaced = `
		try { window.ginclerk = {} } catch {}
		try { ginclerk.fetchWithAuth = null } catch {}
		return Object.keys(ginclerk).sort().join() + " " + typeof ginclerk.fetchWithAuth`
	if got := evaluate[string](t, n, replaced); got != "fetchWithAuth,fetchWithCustomTemplate,getToken function" {
		t.Errorf("the page has %q", got)
	}
}

func wantConfigurationErrors(t *testing.T, n *tab) {
	t.Helper()
	n.visit(t, "/sign-in")
	for data, want := range map[string]string{
		`data-token-endpoint="https://evil.example/token"`:    "must be on the origin of the page",
		`data-token-endpoint="//evil.example/token"`:          "must be on the origin of the page",
		`data-token-origins="https://api.example.com/"`:       "is no origin: write one such as https://api.example.com",
		`data-token-origins="HTTPS://API.example.com:443/v1"`: "is no origin: write one such as https://api.example.com",
		`data-token-origins="https://*.example.com"`:          "is no origin",
		`data-token-origins="https://me@api.example.com"`:     "is no origin",
		`data-token-origins="https://api.example.com."`:       "is no origin",
		`data-token-origins="ORIGIN *"`:                       "is no origin",
		`data-token-origins="http://api.example.com"`:         "must be https",
		`data-token-origins="http://127.0.0.1.evil.example"`:  "must be https",
		`type="module"`: "not as a module",
	} {
		n.takeProblems()
		n.visit(t, "/page/case?data="+url.QueryEscape(data))
		added := evaluate[string](t, n, "return typeof window.ginclerk")
		if problems := strings.Join(n.takeProblems(), "; "); !strings.Contains(problems, want) || added != "undefined" {
			t.Errorf("%s: the browser says %q, want %q; ginclerk is %s", data, problems, want, added)
		}
	}
}

func wantMissingEndpoint(t *testing.T, n *tab) {
	t.Helper()
	n.signedIn(t)
	n.visit(t, "/page/case?data=")
	if got := thrown(t, n, "ginclerk.getToken()"); got != "Error: ginclerk: no token: the endpoint answered 404" {
		t.Errorf("throws %q", got)
	}
}
