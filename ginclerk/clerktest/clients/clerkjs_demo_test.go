package clients_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// clerk-js runs on the pages of the demo program, with the demo's own proxy and rules.
func TestClerkJSOnTheDemo(t *testing.T) {
	packages := installed(t)
	b, program := browser(t), buildDemo(t)
	scripts := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(packages, "node_modules", "@clerk", "clerk-js", "dist"))))
	t.Cleanup(scripts.Close)

	t.Run("with an embedded Clerk of its own", func(t *testing.T) {
		d := startDemo(t, program)
		v := newDemoVisit(t, b, d.origin, scripts.URL)
		v.key = keyOf(t, v.js, "ada@example.com", d.passwords["ada@example.com"])
		v.run(t, d.passwords)
	})
	for name, proxyURL := range map[string]func(address string) string{
		"with the keys of a Clerk":                         func(string) string { return "/__clerk" },
		"with a Frontend API that browsers reach directly": func(address string) string { return address + "/__clerk" },
	} {
		t.Run(name, func(t *testing.T) {
			srv := clerktest.New(t)
			address, passwords := between(t, srv), map[string]string{}
			for _, user := range srv.Users() {
				passwords[user.Email] = user.Password
			}
			d := startDemo(t, program, "CLERK_PUBLISHABLE_KEY="+srv.PublishableKey(), "CLERK_SECRET_KEY="+srv.SecretKey(),
				"CLERK_API_URL="+address+"/backend", "CLERK_FAPI_URL="+address, "CLERK_PROXY_URL="+proxyURL(address),
				"CLERK_SIGN_IN_URL=/") // Clerk's Account Portal would be on another host
			v := newDemoVisit(t, b, d.origin, scripts.URL)
			v.key, v.proxyURL = srv.PublishableKey(), proxyURL(address)
			v.run(t, passwords)
		})
	}
}

// demoVisit is a browser at the demo: a tab with clerk-js, and one beside it.
type demoVisit struct {
	js, beside   *tab
	scripts, key string
	proxyURL     string // of the Frontend API; a path is the demo's
}

// newDemoVisit turns the pages' content security policy off in the tab for clerk-js, because it allows only the demo's own
// scripts: the test adds clerk-js to the demo. The tab beside it obeys the policy.
func newDemoVisit(t *testing.T, b *chromiumtest.Browser, origin, scripts string) *demoVisit {
	t.Helper()
	js := newTab(t, b, &site{origin: origin})
	err := js.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, cdppage.SetBypassCSP, cdppage.SetBypassCSPParams{Enabled: true})
		return err
	}))
	if err != nil {
		t.Fatalf("leave the policy aside: %v", err)
	}
	v := &demoVisit{js: js, beside: js.another(t), scripts: scripts, proxyURL: "/__clerk"}
	if status := js.visit(t, "/"); status != http.StatusOK {
		t.Fatalf("the demo's home page answers %d", status)
	}
	return v
}

// load opens the home page again and adds clerk-js to it.
func (v *demoVisit) load(t *testing.T) {
	t.Helper()
	v.js.visit(t, "/")
	evaluate[bool](t, v.js, `
		const script = document.createElement('script');
		script.src = `+quoted(t, v.scripts+"/clerk.browser.js")+`;
		script.crossOrigin = null;
		script.dataset.clerkPublishableKey = `+quoted(t, v.key)+`;
		script.dataset.clerkProxyUrl = new URL(`+quoted(t, v.proxyURL)+`, location.origin).href;
		await new Promise((done, failed) => { script.onload = done; script.onerror = failed; document.head.append(script); });
		await Clerk.load();
		return true;`)
}

func (v *demoVisit) run(t *testing.T, passwords map[string]string) {
	t.Helper()
	js, beside := v.js, v.beside
	v.load(t)
	evaluate[bool](t, js, `await Clerk.signOut(() => {}); return true`)
	wantBoth(t, js, beside, "")
	ada := js.signIn(t, "ada@example.com", passwords["ada@example.com"])
	wantBoth(t, js, beside, "ada@example.com", ada)
	grace := js.signIn(t, "grace@example.com", passwords["grace@example.com"])
	wantBoth(t, js, beside, "grace@example.com", grace, ada)

	for _, body := range []string{`getToken()`, `getToken({ skipCache: true })`} {
		claims := claimsOf(t, evaluate[string](t, js, `return await Clerk.session.`+body))
		if claims["sid"] != grace || claims["azp"] != js.site.origin {
			t.Errorf("%s: session %v for %v", body, claims["sid"], claims["azp"])
		}
	}
	for _, slug := range []string{"acme", "globex"} {
		evaluate[bool](t, js, `await Clerk.setActive({ organization: `+quoted(t, slug)+` }); return true`)
		admin := int64(http.StatusForbidden) // Grace is a member of Acme, and an administrator of Globex
		if slug == "globex" {
			admin = http.StatusOK
		}
		if got := beside.visit(t, "/admin"); got != admin {
			t.Errorf("in %s the demo answers %d for /admin, want %d", slug, got, admin)
		}
	}
	evaluate[bool](t, js, `await Clerk.setActive({ session: `+quoted(t, ada)+` }); return true`)
	wantBoth(t, js, beside, "ada@example.com", ada, grace)
	v.load(t)
	wantBoth(t, js, beside, "ada@example.com", ada, grace)

	beside.visit(t, "/sessions/accounts")
	beside.click(t, `[data-testid="account-row"][data-session-id="`+grace+`"] [data-testid="switch"]`)
	v.load(t)
	wantBoth(t, js, beside, "grace@example.com", grace, ada)
	evaluate[bool](t, js, `await Clerk.signOut(() => {}); return true`)
	wantBoth(t, js, beside, "")
	for _, complaint := range js.seen.list() {
		atProxy := strings.Contains(complaint, " "+v.proxyURL+"/v1/") // an absolute address is another host than the demo's
		if !atProxy && !strings.Contains(complaint, v.scripts) {
			t.Errorf("clerk-js: %s", complaint)
		}
	}
}

// keyOf returns the publishable key of a demo with an embedded Clerk. The demo does not print it, so it comes from a token's
// issuer.
func keyOf(t *testing.T, n *tab, email, password string) string {
	t.Helper()
	token := evaluate[string](t, n, `
		const form = new URLSearchParams({ strategy: 'password', identifier: `+quoted(t, email)+`, password: `+quoted(t, password)+` });
		const browser = await (await fetch('/__clerk/v1/dev_browser', { method: 'POST' })).json();
		const to = '/__clerk/v1/client/sign_ins?__clerk_db_jwt=' + browser.id;
		const answer = await (await fetch(to, { method: 'POST', body: form })).json();
		return answer.client.sessions[0].last_active_token.jwt;`)
	issuer, _ := claimsOf(t, token)["iss"].(string)
	raw := "pk_test_" + base64.StdEncoding.EncodeToString([]byte(strings.TrimPrefix(issuer, "https://")+"$"))
	if _, err := instance.ParsePublishableKey(raw); err != nil {
		t.Fatalf("the issuer %s: %v", issuer, err)
	}
	return raw
}
