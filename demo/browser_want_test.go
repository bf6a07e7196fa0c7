package main

import (
	"strings"

	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// wantAt fails unless the browser is at the path, with the status.
func (n *tab) wantAt(path string, status int) {
	n.t.Helper()
	if n.page.url.Path != path || n.page.status != status {
		n.fatalf("at %s with status %d, want %s with %d", n.page.url.Path, n.page.status, path, status)
	}
}

// want fails unless the element with a test id has exactly this text.
func (n *tab) want(testID, text string) {
	n.t.Helper()
	if got := n.text(testID); got != text {
		n.fatalf("%s says %q, want %q", testID, got, text)
	}
}

// wantContains fails unless the element with a test id has this text among other text.
func (n *tab) wantContains(testID, text string) {
	n.t.Helper()
	if got := n.text(testID); !strings.Contains(got, text) {
		n.fatalf("%s says %q, want something with %q", testID, got, text)
	}
}

// text returns the text of the only element with a test id.
func (n *tab) text(testID string) string {
	n.t.Helper()
	found := n.page.all(testID)
	if len(found) == 0 {
		n.fatalf("there is no %s", testID)
	}
	return found[0].text()
}

func (n *tab) wantElement(selector string) {
	n.t.Helper()
	ids, err := chromiumtest.Run(n.Tab, chromedp.QueryNodeIDs(chromedp.CSSAll(selector), chromedp.AtLeast(0)))
	if err != nil || len(ids) != 1 {
		n.fatalf("%d elements are %s, want one (%v)", len(ids), selector, err)
	}
}

// wantNoRedirects fails if the page came after a redirect.
func (n *tab) wantNoRedirects() {
	n.t.Helper()
	if len(n.hops) != 1 {
		n.fatalf("the page took %d requests: %v", len(n.hops), n.hops)
	}
}

// wantStraight fails if the browser took a detour: it asks for a page once, and once more after a handshake.
func (n *tab) wantStraight() {
	n.t.Helper()
	seen, handshakes := map[hop]int{}, 0
	for _, h := range n.hops {
		seen[h]++
		if strings.Contains(h.url, "/v1/client/handshake") {
			handshakes++
		}
		if seen[h] > 2 || handshakes > 1 {
			n.fatalf("the browser went in circles: %v", n.hops)
		}
	}
}
