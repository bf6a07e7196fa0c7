package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// site is the application behind a proxy with a self-made certificate.
type site struct {
	origin string // of the proxy, https
	direct string // of the application, http
	server *clerktest.Server
	client *http.Client // knows the certificate
}

func start(t *testing.T, trusted ...string) site {
	t.Helper()
	gin.SetMode(gin.TestMode)
	app := httptest.NewUnstartedServer(nil)
	direct, err := url.Parse("http://" + app.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(direct)
		r.SetXForwarded() // sets what the client sent aside
	}})
	t.Cleanup(proxy.Close)
	server := clerktest.New(t, func(c *clerktest.Config) { c.Origins, c.ServePortal = []string{proxy.URL}, true })
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	if app.Config.Handler, err = newRouter(clerk, trusted); err != nil {
		t.Fatal(err)
	}
	app.Start()
	t.Cleanup(app.Close)
	client := proxy.Client()
	if client.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	return site{origin: proxy.URL, direct: direct.String(), server: server, client: client}
}

// page is where a browser has arrived, and what it reads there.
type page struct {
	at     *url.URL
	status int
	text   string
}

// get opens an address with headers, each a line.
func (s site) get(t *testing.T, address string, headers ...string) page {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return page{at: response.Request.URL, status: response.StatusCode, text: string(text)}
}

func (s site) cookies(t *testing.T) string {
	t.Helper()
	cookies, err := s.server.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	return "Cookie: " + cookies
}

func TestSignInLeadsBackToTheProxy(t *testing.T) {
	s := start(t, "127.0.0.1")
	at := s.get(t, s.origin).at
	if !strings.HasPrefix(at.String(), s.server.SignInURL()+"?") || at.Query().Get("redirect_url") != s.origin+"/" {
		t.Errorf("the browser is at %s, want the sign-in page, which leads back to %s", at, s.origin)
	}
}

func TestTheClientsAddress(t *testing.T) {
	const madeUp = "X-Forwarded-For: 203.0.113.7"
	for _, row := range []struct {
		name    string
		trusted []string
		direct  bool
		want    string
	}{
		{"the proxy says who the client is, and drops what the client made up", []string{"127.0.0.1"}, false, " at 127.0.0.1."},
		{"who is not a trusted proxy is not believed", []string{"10.0.0.0/8"}, true, " at 127.0.0.1."},
		{"a trusted proxy is", []string{"127.0.0.1"}, true, " at 203.0.113.7."},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := start(t, row.trusted...)
			address := s.origin
			if row.direct {
				address = s.direct
			}
			if got := s.get(t, address, s.cookies(t), madeUp); got.status != http.StatusOK || !strings.Contains(got.text, row.want) {
				t.Errorf("the page is %d %q, want one with %q", got.status, got.text, row.want)
			}
		})
	}
}

// The address of the application is a setting: no header of a client changes where sign-in leads back to.
func TestAMadeUpHostLeadsNowhere(t *testing.T) {
	s := start(t, "127.0.0.1")
	at := s.get(t, s.direct, "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https").at
	if got := at.Query().Get("redirect_url"); got == "" || strings.Contains(got, "evil.example") {
		t.Errorf("sign-in leads back to %q", got)
	}
}
