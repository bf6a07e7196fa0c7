package clients_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// actionTimeout ends a wait that nothing will end.
const actionTimeout = 20 * time.Second

// chromium is a running browser, in which every profile has cookies of its own.
type chromium struct {
	ctx context.Context //nolint:containedctx // chromedp keeps the browser in a context
}

// startChromium starts the browser, which ends with the test.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	path := program(t, "clerk-js in a browser", "apt-get install chromium",
		"chromium", "headless-shell", "chromium-browser", "google-chrome", "google-chrome-stable")
	root, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("no-sandbox", true), // a container's root may not have one
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-renderer-backgrounding", true),
	)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewContext(root)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return &chromium{ctx: ctx}
}

// tab is a tab of a browser profile.
type tab struct {
	ctx  context.Context //nolint:containedctx // chromedp keeps the tab in a context
	site *site
	seen *recorder
}

// newTab opens a tab with a profile of its own.
func (b *chromium) newTab(t *testing.T, s *site) *tab {
	t.Helper()
	return openTab(b.ctx, t, s, chromedp.WithNewBrowserContext())
}

// another opens one more tab of the same profile.
func (n *tab) another(t *testing.T) *tab {
	t.Helper()
	return openTab(n.ctx, t, n.site)
}

// openTab opens a tab that takes itself for focused: in others clerk-js writes no session cookie.
func openTab(parent context.Context, t *testing.T, s *site, options ...chromedp.ContextOption) *tab {
	t.Helper()
	seen := &recorder{origin: s.origin}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(seen.record))...)
	t.Cleanup(cancel)
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
	if err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return &tab{ctx: ctx, site: s, seen: seen}
}

// visit opens a page of the application, and returns its status.
func (n *tab) visit(t *testing.T, path string) int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(n.ctx, actionTimeout)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, chromedp.Navigate(n.site.origin+path))
	if err != nil || response == nil {
		t.Fatalf("open %s: %v", path, err)
	}
	return response.Status
}

// evaluate runs the body of an async function in the page, and returns what that returns.
func evaluate[T any](t *testing.T, n *tab, body string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(n.ctx, actionTimeout)
	defer cancel()
	await := func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T]("(async () => {"+body+"})()", await))
	if err != nil {
		t.Fatalf("%s\n\t%v", body, err)
	}
	return got
}

// click clicks what leads to another page.
func (n *tab) click(t *testing.T, selector string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(n.ctx, actionTimeout)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		t.Fatalf("click %s: %v", selector, err)
	}
}
