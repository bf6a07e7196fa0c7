package pages_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/leaktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

const (
	ownOrigin = "http://localhost:8080"
	ada       = "ada@example.com"  // admin of Acme
	dana      = "dana@example.com" // signed in on four devices
	mia       = "mia@example.com"  // in no organization
)

// watch sees what this test run prints and logs.
var watch leaktest.Watch

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	os.Exit(goroutinetest.Status(watch.Main(m.Run, func() { gin.DefaultWriter, gin.DefaultErrorWriter = os.Stdout, os.Stderr }, func() io.Writer { return watch.Log(io.Discard) })))
}

func TestASecretThatIsPrintedFailsTheRun(t *testing.T) {
	t.Parallel()
	leaktest.WantSeen(t)
}

// world is an application with session pages on an embedded Clerk. Both share one clock.
type world struct {
	server *clerktest.Server
	clerk  *ginclerk.Clerk
	engine *gin.Engine
	front  http.Handler // what serves the engine; nil: the engine itself
	site   *pages.Site
	clock  *clerktest.Clock
	base   string // of the session pages
}

// options change a world.
type options struct {
	group   string
	pages   pages.Options
	kind    instance.Type
	noProxy bool
	// rateLimits makes the embedded Clerk count requests as Clerk does.
	rateLimits bool
	// api returns the address for the Backend API; it gets the embedded Clerk's address. nil: that address.
	api func(address string) string
	// transport sends requests to Clerk; nil: the default transport.
	transport http.RoundTripper
	// ticking lets the application's clock advance by itself, for jobs that sign out.
	ticking bool
	// config changes the configuration; nil changes nothing.
	config func(*ginclerk.Config)
	// before gets the engine before the pages are mounted.
	before func(*world)
}

func newWorld(tb testing.TB, o options) *world {
	tb.Helper()
	clock := clerktest.NewFixedClock(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
	w := &world{clock: clock, engine: gin.New()}
	w.server = clerktest.New(tb, func(c *clerktest.Config) { c.Clock, c.Type, c.RateLimits = clock, o.kind, o.rateLimits })
	config := ginclerk.Config{
		PublishableKey: w.server.PublishableKey(), SecretKey: w.server.SecretKey(), Origins: []string{ownOrigin},
		SignInURL: "/sign-in", ProxyURL: "/__clerk", ClerkAPI: ginclerk.ClerkAPI{URL: w.server.BackendURL(), FrontendURL: w.server.FrontendURL()}, Now: clock.Now,
		Logger: slog.New(slog.NewTextHandler(watch.Log(io.Discard), &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	watch.Know("the secret key", w.server.SecretKey())
	if o.noProxy {
		config.ProxyURL = ""
	}
	if o.api != nil {
		config.ClerkAPI.URL = o.api(config.ClerkAPI.URL)
	}
	if o.transport != nil {
		config.ClerkAPI.HTTPClient = &http.Client{Transport: o.transport}
	}
	if o.ticking {
		start := time.Now()
		config.Now = func() time.Time { return clock.Now().Add(time.Since(start)) }
	}
	if o.config != nil {
		o.config(&config)
	}
	var err error
	if w.clerk, err = ginclerk.New(config); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 5*time.Second)
		defer cancel()
		if err := w.clerk.Close(ctx); err != nil {
			tb.Error(err)
		}
	})
	if err := w.engine.SetTrustedProxies(nil); err != nil {
		tb.Fatal(err)
	}
	w.engine.Use(w.clerk.Attach())
	w.clerk.MountProxy(w.engine)
	if o.before != nil {
		o.before(w)
	}
	if w.site, err = pages.Mount(w.engine.Group(o.group), w.clerk, o.pages); err != nil {
		tb.Fatal(err)
	}
	w.base = w.site.SessionURL()
	home := func(c *gin.Context) { w.site.Render(c, http.StatusOK, homePage(w.site.Frame(c, "Home"))) }
	w.engine.GET("/", home)
	w.engine.GET("/sign-in", home)
	return w
}

// browser is a browser of the application. It keeps cookies, follows redirects and fills in forms.
type browser struct {
	world   *world
	cookies map[string]string
	agent   *clerktest.Browser
}

// browser returns a browser in which the users are signed in. The last one is current.
func (w *world) browser(tb testing.TB, emails ...string) *browser {
	tb.Helper()
	b := &browser{world: w, cookies: map[string]string{}, agent: w.server.NewBrowser()}
	for _, email := range emails {
		if _, err := b.agent.SignIn(email); err != nil {
			tb.Fatal(err)
		}
		w.clock.Advance(time.Second)
	}
	cookies, err := b.agent.Cookies(ownOrigin)
	if err != nil {
		tb.Fatal(err)
	}
	for _, cookie := range cookies {
		b.cookies[cookie.Name] = cookie.Value
	}
	return b
}

// ask sends one navigation and keeps the cookies of the response.
func (b *browser) ask(method, target string, form url.Values, changes ...func(*http.Request)) *page {
	r := b.request(method, target, form)
	for _, change := range changes {
		change(r)
	}
	recorder := httptest.NewRecorder()
	watch.KnowRequest(r)
	if b.world.front != nil {
		b.world.front.ServeHTTP(recorder, r)
	} else {
		b.world.engine.ServeHTTP(recorder, r)
	}
	watch.KnowResponse(recorder.Header())
	for _, cookie := range recorder.Result().Cookies() {
		if cookie.MaxAge < 0 || cookie.Value == "" {
			delete(b.cookies, cookie.Name)
			continue
		}
		b.cookies[cookie.Name] = cookie.Value
	}
	return &page{ResponseRecorder: recorder, url: r.URL}
}

// request returns a navigation with the browser's cookies.
func (b *browser) request(method, target string, form url.Values) *http.Request {
	target, _, _ = strings.Cut(target, "#") // browsers send no fragments
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	r.Host, r.RemoteAddr = "localhost:8080", "198.51.100.9:4711"
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", ownOrigin)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// keepsForms reports whether the browser has the cookie of a waiting form.
func (b *browser) keepsForms() bool {
	for name := range b.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_forms") {
			return true
		}
	}
	return false
}

// follow follows redirects to the end.
func (b *browser) follow(t *testing.T, p *page) *page {
	t.Helper()
	for range 12 {
		if p.Code < 300 || p.Code > 399 {
			return p
		}
		target, own := strings.CutPrefix(p.Header().Get("Location"), ownOrigin)
		if !own && !strings.HasPrefix(target, "/") {
			return p
		}
		p = b.ask(http.MethodGet, target, nil)
	}
	t.Fatalf("went round in circles: %s", p.url)
	return nil
}

func (b *browser) open(t *testing.T, target string) *page {
	t.Helper()
	return b.follow(t, b.ask(http.MethodGet, target, nil))
}

// send posts a form that names a session and follows the redirects.
func (b *browser) send(t *testing.T, action, sessionID string) *page {
	t.Helper()
	answer := b.ask(http.MethodPost, b.world.base+action, url.Values{"session_id": {sessionID}})
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%s: status %d, Cache-Control %q; want 303 and no-store", action, answer.Code, answer.Header().Get("Cache-Control"))
	}
	return b.follow(t, answer)
}

// current returns the session that the browser's token names.
func (b *browser) current(tb testing.TB) string {
	tb.Helper()
	cookies, err := b.agent.Cookies(ownOrigin)
	if err != nil {
		tb.Fatal(err)
	}
	for _, cookie := range cookies {
		if cookie.Name == "__session" {
			return sessionOf(tb, cookie.Value)
		}
	}
	return ""
}

// page is a response with its DOM.
type page struct {
	*httptest.ResponseRecorder
	url *url.URL
}

func (p *page) dom(t *testing.T) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(p.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// all returns the elements with the test id.
func (p *page) all(t *testing.T, testID string) []*html.Node {
	t.Helper()
	return allIn(p.dom(t), testID)
}

func allIn(root *html.Node, testID string) []*html.Node {
	var found []*html.Node
	for node := range root.Descendants() {
		if attribute(node, "data-testid") == testID {
			found = append(found, node)
		}
	}
	return found
}

// text returns the text of the only element with the test id, or "" if the page has none.
func (p *page) text(t *testing.T, testID string) string {
	t.Helper()
	return textIn(t, p.dom(t), testID)
}

func textIn(t *testing.T, root *html.Node, testID string) string {
	t.Helper()
	found := allIn(root, testID)
	if len(found) == 0 {
		return ""
	}
	if len(found) > 1 {
		t.Errorf("%d elements %q", len(found), testID)
	}
	var b strings.Builder
	for node := range found[0].Descendants() {
		if node.Type == html.TextNode {
			b.WriteString(node.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// content returns the text of the element main.
func (p *page) content(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for node := range p.dom(t).Descendants() {
		if node.Data != "main" {
			continue
		}
		for inner := range node.Descendants() {
			if inner.Type == html.TextNode {
				b.WriteString(inner.Data)
			}
		}
	}
	return b.String()
}

// accessibleName is what a screen reader calls a control: its label, else its text.
func accessibleName(control *html.Node) string {
	if label := attribute(control, "aria-label"); label != "" {
		return label
	}
	var b strings.Builder
	for node := range control.Descendants() {
		if node.Type == html.TextNode {
			b.WriteString(node.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// wantPage checks status, address and title.
func (p *page) wantPage(t *testing.T, status int, path, title string) *page {
	t.Helper()
	if p.Code != status || p.url.Path != path {
		t.Errorf("status %d at %s, want %d at %s; location %q, body %.300s", p.Code, p.url, status, path, p.Header().Get("Location"), p.Body)
	}
	if got := p.text(t, "page-title"); title != "" && got != title {
		t.Errorf("title %q, want %q", got, title)
	}
	return p
}

// wantNotice checks the notice that the page shows.
func (p *page) wantNotice(t *testing.T, want string) *page {
	t.Helper()
	got := p.text(t, "notice")
	if got != want {
		t.Errorf("%s: notice %q, want %q", p.url, got, want)
	}
	return p
}

// wantSignIn checks that the browser is at the sign-in page, which leads back to the path.
func (p *page) wantSignIn(t *testing.T, returnTo, notice string) *page {
	t.Helper()
	p.wantPage(t, http.StatusOK, "/sign-in", "")
	if got := p.url.Query(); got.Get("redirect_url") != ownOrigin+returnTo || got.Get("notice") != notice {
		t.Errorf("at %s, want back to %s with notice %q", p.url, returnTo, notice)
	}
	return p
}
