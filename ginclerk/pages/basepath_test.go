package pages_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

// deployment is one way to put the application below a path.
type deployment struct {
	below   string // the prefix that browsers see in front of the application's paths
	config  func(*ginclerk.Config)
	trusted []string // Gin's trusted proxies
	// front returns the address that browsers use.
	front func(t *testing.T, application http.Handler) http.Handler
}

func deployments() map[string]deployment {
	return map[string]deployment{
		"http.StripPrefix": {
			below: "/app",
			front: func(_ *testing.T, application http.Handler) http.Handler {
				return http.StripPrefix("/app", application)
			},
		},
		"a proxy that says what it strips": {
			below: "/app", trusted: []string{"127.0.0.1"},
			front: func(t *testing.T, application http.Handler) http.Handler {
				t.Helper()
				return stripping(onTCP(t, application), "/app", "/app")
			},
		},
		"a proxy that says nothing, and a configured base path": {
			below: "/app", config: func(c *ginclerk.Config) { c.BasePath = "/app/" },
			front: func(t *testing.T, application http.Handler) http.Handler {
				t.Helper()
				return stripping(onTCP(t, application), "/app", "")
			},
		},
		"a proxy on a Unix socket": {
			below: "/deep/app",
			front: func(t *testing.T, application http.Handler) http.Handler {
				t.Helper()
				return stripping(onUnixSocket(t, application), "/deep/app", "/deep/app/")
			},
		},
		"a proxy in front of http.StripPrefix": {
			below: "/outer/inner", trusted: []string{"127.0.0.0/8"},
			front: func(t *testing.T, application http.Handler) http.Handler {
				t.Helper()
				return stripping(onTCP(t, http.StripPrefix("/inner", application)), "/outer", "/outer")
			},
		},
		"two proxies": {
			below: "/a/b", trusted: []string{"127.0.0.1"},
			front: func(t *testing.T, application http.Handler) http.Handler {
				t.Helper()
				return stripping(onTCP(t, application), "/a/b", "/a, /b")
			},
		},
	}
}

// onTCP serves the application on a socket and returns its address.
func onTCP(t *testing.T, application http.Handler) *httputil.ReverseProxy {
	t.Helper()
	server := httptest.NewServer(application)
	t.Cleanup(server.Close)
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
}

func onUnixSocket(t *testing.T, application http.Handler) *httputil.ReverseProxy {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "app.sock")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: application, ReadHeaderTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: "app.internal"}) }}
}

// stripping removes a prefix from the path of every request, and sends it in X-Forwarded-Prefix unless the header is "".
func stripping(proxy *httputil.ReverseProxy, prefix, told string) http.Handler {
	route := proxy.Rewrite
	proxy.Rewrite = func(r *httputil.ProxyRequest) {
		route(r)
		r.SetXForwarded()
		if r.Out.Header.Del("X-Forwarded-Prefix"); told != "" {
			r.Out.Header.Set("X-Forwarded-Prefix", told)
		} else {
			r.Out.Host = r.In.Host
		}
	}
	return http.StripPrefix(prefix, proxy)
}

// folder is an application below a path, as browsers see it.
type folder struct {
	*world
	deployment
	origin  string
	address string // origin and base
	cookies map[string]string
	paths   map[string]string // of the cookies
}

func newFolder(t *testing.T, d deployment) *folder {
	t.Helper()
	front := httptest.NewUnstartedServer(nil)
	t.Cleanup(front.Close)
	f := &folder{deployment: d, origin: "http://" + front.Listener.Addr().String(), cookies: map[string]string{}, paths: map[string]string{}}
	f.address = f.origin + d.below
	f.world = newWorld(t, options{
		config: func(c *ginclerk.Config) {
			c.Origins = []string{f.origin}
			if d.config != nil {
				d.config(c)
			}
		},
		before: func(w *world) {
			if err := w.engine.SetTrustedProxies(d.trusted); err != nil {
				t.Fatal(err)
			}
		},
	})
	f.site = f.remount(t)
	front.Config.Handler = d.front(t, f.engine)
	front.Start()
	return f
}

// remount sends kept forms to the engine, which newWorld hides behind a group.
func (f *folder) remount(t *testing.T) *pages.Site {
	t.Helper()
	ginclerk.UsePages(f.clerk, ginclerk.Pages{Forms: parking.Page{URL: f.site.FormsURL(), Replay: f.engine, Except: []string{f.site.SessionURL()}}})
	tokenendpoint.Mount(f.engine, f.clerk, tokenendpoint.Config{})
	f.engine.GET("/portal/*path", f.clerk.AccountPortal("/sign-in"))
	guarded := f.engine.Group("/guarded", f.clerk.RequireSession())
	guarded.GET("/page", func(c *gin.Context) { c.String(http.StatusOK, "page of %s", ginclerk.From(c).UserID) })
	guarded.POST("/form", func(c *gin.Context) { c.String(http.StatusOK, "took %s", c.PostForm("text")) })
	f.engine.GET("/proved", f.clerk.Require(ginclerk.Reverified("strict")), func(c *gin.Context) { c.String(http.StatusOK, "proved") })
	f.engine.GET("/admin", f.clerk.Require(ginclerk.Role("org:admin")), func(c *gin.Context) { c.String(http.StatusOK, "admin") })
	return f.site
}

// signIn signs the browser in.
func (f *folder) signIn(t *testing.T, email string) *clerktest.Browser {
	t.Helper()
	agent := f.server.NewBrowser()
	if _, err := agent.SignIn(email); err != nil {
		t.Fatal(err)
	}
	cookies, err := agent.Cookies(f.origin)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		f.cookies[cookie.Name] = cookie.Value
	}
	return agent
}

// sight is a response and its text.
type sight struct {
	*http.Response
	text string
	doc  *html.Node
}

// ask sends one request to an address of the application, and keeps the cookies that the browser would send back.
func (f *folder) ask(t *testing.T, method, address string, form url.Values, headers ...string) *sight {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", f.origin)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range f.cookies {
		if path := f.paths[name]; path == "" || path == "/" || r.URL.Path == path || strings.HasPrefix(r.URL.Path, path+"/") {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range response.Cookies() {
		if cookie.MaxAge < 0 || cookie.Value == "" {
			delete(f.cookies, cookie.Name)
			continue
		}
		f.cookies[cookie.Name], f.paths[cookie.Name] = cookie.Value, cookie.Path
		if cookie.Path != "" && cookie.Path != "/" && cookie.Path != f.below {
			t.Errorf("%s %s: the cookie %s is for the path %s", method, address, cookie.Name, cookie.Path)
		}
	}
	doc, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return &sight{Response: response, text: string(body), doc: doc}
}

// follow follows redirects to the end, and fails if one leaves the folder.
func (f *folder) follow(t *testing.T, a *sight) *sight {
	t.Helper()
	for range 12 {
		if a.StatusCode < 300 || a.StatusCode > 399 {
			return a
		}
		to, err := a.Location()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(to.String(), f.address+"/") {
			t.Fatalf("%s leads to %s, which is not below %s", a.Request.URL, to, f.address)
		}
		a = f.ask(t, http.MethodGet, to.String(), nil)
	}
	t.Fatalf("went round in circles: %s", a.Request.URL)
	return nil
}

func (f *folder) open(t *testing.T, path string) *sight {
	t.Helper()
	return f.follow(t, f.ask(t, http.MethodGet, f.address+path, nil))
}

// want checks the address, the status and the text at the end of the redirects.
func (a *sight) want(t *testing.T, status int, address, text string) *sight {
	t.Helper()
	at := a.Request.URL.Scheme + "://" + a.Request.URL.Host + a.Request.URL.Path
	if a.StatusCode != status || at != address || !strings.Contains(a.text, text) {
		t.Fatalf("at %s: %s; want %d at %s with %q in\n%.2000s", a.Request.URL, a.Status, status, address, text, a.text)
	}
	return a
}

// addresses returns the addresses that a page links to or loads.
func (a *sight) addresses() map[string]string {
	found := map[string]string{}
	for node := range a.doc.Descendants() {
		for _, attribute := range node.Attr {
			switch attribute.Key {
			case "href", "src", "action", "formaction", "data-events", "data-token-endpoint", "data-live":
				found[attribute.Val] = node.Data + " " + attribute.Key
			}
		}
	}
	return found
}

// wantAddresses checks that every address of a page on its origin is below the folder and exists.
func (f *folder) wantAddresses(t *testing.T, a *sight) {
	t.Helper()
	if len(a.addresses()) < 5 {
		t.Errorf("%s leads almost nowhere: %v", a.Request.URL, a.addresses())
	}
	for address, what := range a.addresses() {
		u, err := a.Request.URL.Parse(address)
		if err != nil {
			t.Errorf("%s: %s is %q: %v", a.Request.URL, what, address, err)
			continue
		}
		if u.Scheme+"://"+u.Host != f.origin || strings.HasPrefix(address, "#") {
			continue
		}
		if u.Path != f.below+"/" && !strings.HasPrefix(u.Path, f.below+"/") || strings.HasPrefix(u.Path, f.below+f.below) {
			t.Errorf("%s: %s is %q, want it below %s", a.Request.URL, what, address, f.below)
		}
		if back := u.Query().Get("redirect_url"); back != "" && !strings.HasPrefix(strings.TrimPrefix(back, f.origin), f.below+"/") {
			t.Errorf("%s: %s is %q, which comes back to %q", a.Request.URL, what, address, back)
		}
		if what == "link href" || what == "script src" {
			if got := f.ask(t, http.MethodGet, u.String(), nil); got.StatusCode != http.StatusOK {
				t.Errorf("%s: %s is %q: %s", a.Request.URL, what, address, got.Status)
			}
		}
	}
}

// Every deployment runs on real sockets.
func TestEveryLinkOfAnApplicationBelowAPathStaysBelowIt(t *testing.T) {
	t.Parallel()
	for name, d := range deployments() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("sends to sign-in and back", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				got := f.open(t, "/guarded/page?tab=2").want(t, http.StatusOK, f.address+"/sign-in", "")
				if back := got.Request.URL.Query().Get("redirect_url"); back != f.address+"/guarded/page?tab=2" {
					t.Errorf("comes back to %q", back)
				}
				f.wantAddresses(t, got)
			})
			t.Run("goes through a handshake and comes back", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				f.signIn(t, ada)
				f.clock.Advance(2 * time.Minute)
				delete(f.cookies, "__refresh")
				f.open(t, "/guarded/page").want(t, http.StatusOK, f.address+"/guarded/page", "page of ")
			})
			t.Run("shows pages whose links and assets are there", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				f.signIn(t, dana)
				for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices?select=others", "/sessions/forms", "/sessions/sign-in-again", "/sessions/verify", "/admin"} {
					got := f.ask(t, http.MethodGet, f.address+path, nil)
					f.wantAddresses(t, got)
				}
			})
			t.Run("tells the results of actions", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				f.signIn(t, dana)
				f.follow(t, f.ask(t, http.MethodPost, f.address+"/sessions/switch", url.Values{"session_id": {"sess_unknown"}})).
					want(t, http.StatusOK, f.address+"/sessions/accounts", "isn’t signed in")
				f.follow(t, f.ask(t, http.MethodPost, f.address+"/sessions/sign-out", nil)).want(t, http.StatusOK, f.address+"/", "")
			})
			t.Run("tells programs and htmx where to go", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				htmx := []string{"Sec-Fetch-Dest", "empty", "HX-Request", "true", "HX-Current-URL", f.address + "/guarded/page"}
				to := f.ask(t, http.MethodGet, f.address+"/guarded/page", nil, htmx...).Header.Get("HX-Redirect")
				if want := f.address + "/sign-in?redirect_url=" + url.QueryEscape(f.address+"/guarded/page"); to != want {
					t.Errorf("htmx goes to %q, want %q", to, want)
				}
				f.signIn(t, dana)
				started := f.ask(t, http.MethodPost, f.address+"/sessions/sign-out-others", nil, "Accept", "application/json", "Sec-Fetch-Dest", "empty")
				if !strings.Contains(started.text, `"url":"`+f.below+"/sessions/sign-outs/") {
					t.Errorf("a job: %s", started.text)
				}
				token := f.ask(t, http.MethodPost, f.address+"/sessions/token", nil, "Content-Type", "application/json", "X-Requested-With", "ginclerk")
				if token.StatusCode != http.StatusBadRequest && token.StatusCode != http.StatusOK {
					t.Errorf("the token endpoint: %s", token.Status)
				}
			})
			t.Run("keeps a form and sends it", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				f.signIn(t, ada)
				f.clock.Advance(2 * time.Minute)
				for cookie := range f.cookies {
					if strings.HasPrefix(cookie, "__refresh") {
						delete(f.cookies, cookie)
					}
				}
				kept := f.follow(t, f.ask(t, http.MethodPost, f.address+"/guarded/form", url.Values{"text": {"words"}}))
				kept.want(t, http.StatusOK, f.address+"/sessions/forms", "words")
				f.wantAddresses(t, kept)
				handle := ""
				for node := range kept.doc.Descendants() {
					for _, attribute := range node.Attr {
						if attribute.Key == "data-form" {
							handle = attribute.Val
						}
					}
				}
				f.ask(t, http.MethodPost, f.address+"/sessions/forms/send", url.Values{"form": {handle}}).want(t, http.StatusOK, f.address+"/sessions/forms/send", "took words")
			})
			t.Run("asks for proof and comes back", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				f.signIn(t, ada)
				f.clock.Advance(30 * time.Minute)
				got := f.open(t, "/proved?x=1").want(t, http.StatusOK, f.address+"/sessions/verify", "Confirm it’s you")
				if back := got.Request.URL.Query().Get("redirect_url"); back != f.below+"/proved?x=1" {
					t.Errorf("goes on to %q", back)
				}
				f.wantAddresses(t, got)
				for _, row := range [][2]string{
					{f.below + "/guarded/page", "/guarded/page"},
					{f.address + "/guarded/page", "/guarded/page"},
					{"/guarded/page", "/guarded/page"}, // the path inside the application
					{f.below, "/"},
					{"https://evil.example/" + f.below, "/"},
					{"//evil.example" + f.below + "/x", "/"},
				} {
					asked := f.ask(t, http.MethodGet, f.address+"/sessions/sign-in-again?beside=&redirect_url="+url.QueryEscape(row[0]), nil)
					if links := asked.addresses(); asked.StatusCode != http.StatusSeeOther && links[f.below+row[1]] == "" {
						t.Errorf("%q goes on to none of %v, want %s", row[0], links, f.below+row[1])
					} else if to := asked.Header.Get("Location"); to != "" && to != f.below+row[1] {
						t.Errorf("%q goes on to %q, want %q", row[0], to, f.below+row[1])
					}
				}
			})
			t.Run("offers the organizations that open a page", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				f.signIn(t, grace)
				f.follow(t, f.ask(t, http.MethodPost, f.address+"/sessions/organizations/switch", url.Values{"organization_id": {""}}))
				got := f.open(t, "/admin?x=1").want(t, http.StatusForbidden, f.address+"/admin", "Switch to Globex")
				f.wantAddresses(t, got)
				want := f.below + "/sessions/organizations?redirect_url=" + url.QueryEscape(f.below+"/admin?x=1")
				if links := got.addresses(); links[want] == "" {
					t.Errorf("the page leads to %v, want %s", links, want)
				}
			})
			t.Run("leads to the Account Portal and back", func(t *testing.T) {
				t.Parallel()
				f := newFolder(t, d)
				f.signIn(t, ada)
				for asked, back := range map[string]string{
					f.below + "/guarded/page": f.address + "/guarded/page", f.address + "/guarded/page": f.address + "/guarded/page",
					"/guarded/page": f.address + "/guarded/page", "https://evil.example/": f.address + "/", "": f.address + "/",
				} {
					to, err := f.ask(t, http.MethodGet, f.address+"/portal/x?redirect_url="+url.QueryEscape(asked), nil).Location()
					if err != nil || to.Query().Get("redirect_url") != back {
						t.Errorf("%q: %v, %v; want it to come back to %s", asked, to, err, back)
					}
				}
			})
		})
	}
}

// The prefix also has to be the path of a folder.
func TestOnlyATrustedProxySetsThePrefix(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		trusted []string
		peer    string
		prefix  string
		want    string
	}{
		"from a trusted proxy":                  {[]string{"10.0.0.7"}, "10.0.0.7:1", "/app", "/app"},
		"from a stranger":                       {[]string{"10.0.0.7"}, "198.51.100.9:1", "/app", ""},
		"from a router that trusts everyone":    {[]string{"0.0.0.0/0"}, "10.0.0.7:1", "/app", ""},
		"another host":                          {[]string{"10.0.0.7"}, "10.0.0.7:1", "//evil.example", ""},
		"another host by a backslash":           {[]string{"10.0.0.7"}, "10.0.0.7:1", `/\evil.example`, ""},
		"another host, after a folder":          {[]string{"10.0.0.7"}, "10.0.0.7:1", "/a, //evil.example", ""},
		"an address":                            {[]string{"10.0.0.7"}, "10.0.0.7:1", "https://evil.example/", ""},
		"another host's name":                   {[]string{"10.0.0.7"}, "10.0.0.7:1", ".evil.example", ""},
		"folders above":                         {[]string{"10.0.0.7"}, "10.0.0.7:1", "/app/..", ""},
		"folders above, encoded":                {[]string{"10.0.0.7"}, "10.0.0.7:1", "/app/%2e%2e", ""},
		"a query":                               {[]string{"10.0.0.7"}, "10.0.0.7:1", "/app?x", ""},
		"a character that ends a cookie's path": {[]string{"10.0.0.7"}, "10.0.0.7:1", "/app;Domain=x", ""},
		"a character that ends an attribute":    {[]string{"10.0.0.7"}, "10.0.0.7:1", `/app"x`, ""},
		"the root":                              {[]string{"10.0.0.7"}, "10.0.0.7:1", "/", ""},
		"nothing":                               {[]string{"10.0.0.7"}, "10.0.0.7:1", " ", ""},
		"a very long header":                    {[]string{"10.0.0.7"}, "10.0.0.7:1", "/" + strings.Repeat("a", 1<<14), ""},
		"a slash at the end":                    {[]string{"10.0.0.7"}, "10.0.0.7:1", "/app/", "/app"},
		"letters that need percent-encoding":    {[]string{"10.0.0.7"}, "10.0.0.7:1", "/%C3%A4pp", "/%C3%A4pp"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{})
			if err := w.engine.SetTrustedProxies(row.trusted); err != nil {
				t.Fatal(err)
			}
			w.engine.GET("/base", func(c *gin.Context) { c.String(http.StatusOK, "base=%s", w.clerk.Links(c).BasePath) })
			r := httptest.NewRequest(http.MethodGet, "/base", nil)
			r.RemoteAddr = row.peer
			r.Header.Set("X-Forwarded-Prefix", row.prefix)
			recorder := httptest.NewRecorder()
			w.engine.ServeHTTP(recorder, r)
			if got := recorder.Body.String(); got != "base="+row.want {
				t.Errorf("%s, want %q", got, row.want)
			}
		})
	}
}
