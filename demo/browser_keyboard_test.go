package main

import (
	"slices"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// testKeyboardOnly signs in, follows links and signs out with the keys alone.
func testKeyboardOnly(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.visit("/sessions")
	n.wantAt(signInPath, 200)
	n.press("bob@example.com") // the page puts the focus into its only field
	n.navigate("Enter", chromedp.KeyEvent(kb.Enter))
	n.press(s.user(sc.t, "bob@example.com").Password)
	n.navigate("Enter", chromedp.KeyEvent(kb.Enter))
	n.wantAt("/sessions", 200)

	n.press(kb.Tab)
	if focused := n.focused(); focused != "skip-link" {
		n.fatalf("the first stop is %s, want the link that skips the navigation", focused)
	}
	n.press(kb.Enter)
	var stops []string
	for range 10 {
		n.press(kb.Tab)
		stops = append(stops, n.focused())
		if stops[len(stops)-1] == "sign-out" {
			break
		}
	}
	if !slices.Equal(stops, []string{"sign-out"}) {
		n.fatalf("behind the skip link the stops are %v, want sign-out first", stops)
	}
	n.navigate("Enter", chromedp.KeyEvent(kb.Enter))
	n.wantAt("/", 200)
	n.wantContains("notice", "You’re signed out.")
}

// press presses keys in this order.
func (n *tab) press(keys string) {
	n.t.Helper()
	n.do("press keys", chromedp.KeyEvent(keys))
}

// focused returns the test id of the element with the focus, or the beginning of its HTML.
func (n *tab) focused() string {
	n.t.Helper()
	got, err := chromiumtest.Run(n.Tab, chromedp.Evaluate[string](
		`document.activeElement.dataset.testid || document.activeElement.outerHTML.slice(0, 80)`))
	if err != nil {
		n.fatalf("ask for the focus: %v", err)
	}
	return got
}
