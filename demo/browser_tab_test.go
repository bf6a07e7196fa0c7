package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// maxHops is more than any path through the application takes: the page, a handshake and back, sign-in.
const maxHops = 7

// tab is the only tab of a browser profile.
type tab struct {
	*chromiumtest.Tab
	t      *testing.T
	origin string
	seen   *recorder
	page   *shownPage
	hops   []hop // the requests of the last navigation
}

// scripting is whether a tab runs the scripts of pages.
type scripting bool

const (
	withoutScripts scripting = false
	withScripts    scripting = true
)

// newTab opens a tab in a new profile.
func newTab(t *testing.T, browser *chromiumtest.Browser, origin string, scripts scripting) *tab {
	t.Helper()
	seen := &recorder{}
	return watched(t, browser.NewTab(t, seen.record, prepared(scripts)...), seen, origin)
}

// another opens one more tab of the same profile.
func (n *tab) another() *tab {
	n.t.Helper()
	seen := &recorder{}
	return watched(n.t, n.Another(n.t, seen.record, prepared(withoutScripts)...), seen, n.origin)
}

// prepared returns the steps that prepare a tab.
func prepared(chosen scripting) []chromiumtest.Action {
	return []chromiumtest.Action{chromedp.EmulateViewport(1280, 900), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, audits.Enable, cdp.Empty{})
		return err
	}), runScripts(chosen)}
}

// runScripts lets the tab run scripts, or none.
func runScripts(chosen scripting) chromiumtest.Action {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		off := emulation.SetScriptExecutionDisabledParams{Value: !bool(chosen)}
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, off)
		return err
	})
}

// watched returns a tab. When the test ends, each complaint of the browser fails it.
func watched(t *testing.T, opened *chromiumtest.Tab, seen *recorder, origin string) *tab {
	t.Helper()
	t.Cleanup(func() {
		for _, complaint := range seen.complaints() {
			t.Errorf("the browser complained: %s", complaint)
		}
	})
	return &tab{Tab: opened, t: t, origin: origin, seen: seen}
}

// visit opens an address, as if a person typed it in.
func (n *tab) visit(path string) {
	n.t.Helper()
	n.navigate("open "+path, chromedp.Navigate(n.origin+path))
}

// reload loads the page again.
func (n *tab) reload() {
	n.t.Helper()
	n.navigate("reload", chromedp.Reload())
}

// click clicks a link or button that leads to another page.
func (n *tab) click(selector string) {
	n.t.Helper()
	n.wantElement(selector)
	n.navigate("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// fill enters text into an empty field.
func (n *tab) fill(selector, text string) {
	n.t.Helper()
	n.wantElement(selector)
	n.do("fill "+selector, chromedp.Focus(chromedp.CSS(selector)), insert(text))
}

func insert(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// do runs steps that stay on the page.
func (n *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	n.t.Helper()
	if err := n.Do(steps...); err != nil {
		n.fatalf("%s: %v", what, err)
	}
}

// navigate runs steps that lead to another page, waits until it is there, and reads it.
func (n *tab) navigate(what string, steps ...chromedp.Action[chromedp.Void]) {
	n.t.Helper()
	ctx, cancel := n.Within()
	defer cancel()
	if err := chromedp.Do(ctx, pause()); err != nil {
		n.fatalf("%s: %v", what, err)
	}
	n.seen.takeHops()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil || response == nil {
		n.fatalf("%s: no page came (%v) after %v", what, err, n.seen.takeHops())
	}
	text, err := chromedp.Run(ctx, chromedp.OuterHTML(chromedp.CSS("html")))
	if err != nil {
		n.fatalf("%s: read the page: %v", what, err)
	}
	n.page, err = readPage(int(response.Status), response.URL, text)
	if err != nil {
		n.fatalf("%s: %v", what, err)
	}
	n.hops = n.seen.takeHops()
	if len(n.hops) > maxHops {
		n.fatalf("%s: that were %d requests for one page: %v", what, len(n.hops), n.hops)
	}
}

// pause passes the time between two clicks of a person: the cookie that counts handshakes in a row lives two seconds.
func pause() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		jar, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{})
		if err != nil {
			return err
		}
		for _, cookie := range jar.Cookies {
			if cookie.Name != instance.CookieRedirectCount {
				continue
			}
			gone := network.DeleteCookiesParams{Name: cookie.Name, Domain: cookie.Domain, Path: cookie.Path}
			if _, err := cdp.Call(ctx, t, network.DeleteCookies, gone); err != nil {
				return err
			}
		}
		return nil
	})
}

// fatalf ends the test and says where the browser was.
func (n *tab) fatalf(format string, args ...any) {
	n.t.Helper()
	where := "nowhere"
	if n.page != nil {
		where = fmt.Sprintf("%s (%d): %s", n.page.url, n.page.status, n.page.excerpt())
	}
	n.t.Fatalf("%s\n\tat %s\n\tafter %v", fmt.Sprintf(format, args...), where, n.hops)
}

// testID is the CSS selector of elements with a test id.
func testID(name string) string { return fmt.Sprintf(`[data-testid=%q]`, name) }
