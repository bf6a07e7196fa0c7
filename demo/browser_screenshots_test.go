package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// screenshotsFolder is the environment variable that names the folder for the pictures.
const screenshotsFolder = "GINCLERK_SCREENSHOTS"

// everyRule is the environment variable that has each language tried with every rule, with the keyboard and in each story.
const everyRule = "GINCLERK_EVERY_RULE"

// camera checks each page on desktops and phones, light and dark. It takes pictures only with go test -artifacts, or with
// [screenshotsFolder], because they take the most time.
type camera struct {
	scene

	folder string // of the pictures; empty: none are taken
}

func newCamera(sc scene) *camera {
	t := sc.t
	t.Helper()
	folder := os.Getenv(screenshotsFolder)
	if kept := flag.Lookup("test.artifacts"); folder == "" && kept != nil && kept.Value.String() == "true" {
		folder = t.ArtifactDir()
	}
	if folder == "" {
		return &camera{scene: sc}
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	return &camera{scene: sc, folder: folder}
}

// take checks the page that the tab shows.
func (c *camera) take(n *tab, name string) {
	c.t.Helper()
	for _, look := range []struct {
		name          string
		width, height int64
		scheme        string
		options       []chromedp.EmulateViewportOption
	}{
		{"desktop-light", 1280, 900, "light", nil},
		{"desktop-dark", 1280, 900, "dark", nil},
		{"phone-light", 390, 844, "light", []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulatePortrait}},
		{"phone-dark", 390, 844, "dark", []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulatePortrait}},
	} {
		n.do("look as on "+look.name, chromedp.EmulateViewport(look.width, look.height, look.options...), prefer(look.scheme))
		c.settle(n)
		c.wantNoSideways(n, name+" "+look.name)
		c.keep(n, name+"-"+look.name)
	}
	n.do("back to a desktop", chromedp.EmulateViewport(1280, 900), prefer(""))
}

// keep keeps a picture of the page, with the language in its name where that is not English.
func (c *camera) keep(n *tab, name string) {
	c.t.Helper()
	if c.folder == "" {
		return
	}
	picture, err := n.Screenshot()
	if err != nil {
		n.fatalf("take a picture of %s: %v", name, err)
	}
	if c.language != "" {
		name = c.language + "-" + name
	}
	if err := os.WriteFile(filepath.Join(c.folder, name+".png"), picture, 0o600); err != nil {
		n.fatalf("keep a picture: %v", err)
	}
}

// examine takes the page of a tab without scripts, and lets axe-core look at it: a story leads to it, and no list of pages has it.
func (c *camera) examine(n *tab, name string) {
	c.t.Helper()
	c.take(n, name)
	n.breaksNoRule(c.axe, name)
}

// settle ends the transitions from one color scheme to the other. Each transition may start more.
func (c *camera) settle(n *tab) {
	c.t.Helper()
	for range 20 {
		running, err := chromiumtest.Run(n.Tab, chromedp.Evaluate[int](
			`(() => { const all = document.getAnimations(); all.forEach(one => one.finish()); return all.length })()`))
		if err != nil {
			n.fatalf("end the transitions: %v", err)
		}
		if running == 0 {
			return
		}
	}
	n.fatalf("the page never comes to rest")
}

// wantNoSideways fails if the page is wider than the window, so that readers have to scroll sideways.
func (c *camera) wantNoSideways(n *tab, what string) {
	c.t.Helper()
	width, err := chromiumtest.Run(n.Tab, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil {
		n.fatalf("measure: %v", err)
	}
	if width > 0 {
		c.t.Errorf("%s is %d pixels too wide", what, width)
	}
}

func prefer(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}

// testScreenshots visits every page once.
func testScreenshots(sc scene) {
	s, c := sc.site(instance.Development), newCamera(sc)
	n := sc.tab(s.origin, withoutScripts)
	n.visit("/")
	c.take(n, "home-signed-out")
	c.signInPages(n, s)
	c.sessionPages(n, s)
	c.problemPages(n, s)
	c.adminPage(sc.tab(s.origin, withoutScripts), s)
	c.organizationPages(sc.tab(s.origin, withoutScripts), s)
	c.loopPage(sc.tab(s.origin, withoutScripts))
}

func (c *camera) signInPages(n *tab, s *site) {
	c.t.Helper()
	n.visit("/dashboard")
	c.examine(n, "sign-in")
	n.fill(identifier, "dana@example.com")
	n.click(submitButton)
	c.examine(n, "sign-in-password")
	n.fill(passwordField, "wrong")
	n.click(submitButton)
	c.examine(n, "sign-in-wrong-password")
	n.click(otherWay)
	c.examine(n, "sign-in-code")
	n.visit("/sign-up")
	c.examine(n, "sign-up")
	n.signInAs(s, "dana@example.com")
	n.visit(signInPath)
	c.examine(n, "sign-in-choose-account")
}

func (c *camera) sessionPages(n *tab, s *site) {
	c.t.Helper()
	for path, name := range map[string]string{
		"/": "home-signed-in", "/dashboard": "dashboard", "/sessions": "session", "/sessions/devices": "devices",
	} {
		n.visit(path)
		c.take(n, name)
	}
	n.addAccount(s, "mia@example.com")
	n.click(n.inAccount("dana@example.com", "switch"))
	c.take(n, "accounts")
	n.visit("/sessions")
	n.click(testID("sign-out"))
	c.take(n, "home-after-sign-out")
}

func (c *camera) problemPages(n *tab, s *site) {
	c.t.Helper()
	n.visit(signInPath)
	n.click(testID("continue-as"))
	n.visit("/admin")
	n.wantAt("/unauthorized", 403)
	c.examine(n, "unauthorized")
	n.visit("/no/such/page")
	n.wantAt("/no/such/page", 404)
	c.examine(n, "not-found")
	s.clerk.SetUnreachable(true)
	n.visit("/sessions")
	n.wantAt("/sessions", 503)
	c.examine(n, "unavailable")
	s.clerk.SetUnreachable(false)
	n.visit("/sessions")
	n.wantAt("/sessions", 200)
}

func (c *camera) adminPage(n *tab, s *site) {
	c.t.Helper()
	n.signInAs(s, ada)
	n.visit("/admin")
	n.wantAt("/admin", 200)
	c.take(n, "admin")
}

// organizationPages are for Grace, who is admin of Globex and a member of Acme.
func (c *camera) organizationPages(n *tab, s *site) {
	c.t.Helper()
	n.signInAs(s, "grace@example.com")
	n.visit("/sessions/organizations")
	n.wantAt("/sessions/organizations", 200)
	c.take(n, "organizations")
	n.click(`[data-testid=personal-row] button`)
	n.wantAt("/sessions/organizations", 200)
	c.take(n, "organizations-personal")
	n.visit("/admin")
	n.wantAt("/unauthorized", 403)
	c.take(n, "unauthorized-personal")
	n.click(testID("switch-organization"))
	n.wantAt("/sessions/organizations", 200)
	n.click(`[data-testid=organization-row]:first-child button`)
	n.visit("/admin")
	n.wantAt("/admin", 200)
}

// loopPage shows the page that ends a loop of redirects to sign-in.
func (c *camera) loopPage(n *tab) {
	c.t.Helper()
	for range 9 { // the browser does not return from the sign-in page here, and then the limit is higher
		n.visit("/dashboard")
	}
	n.wantAt("/dashboard", 401)
	c.examine(n, "redirect-loop")
}
