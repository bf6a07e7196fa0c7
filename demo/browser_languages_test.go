package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/axetest"
	"github.com/ginclerk/ginclerk/internal/screentest"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates/demo"
)

// pagesOfAda are the pages that an administrator sees, with the paths of single devices, entries and users.
func pagesOfAda(s *site, session, user string) []string {
	paths := []string{
		"/", "/dashboard", livePath, notesPath, dangerPath, "/admin", "/unauthorized", "/no/such/page", signInPath, signUpPath,
		"/sessions", "/sessions/accounts", "/sessions/devices", "/sessions/devices/" + session, "/sessions/activity", "/sessions/activity?kind=changes",
		"/sessions/organizations", "/sessions/forms", "/sessions/language", "/sessions/sign-in-again",
		"/sessions/sign-out-others", "/sessions/sign-out-everywhere", "/sessions/accounts/sign-out-all",
		"/sessions/users", "/sessions/users?query=bob@example.com", "/sessions/users/" + user,
	}
	return append(paths, s.backend.profilePath)
}

// testLanguages visits each page in each language, as on the narrowest screen and at twice the size. axe-core looks at it in one language of
// each direction, and in each one with [everyRule].
func testLanguages(sc scene) {
	s, c := sc.site(instance.Development), newCamera(sc)
	catalog, everything := catalogOfDemo(sc), os.Getenv(everyRule) != ""
	keys := catalog.Language("en").Keys()
	slices.Sort(keys)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, ada)
	paths := pagesOfAda(s, n.text("session-id"), s.user(sc.t, bob).ID)
	visits := 0
	for _, language := range catalog.Languages() {
		n.speak(language.Tag())
		for _, path := range paths {
			s.clock.Advance(2 * time.Second) // a person does not look at 60 pages in 10 seconds
			n.visit(path)
			visits++
			n.wantLanguage(language, path)
			n.wantNoKeys(keys, language.Tag()+" "+path)
			for _, screen := range []screentest.Screen{screentest.DesktopAtTwiceTheSize(), screentest.SmallestPhone()} {
				screentest.Show(sc.t, n.Tab, screen)
				n.wantNone(language.Tag()+" "+path+" on a "+screen.Name, screentest.Layout(sc.t, n.Tab))
			}
			c.keepInLanguage(n, language, path)
			if everything || language.Tag() == "en" || language.Tag() == "ar" {
				n.breaksNoRule(sc.axe, language.Tag()+" "+path)
			}
		}
	}
	sc.t.Logf("%d pages in %d languages: %d visits", len(paths), len(catalog.Languages()), visits)
}

// keepInLanguage keeps pictures of a page that [testLanguages] visits: on a desktop, and on the narrowest screen.
func (c *camera) keepInLanguage(n *tab, language *localization.Language, path string) {
	c.t.Helper()
	if c.folder == "" {
		return
	}
	c.language = language.Tag()
	name := strings.Trim(strings.NewReplacer("/", "-", "?", "-").Replace(path), "-")
	for _, screen := range []screentest.Screen{screentest.SmallestPhone(), screentest.Desktop()} {
		screentest.Show(c.t, n.Tab, screen)
		c.keep(n, "page-"+name+"-"+screen.Name)
	}
}

// wantNone fails for each finding.
func (n *tab) wantNone(where string, findings []string) {
	n.t.Helper()
	for _, finding := range findings {
		n.t.Errorf("%s: %s", where, finding)
	}
}

// breaksNoRule lets axe-core look at the page. Its scripts run, and those of the page do not: it is loaded.
func (n *tab) breaksNoRule(axe, where string) {
	n.t.Helper()
	n.do("let scripts run", runScripts(withScripts))
	n.wantNone(where, axetest.Violations(n.t, n.Tab, axe))
	n.do("stop scripts", runScripts(withoutScripts))
}

func catalogOfDemo(sc scene) *localization.Catalog {
	sc.t.Helper()
	sources, err := demo.Sentences()
	if err != nil {
		sc.t.Fatal(err)
	}
	catalog, err := localization.New(localization.Config{Sources: sources})
	if err != nil {
		sc.t.Fatal(err)
	}
	return catalog
}

// speak sets the language of the person: by the cookie for the pages, and by the browser for the sign-in pages of the embedded Clerk.
func (n *tab) speak(language string) {
	n.t.Helper()
	n.do("speak "+language, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		cookie := network.SetCookieParams{Name: "ginclerk_language", Value: language, URL: n.origin}
		if _, err := cdp.Call(ctx, t, network.SetCookie, cookie); err != nil {
			return err
		}
		agent := emulation.SetUserAgentOverrideParams{UserAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0", AcceptLanguage: language}
		_, err := cdp.Call(ctx, t, emulation.SetUserAgentOverride, agent)
		return err
	}))
}

func (n *tab) wantLanguage(want *localization.Language, path string) {
	n.t.Helper()
	for node := range n.page.root.Descendants() {
		if node.Type == html.ElementNode && node.Data == "html" {
			root := element{node}
			if root.attr("lang") != want.Tag() || root.attr("dir") != want.Direction() {
				n.t.Errorf("%s in %s has lang=%q dir=%q", path, want.Tag(), root.attr("lang"), root.attr("dir"))
			}
			return
		}
	}
}

// wantNoKeys fails for a key of the catalog that a person would read, in a text or in an attribute.
func (n *tab) wantNoKeys(keys []string, what string) {
	n.t.Helper()
	check := func(text string) {
		for _, word := range strings.Fields(text) {
			if _, shown := slices.BinarySearch(keys, strings.Trim(word, ".,:()")); shown && strings.Contains(word, ".") {
				n.t.Errorf("%s shows the key %s", what, word)
			}
		}
	}
	for node := range n.page.root.Descendants() {
		if node.Type == html.TextNode && node.Parent.Data != "script" {
			check(node.Data)
		}
		for _, attribute := range []string{"aria-label", "title", "alt", "placeholder", "data-label"} {
			check(element{node}.attr(attribute))
		}
	}
}
