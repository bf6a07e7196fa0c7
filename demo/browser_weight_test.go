package main

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// Limits of each page, without what the browser has kept.
const (
	maxWeight   = 40 << 10 // bytes on the wire
	maxRequests = 3        // beside the icon
)

// scale weighs what a tab loads.
type scale struct {
	mu       sync.Mutex
	recorder recorder
	counted  map[network.RequestID]string
	bytes    float64
}

// record counts requests of pages and their bytes. An icon is none that a page waits for, and a stream of events has no end.
func (w *scale) record(event any) {
	w.recorder.record(event)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		w.counted[e.RequestID] = e.Request.URL // a redirect has the same id
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeEventSource || strings.HasSuffix(e.Response.URL, ".svg") || strings.HasSuffix(e.Response.URL, iconPath) {
			delete(w.counted, e.RequestID)
		}
	case *network.EventLoadingFinished:
		if w.counted[e.RequestID] != "" {
			w.bytes += e.EncodedDataLength
		}
	}
}

func (w *scale) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counted, w.bytes = map[network.RequestID]string{}, 0
}

func (w *scale) read() (requests []string, bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, url := range w.counted {
		if !strings.HasPrefix(url, "data:") {
			requests = append(requests, url)
		}
	}
	return requests, int(w.bytes)
}

// testWeight loads each page as at the first visit, with scripts.
func testWeight(sc scene) {
	s := sc.site(instance.Development)
	w := &scale{counted: map[network.RequestID]string{}}
	n := watched(sc.t, sc.browser.NewTab(sc.t, w.record, prepared(withScripts)...), &w.recorder, s.origin)
	n.signInAs(s, ada)
	paths := pagesOfAda(s, n.text("session-id"), s.user(sc.t, bob).ID)
	n.weighAll(w, s, paths)
	n.visit("/sessions")
	n.click(testID("sign-out"))
	n.signInAs(s, dana)
	n.weighAll(w, s, []string{"/dashboard", "/sessions/devices", "/sessions/activity"})
}

func (n *tab) weighAll(w *scale, s *site, paths []string) {
	n.t.Helper()
	n.do("keep nothing", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
		return err
	}))
	heaviest, of := 0, ""
	for _, path := range paths {
		s.clock.Advance(time.Second)
		w.clear()
		n.visit(path)
		moved := n.shift()
		requests, bytes := w.read()
		if bytes > heaviest {
			heaviest, of = bytes, path
		}
		if bytes > maxWeight || bytes == 0 {
			n.t.Errorf("%s takes %d bytes, want at most %d", path, bytes, maxWeight)
		}
		if len(requests) > maxRequests {
			n.t.Errorf("%s takes %d requests, want at most %d: %v", path, len(requests), maxRequests, requests)
		}
		if moved.Sum > 0 {
			n.t.Errorf("%s moves by %g while it comes: %q", path, moved.Sum, moved.Moved)
		}
		n.wantNoBlockingScript(path)
	}
	n.t.Logf("of %d pages the heaviest is %s: %d bytes", len(paths), of, heaviest)
}

// wantNoBlockingScript fails for a script that the page waits for.
func (n *tab) wantNoBlockingScript(path string) {
	n.t.Helper()
	blocking := chromiumtest.Evaluate[int](n.t, n.Tab, `return [...document.scripts].filter(one => !one.defer && !one.async && one.type !== "module").length`)
	if blocking > 0 {
		n.t.Errorf("%s waits for %d scripts", path, blocking)
	}
}

// shift is how far a page moved while it came, and what moved.
type shift struct {
	Sum   float64  `json:"sum"`
	Moved []string `json:"moved"`
}

// shift measures how far the page moved while it came, as browsers report it.
func (n *tab) shift() shift {
	n.t.Helper()
	return chromiumtest.Evaluate[shift](n.t, n.Tab, `
		let sum = 0;
		const moved = [];
		new PerformanceObserver(list => list.getEntries().forEach(one => {
			sum += one.value;
			moved.push(...one.sources.map(source => source.node?.outerHTML?.slice(0, 120) ?? "a text"));
		})).observe({type: "layout-shift", buffered: true});
		for (let i = 0; i < 4; i++) { await new Promise(requestAnimationFrame); }
		await new Promise(done => setTimeout(done, 50));
		return {sum, moved};`)
}
