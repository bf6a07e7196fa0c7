package chromiumtest

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/internal/prerequisite"
)

const (
	// ActionTimeout is how long one step in a browser may take. It is generous: a busy machine is slow, and is no failure.
	ActionTimeout = time.Minute
	// startTimeout is how long Chromium may take to say that it listens.
	startTimeout = time.Minute
)

// Browser is a running Chromium. Each profile in it has its own cookies. It is safe for concurrent use.
type Browser struct {
	ctx context.Context //nolint:containedctx // chromedp keeps the browser in a context
}

// Shared is the one Chromium of a test program. The zero value has not started yet. It is safe for concurrent use.
type Shared struct {
	mu      sync.Mutex
	browser *Browser
	err     error
	stop    func()
}

// Browser returns the browser. The first call starts it. The test skips, or fails with CI=true, where Chromium is missing; left
// names what the tests then leave out, such as "clerk-js in a browser".
func (s *Shared) Browser(t *testing.T, left string) *Browser {
	t.Helper()
	path := prerequisite.Program(t, "chromium", left, "apt-get install chromium",
		"headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.browser == nil && s.err == nil {
		s.browser, s.stop, s.err = start(path)
	}
	if s.err != nil {
		t.Fatalf("start %s: %v", path, s.err)
	}
	return s.browser
}

// Close ends the browser and removes its folder, if it was started. Call it after the last test.
func (s *Shared) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
	}
	s.browser, s.stop, s.err = nil, nil, errors.New("the browser was closed")
}

// start starts Chromium with an empty folder for its data.
func start(path string) (*Browser, func(), error) {
	folder, err := os.MkdirTemp("", "ginclerk-chromium-")
	if err != nil {
		return nil, nil, err
	}
	root, cancel := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.UserDataDir(folder), chromedp.WSURLReadTimeout(startTimeout),
		chromedp.Flag("no-sandbox", true), // the root user of a container may be unable to start the sandbox
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("hide-scrollbars", true),
	)
	ctx, closeBrowser := chromedp.NewContext(root)
	stop := func() {
		closeBrowser()
		cancel() // returns after the process has ended
		_ = os.RemoveAll(folder)
	}
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return nil, nil, err
	}
	return &Browser{ctx: ctx}, stop, nil
}
