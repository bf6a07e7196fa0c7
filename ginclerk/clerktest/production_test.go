package clerktest_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// keep gives the page the cookies of an answer, like a browser.
func (p *page) keep(t *testing.T, res result) map[string]*http.Cookie {
	t.Helper()
	set := res.setCookies(t)
	p.cookies = nil
	for _, cookie := range set {
		p.cookies = append(p.cookies, cookie)
	}
	return set
}

func TestProductionIdentifiesBrowsersByTheirCookie(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing, production)
	p := &page{srv: srv}
	key, err := instance.ParsePublishableKey(srv.PublishableKey())
	if err != nil {
		t.Fatal(err)
	}
	boot := p.get(t, "/v1/client").want(t, http.StatusOK)
	if got := boot.setCookies(t)["__client_uat"]; got == nil || got.Value != "0" {
		t.Errorf("__client_uat %v, want 0", got)
	}
	ada := user(t, srv, "ada@example.com")
	res := p.post(t, "/v1/client/sign_ins", "identifier", ada.Email, "password", ada.Password).want(t, http.StatusOK)
	set := p.keep(t, res)
	client := set["__client"]
	if client == nil || !client.HttpOnly || client.Path != "/" || client.SameSite != http.SameSiteLaxMode || client.MaxAge <= 0 {
		t.Fatalf("__client = %v", client)
	}
	for _, name := range []string{"__client_uat", key.Suffixed("__client_uat")} {
		if cookie := set[name]; cookie == nil || cookie.HttpOnly || cookie.Value != strconv.FormatInt(noon().Unix(), 10) {
			t.Errorf("%s = %v, want %d", name, cookie, noon().Unix())
		}
	}
	if got := p.get(t, "/v1/client").text(t, "response", "sessions", 0, "user", "id"); got != ada.ID {
		t.Errorf("signed in as %s", got)
	}
	srv.Clock().Advance(time.Minute)
	out := p.send(t, http.MethodDelete, "/v1/client/sessions", url.Values{}).want(t, http.StatusOK)
	if got := out.setCookies(t)["__client_uat"].Value; got != "0" {
		t.Errorf("__client_uat %s after sign-out, want 0", got)
	}
	stranger := (&page{srv: srv}).get(t, "/v1/client")
	if got := stranger.at(t, "response"); got != nil {
		t.Errorf("without the cookie: client %v", got)
	}
}

func TestProductionCookiesAreSecureOnHTTPS(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, production)
	res := call{
		method: http.MethodPut, url: srv.FrontendURL() + "/v1/client",
		header: map[string]string{"Clerk-Proxy-Url": "https://localhost/__clerk"},
	}.do(t).want(t, http.StatusOK)
	for name, cookie := range res.setCookies(t) {
		if !cookie.Secure {
			t.Errorf("%s is not secure", name)
		}
	}
}

// Behind a server that ends TLS for the instance's own host, browsers reach it there, and the application on the parent domain.
func TestProductionCookiesAreOnTheParentDomainAtTheInstancesOwnHost(t *testing.T) {
	t.Parallel()
	const origin = "https://app.example.com"
	srv := clerktest.New(t, production, func(c *clerktest.Config) {
		c.FrontendAPI, c.Origins = "clerk.app.example.com", []string{origin}
	})
	for host, domain := range map[string]string{"clerk.app.example.com": "app.example.com", "127.0.0.1": "", "clerk.other.example.com": ""} {
		ask := func(method, path, form string, cookies ...*http.Cookie) []*http.Cookie {
			req, err := http.NewRequestWithContext(t.Context(), method, srv.FrontendURL()+path, strings.NewReader(form))
			if err != nil {
				t.Fatal(err)
			}
			req.Host = host
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for _, cookie := range cookies {
				req.AddCookie(cookie)
			}
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			return res.Cookies()
		}
		ada := user(t, srv, "ada@example.com")
		in := ask(http.MethodPost, "/v1/client/sign_ins", url.Values{"identifier": {ada.Email}, "password": {ada.Password}}.Encode())
		back := ask(http.MethodGet, "/v1/client/handshake?format=nonce&redirect_url="+url.QueryEscape(origin), "", in...)
		carried := payload(t, srv, url.Values{back[0].Name: {back[0].Value}})
		for _, cookie := range slices.Concat(in, back, slices.Collect(maps.Values(carried))) {
			want := domain
			if cookie.Name == "__client" || strings.HasPrefix(cookie.Name, "__session") || strings.HasPrefix(cookie.Name, "__refresh") {
				want = ""
			}
			if cookie.Domain != want {
				t.Errorf("at %s, %s has the domain %q, want %q", host, cookie.Name, cookie.Domain, want)
			}
		}
		if len(in) < 3 || len(back) != 1 || len(carried) < 6 {
			t.Errorf("at %s: %d, %d and %d cookies", host, len(in), len(back), len(carried))
		}
	}
}

func TestProductionHasNoDevBrowsers(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, production)
	call{method: http.MethodPost, url: srv.FrontendURL() + "/v1/dev_browser"}.do(t).want(t, http.StatusBadRequest)
	if !strings.HasPrefix(srv.SecretKey(), "sk_live_") || !strings.HasPrefix(srv.PublishableKey(), "pk_live_") {
		t.Errorf("keys %s… %s, want live ones", srv.SecretKey()[:8], srv.PublishableKey())
	}
}

func TestProductionRefusesForeignOrigins(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, production, func(c *clerktest.Config) { c.Origins = []string{"https://app.example.com"} })
	for _, path := range []string{"/v1/client", "/v1/environment"} {
		request := call{method: http.MethodGet, url: srv.FrontendURL() + path, header: map[string]string{"Origin": "https://evil.example"}}
		res := request.do(t).wantError(t, http.StatusBadRequest, "origin_invalid")
		if got := res.header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: Access-Control-Allow-Origin %q", path, got)
		}
		request.header["Origin"] = "https://app.example.com"
		res = request.do(t).want(t, http.StatusOK)
		if res.header.Get("Access-Control-Allow-Origin") != "https://app.example.com" ||
			res.header.Get("Access-Control-Allow-Credentials") != "true" {
			t.Errorf("%s: the page may not read the answer: %v", path, res.header)
		}
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	res := call{
		method: http.MethodOptions, url: srv.FrontendURL() + "/v1/client",
		header: map[string]string{"Origin": appOrigin, "Access-Control-Request-Method": "PATCH"},
	}.do(t).want(t, http.StatusNoContent)
	if got := res.header.Get("Access-Control-Allow-Origin"); got != appOrigin {
		t.Errorf("Access-Control-Allow-Origin %q", got)
	}
}
