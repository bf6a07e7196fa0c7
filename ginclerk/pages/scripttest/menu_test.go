package scripttest_test

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// TestTheMenuOfTheUser is the user button in a browser, with and without scripts.
func TestTheMenuOfTheUser(t *testing.T) {
	t.Parallel()
	browser := chromium.Browser(t, "the menu of the user button in a browser")
	const (
		open     = `document.querySelector(".menu").open`
		onButton = `document.activeElement === document.querySelector(".menu summary")`
	)
	site := newSessionSite(t, nil)
	t.Run("Escape closes it and gives the focus back", func(t *testing.T) {
		t.Parallel()
		n := newTab(t, browser, site)
		n.visit(t, "/sign-in?as="+url.QueryEscape(ada))
		n.visit(t, "/sessions")
		evaluate[bool](t, n, `document.querySelector(".menu summary").click(); document.querySelector('[data-testid="menu-session"]').focus(); return true`)
		n.until(t, open)
		if _, err := chromiumtest.Run(n.Tab, chromedp.KeyEvent(kb.Escape)); err != nil {
			t.Fatal(err)
		}
		n.until(t, "!"+open+" && "+onButton)
	})
	t.Run("a click outside closes it", func(t *testing.T) {
		t.Parallel()
		n := newTab(t, browser, site)
		n.visit(t, "/sign-in?as="+url.QueryEscape(ada))
		n.visit(t, "/sessions")
		evaluate[bool](t, n, `document.querySelector(".menu summary").click(); return true`)
		n.until(t, open)
		evaluate[bool](t, n, `document.querySelector("h1").click(); return true`)
		n.until(t, "!"+open)
	})
	t.Run("without scripts one signs out with two clicks", func(t *testing.T) {
		t.Parallel()
		n := newTab(t, browser, site)
		n.visit(t, "/sign-in?as="+url.QueryEscape(ada))
		if _, err := chromiumtest.Run(n.Tab, withoutScripts()); err != nil {
			t.Fatal(err)
		}
		n.visit(t, "/sessions/devices")
		for _, selector := range []string{".menu summary", `[data-testid="menu-sign-out"]`} {
			if _, err := chromiumtest.Run(n.Tab, chromedp.Click(chromedp.CSS(selector))); err != nil {
				t.Fatal(err)
			}
		}
		n.until(t, signedOut)
	})
}
