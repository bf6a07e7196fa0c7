package clients_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// chromium is the browser of all tests here.
var chromium chromiumtest.Shared

func browser(t *testing.T) *chromiumtest.Browser {
	t.Helper()
	return chromium.Browser(t, "clerk-js in a browser")
}

// tab is a tab of a browser profile.
type tab struct {
	*chromiumtest.Tab
	site *site
	seen *recorder
}

// newTab opens a tab in a new profile.
func newTab(t *testing.T, b *chromiumtest.Browser, s *site) *tab {
	t.Helper()
	seen := &recorder{origin: s.origin}
	return &tab{Tab: b.NewTab(t, seen.record, focused()), site: s, seen: seen}
}

// another opens one more tab of the same profile.
func (n *tab) another(t *testing.T) *tab {
	t.Helper()
	seen := &recorder{origin: n.site.origin}
	return &tab{Tab: n.Another(t, seen.record, focused()), site: n.site, seen: seen}
}

// focused makes a tab behave as if it had the focus: clerk-js writes no session cookie in other tabs.
func focused() chromiumtest.Action {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	})
}

// visit opens a page of the application, and returns its status.
func (n *tab) visit(t *testing.T, path string) int64 {
	t.Helper()
	return n.Open(t, n.site.origin+path).Status
}

// evaluate runs the body of an async function in the page, and returns the value that the function returns.
func evaluate[T any](t *testing.T, n *tab, body string) T {
	t.Helper()
	return chromiumtest.Evaluate[T](t, n.Tab, body)
}

// click clicks an element that leads to another page.
func (n *tab) click(t *testing.T, selector string) {
	t.Helper()
	n.Load(t, "click "+selector, chromedp.Click(chromedp.CSS(selector)))
}
