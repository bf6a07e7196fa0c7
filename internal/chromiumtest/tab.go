package chromiumtest

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// captures is how often a picture is tried.
const captures = 3

// Action is a step in a tab.
type Action = chromedp.Action[chromedp.Void]

// Tab is one tab of a browser. It closes with its test.
type Tab struct {
	ctx context.Context //nolint:containedctx // chromedp keeps the tab in a context
}

// NewTab opens a tab in a new profile and runs the steps of setup in it. It calls record for each event of the tab, in order,
// from a goroutine of chromedp.
func (b *Browser) NewTab(t *testing.T, record func(event any), setup ...Action) *Tab {
	t.Helper()
	return open(b.ctx, t, record, setup, chromedp.WithNewBrowserContext())
}

// Another opens one more tab of the same profile, as [Browser.NewTab] does.
func (n *Tab) Another(t *testing.T, record func(event any), setup ...Action) *Tab {
	t.Helper()
	return open(n.ctx, t, record, setup)
}

func open(parent context.Context, t *testing.T, record func(any), setup []Action, options ...chromedp.ContextOption) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(record))...)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, setup...); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return &Tab{ctx: ctx}
}

// Within returns the context of one step, which ends after [ActionTimeout]. Call cancel after the step.
func (n *Tab) Within() (ctx context.Context, cancel context.CancelFunc) {
	return context.WithTimeout(n.ctx, ActionTimeout)
}

// Do runs steps that stay on the page.
func (n *Tab) Do(steps ...Action) error {
	ctx, cancel := n.Within()
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// Run runs an action that has a result. It ends after [ActionTimeout].
func Run[T any](n *Tab, action chromedp.Action[T]) (T, error) {
	ctx, cancel := n.Within()
	defer cancel()
	return chromedp.Run(ctx, action)
}

// Screenshot takes a picture of the whole page, as PNG. Chromium drops the answer where a page loads again during the capture, as
// pages do that refresh themselves, so Screenshot tries again.
func (n *Tab) Screenshot() (png []byte, err error) {
	whole, cancel := n.Within()
	defer cancel()
	for range captures {
		png, err = capture(whole)
		if err == nil || whole.Err() != nil {
			break
		}
	}
	return png, err
}

func capture(whole context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(whole, ActionTimeout/captures)
	defer cancel()
	return chromedp.Run(ctx, chromedp.FullScreenshot(100))
}

// Load runs steps that lead to another page, and returns the response with that page.
func (n *Tab) Load(t *testing.T, what string, steps ...Action) *network.Response {
	t.Helper()
	ctx, cancel := n.Within()
	defer cancel()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil || response == nil {
		t.Fatalf("%s: no page came: %v", what, err)
	}
	return response
}

// Open opens an address, as if a person typed it.
func (n *Tab) Open(t *testing.T, address string) *network.Response {
	t.Helper()
	return n.Load(t, "open "+address, chromedp.Navigate(address))
}

// Evaluate runs the body of an async function in the page, and returns the value that the function returns.
func Evaluate[T any](t *testing.T, n *Tab, body string) T {
	t.Helper()
	ctx, cancel := n.Within()
	defer cancel()
	await := func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T]("(async () => {"+body+"})()", await))
	if err != nil {
		t.Fatalf("%s\n\t%v", body, err)
	}
	return got
}
