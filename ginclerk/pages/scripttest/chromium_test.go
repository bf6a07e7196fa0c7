package scripttest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
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
	root, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()),
		chromedp.ExecPath(findChromium(t)), chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
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
		t.Fatalf("start chromium: %v", err)
	}
	return &chromium{ctx: ctx}
}

// findChromium returns where the browser is. Without one nothing here can be tried: that is a failure with CI=true, and
// elsewhere a skip that nobody can overlook.
func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "headless-shell", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "MISSING: chromium. Left out: the scripts of the pages in a browser. To get it: apt-get install chromium"
	if os.Getenv("CI") == "true" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// tab is a tab of a browser profile of its own.
type tab struct {
	ctx  context.Context //nolint:containedctx // chromedp keeps the tab in a context
	site *site

	mu       sync.Mutex
	problems []string
}

// newTab opens a tab. A script that throws where nobody catches it, or that offends the page's content security policy,
// fails the test.
func (b *chromium) newTab(t *testing.T, s *site) *tab {
	t.Helper()
	n := &tab{site: s}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(n.record))
	t.Cleanup(cancel)
	n.ctx = ctx
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	t.Cleanup(func() {
		for _, problem := range n.takeProblems() {
			t.Errorf("the browser complained: %s", problem)
		}
	})
	return n
}

func (n *tab) record(event any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		n.problems = append(n.problems, text)
	case *log.EventEntryAdded:
		if strings.Contains(e.Entry.Text, "Content Security Policy") {
			n.problems = append(n.problems, e.Entry.Text)
		}
	}
}

func (n *tab) takeProblems() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.problems
	n.problems = nil
	return taken
}

// visit opens a page of the application.
func (n *tab) visit(t *testing.T, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(n.ctx, actionTimeout)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, chromedp.Navigate(n.site.URL+path))
	if err != nil || response == nil || response.Status != 200 {
		t.Fatalf("open %s: %v, %+v", path, err, response)
	}
}

// evaluate runs the body of an async function in the page and returns what that returns; what it throws is "Error: …".
func evaluate[T any](t *testing.T, n *tab, format string, args ...any) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(n.ctx, actionTimeout)
	defer cancel()
	body := fmt.Sprintf(format, args...)
	await := func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T]("(async () => {"+body+"})()", await))
	if err != nil {
		t.Fatalf("%s\n\t%v", body, err)
	}
	return got
}

// thrown is what the promise of an expression is rejected with.
func thrown(t *testing.T, n *tab, expression string) string {
	t.Helper()
	return evaluate[string](t, n, "try { await %s; return 'nothing' } catch (e) { return String(e) }", expression)
}
