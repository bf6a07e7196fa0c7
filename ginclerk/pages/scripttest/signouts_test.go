package scripttest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

// devices is on how many devices Ada is signed in beside the browser. Clerk's limit for development makes that a job of
// some seconds.
const devices = 24

// newSessionSite is an application with the session pages.
func newSessionSite(t *testing.T, before func(*gin.Engine)) *site {
	t.Helper()
	s := &site{clock: clerktest.NewClock()}
	s.server = clerktest.New(t, func(c *clerktest.Config) { c.Clock = s.clock })
	engine := gin.New()
	s.Server = httptest.NewUnstartedServer(engine)
	origin := "http://localhost:" + strconv.Itoa(s.Listener.Addr().(*net.TCPAddr).Port)
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: s.server.PublishableKey(), SecretKey: s.server.SecretKey(), Origins: []string{origin},
		SignInURL: "/sign-in", ProxyURL: "/__clerk", ClerkAPI: ginclerk.ClerkAPI{URL: s.server.BackendURL(), FrontendURL: s.server.FrontendURL()}, Now: s.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.SetTrustedProxies(nil); err != nil {
		t.Fatal(err)
	}
	clerk.Exempt("/sign-in", "/page")
	if before != nil {
		before(engine)
	}
	engine.Use(clerk.Attach())
	clerk.MountProxy(engine)
	if _, err := pages.Mount(engine, clerk, pages.Options{}); err != nil {
		t.Fatal(err)
	}
	engine.GET("/sign-in", func(c *gin.Context) { s.signIn(t, c, origin) })
	engine.GET("/page", func(c *gin.Context) { c.Data(http.StatusOK, "text/html", []byte("<!doctype html><title>Page</title>")) })
	s.Start()
	s.URL = origin
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
		if err := clerk.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	for range devices {
		if _, err := s.server.CreateSession(s.userID(t, ada), clerktest.SessionOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// until waits for an expression to be true in whatever page the tab shows.
func (n *tab) until(t *testing.T, expression string) {
	t.Helper()
	ctx, cancel := n.Within()
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		met, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if met && err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			shown := evaluate[string](t, n, "return location.href + ' ' + document.body.innerText")
			t.Fatalf("%s\n\tnever came true: %v; the page: %s", expression, err, shown)
		}
	}
}

func (n *tab) press(t *testing.T, testID string) {
	t.Helper()
	evaluate[bool](t, n, `document.querySelector('[data-testid=%q]').click(); return true`, testID)
}

// withoutScripts has a tab run no scripts of pages.
func withoutScripts() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

const (
	title     = `document.querySelector("h1")?.textContent`
	ended     = `Number(document.querySelector('[data-part="ended"]')?.textContent)`
	signedOut = `document.querySelector('[data-testid="viewer"]') === null`
)

// wantEverywhere presses the button and waits for the end of the job, on a page without a signed-in user.
func (n *tab) wantEverywhere(t *testing.T, whileItRuns func()) {
	t.Helper()
	n.visit(t, "/sign-in?as="+url.QueryEscape(ada))
	n.visit(t, "/sessions/devices")
	n.press(t, "sign-out-everywhere")
	n.until(t, `document.querySelector('[data-testid="confirm"]') !== null`) // the page asks first
	n.press(t, "confirm")
	n.until(t, title+` === "Signing out on all devices"`)
	whileItRuns()
	n.until(t, fmt.Sprintf(`%s === "Signed out on all devices" && %s && %s === %d`, title, signedOut, ended, devices+1))
	for _, session := range n.site.server.Sessions(n.site.userID(t, ada)) {
		if session.Status == "active" {
			t.Errorf("%s is still active", session.ID)
		}
	}
}

// TestSignOutProgress is the page of a job that signs out everywhere, in a browser.
func TestSignOutProgress(t *testing.T) {
	t.Parallel()
	browser := chromium.Browser(t, "the scripts of the pages in a browser")
	t.Run("with scripts it is kept up to date in place", func(t *testing.T) {
		t.Parallel()
		n := newTab(t, browser, newSessionSite(t, nil))
		n.wantEverywhere(t, func() {
			evaluate[bool](t, n, "window.stays = true; return true")
			n.until(t, ended+` >= 20 && window.stays && document.querySelector("progress").value >= 20`)
		})
	})
	t.Run("without scripts it is loaded again", func(t *testing.T) {
		t.Parallel()
		n := newTab(t, browser, newSessionSite(t, nil))
		if err := n.Do(withoutScripts()); err != nil {
			t.Fatal(err)
		}
		n.wantEverywhere(t, func() {})
	})
	t.Run("without events it is loaded again", func(t *testing.T) {
		t.Parallel()
		n := newTab(t, browser, newSessionSite(t, func(e *gin.Engine) {
			e.Use(func(c *gin.Context) {
				if c.GetHeader("Accept") == "text/event-stream" {
					c.AbortWithStatus(http.StatusBadGateway)
				}
			})
		}))
		n.wantEverywhere(t, func() {})
	})
}
