package proxy_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/proxy"
	"github.com/ginclerk/ginclerk/internal/logtest"
)

func TestWhateverThePathSaysTheUpstreamIsAsked(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/__clerk":                             "/",
		"/__clerk/":                            "/",
		"/__clerk/v1/client?a=1&b=%2F":         "/v1/client?a=1&b=%2F",
		"/__clerk//evil.example/x":             "//evil.example/x",
		"/__clerk/%2Fevil.example":             "/%2Fevil.example",
		"/__clerk/@evil.example":               "/@evil.example",
		"/__clerk/http://evil.example":         "/http://evil.example",
		"/__clerk/v1/a%20b":                    "/v1/a%20b",
		"/__clerk/v1/\\evil.example":           "/v1/%5Cevil.example",
		"http://evil.example/__clerk/v1/x?y=z": "/v1/x?y=z",
	} {
		f := newFrontendAPI(t, nil)
		ask(f.before(t), http.MethodGet, target, nil)
		if got := f.only(t); got.RequestURI != want || got.Host != f.host() {
			t.Errorf("%s: asked %s %s, want %s %s", target, got.Host, got.RequestURI, f.host(), want)
		}
	}
}

func TestPathsThatAreNotTheProxysAreRefused(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"/", "/x/__clerk/v1", "/__clerkx/v1", "/__CLERK/v1", "/%5F%5Fclerk/v1", "/__clerk/../x", "/__clerk/v1/../../x", "/__clerk/%2e%2e/x",
		"/__clerk/..%2fx", "/__clerk/..;/x", "/__clerk/..%5Cx",
	} {
		f := newFrontendAPI(t, nil)
		got := ask(f.before(t), http.MethodGet, target, nil)
		want := `{"errors":[{"code":"proxy_path_mismatch","message":"The path is not one of the Frontend API."}]}`
		if got.Code != http.StatusBadRequest || got.Body.String() != want || f.requests() > 0 {
			t.Errorf("%s: %d %s, %d requests", target, got.Code, got.Body, f.requests())
		}
	}
}

func TestClerkIsToldWhatTheProxySaysAndNotWhatTheBrowserSays(t *testing.T) {
	t.Parallel()
	f := newFrontendAPI(t, nil)
	ask(f.before(t), http.MethodPost, "/__clerk/v1/client/sign_ins", strings.NewReader("identifier=a"),
		"Clerk-Secret-Key", "sk_live_forged", "Clerk-Proxy-Url", "https://evil.example", "CLERK-Anything", "x", "Authorization", "Bearer abc",
		"Connection", "X-Hop, Keep-Alive", "X-Hop", "1", "Proxy-Authorization", "x", "X-Forwarded-For", "192.0.2.66",
		"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "gopher", "X-Real-Ip", "192.0.2.66", "Forwarded", "for=192.0.2.66",
		"Accept-Encoding", "gzip", "User-Agent", "Browser/1", "Content-Type", "application/x-www-form-urlencoded",
		"Cookie", "__client=old; app_session=secret; __session=s; theme=dark; __client_uat=1; __clerk_db_jwt=d; clerk_active_context=x; __refresh_abc=r",
		"Cookie", "csrf=secret; __client=c; __sessionx=secret")
	got := f.only(t)
	for name, want := range map[string]string{
		"Clerk-Secret-Key": secretKey, "Clerk-Proxy-Url": "http://" + ownHost + "/__clerk", "Clerk-Anything": "", "Authorization": "Bearer abc",
		"X-Hop": "", "Proxy-Authorization": "", "X-Forwarded-For": client, "X-Forwarded-Host": ownHost, "X-Forwarded-Proto": "http",
		"X-Real-Ip": "", "Forwarded": "", "Accept-Encoding": "identity", "User-Agent": "Browser/1", "Content-Type": "application/x-www-form-urlencoded",
		"Cookie": "__client=c; __session=s; __client_uat=1; __clerk_db_jwt=d; clerk_active_context=x; __refresh_abc=r",
	} {
		if values := got.Header.Values(name); got.Header.Get(name) != want || len(values) > 1 {
			t.Errorf("%s is %q, want %q", name, values, want)
		}
	}
	if got.Method != http.MethodPost || f.bodies[0] != "identifier=a" {
		t.Errorf("asked %s with %q", got.Method, f.bodies[0])
	}
}

func TestClerkIsToldWhereTheApplicationIs(t *testing.T) {
	t.Parallel()
	evil := []string{"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "X-Forwarded-For", "192.0.2.66"}
	for _, row := range []struct {
		name    string
		change  func(*proxy.Config)
		mount   func(http.Handler) http.Handler
		target  string
		url     string
		host    string
		address string
	}{
		{"where the request says", func(*proxy.Config) {}, nil, "/__clerk/v1/x", "http://" + ownHost + "/__clerk", ownHost, client},
		{
			"where the configuration says, whatever the request says",
			func(c *proxy.Config) { c.URL = "https://www.example.com/__clerk/" }, nil, "/__clerk/v1/x",
			"https://www.example.com/__clerk", "www.example.com", client,
		},
		{
			"below a path that something in front takes off",
			func(c *proxy.Config) { c.URL, c.BasePath = "https://www.example.com/app/__clerk", "/app" }, nil, "/__clerk/v1/x",
			"https://www.example.com/app/__clerk", "www.example.com", client,
		},
		{
			"below a path that this server takes off",
			func(*proxy.Config) {}, func(h http.Handler) http.Handler { return http.StripPrefix("/app", h) }, "/app/__clerk/v1/x",
			"http://" + ownHost + "/app/__clerk", ownHost, client,
		},
		{
			"where the application says", func(c *proxy.Config) {
				c.Visit = func(r *http.Request) proxy.Visit {
					return proxy.Visit{Origin: "https://" + r.Header.Get("X-Forwarded-Host"), BasePath: "/below", ClientIP: "192.0.2.1"}
				}
			}, nil, "/__clerk/v1/x", "https://evil.example/below/__clerk", "evil.example", "192.0.2.1",
		},
		{
			"nowhere, if the application does not know",
			func(c *proxy.Config) { c.Visit = func(*http.Request) proxy.Visit { return proxy.Visit{} } }, nil, "/__clerk/v1/x", "/__clerk", "", "",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := newFrontendAPI(t, nil)
			var handler http.Handler = f.before(t, row.change)
			if row.mount != nil {
				handler = row.mount(handler)
			}
			ask(handler, http.MethodGet, row.target, nil, evil...)
			got := f.only(t)
			told := []string{got.RequestURI, got.Header.Get("Clerk-Proxy-Url"), got.Header.Get("X-Forwarded-Host"), got.Header.Get("X-Forwarded-For")}
			if diff := cmp.Diff([]string{"/v1/x", row.url, row.host, row.address}, told); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRedirectsOfTheFrontendAPIStayOnTheProxy(t *testing.T) {
	t.Parallel()
	const own = "http://" + ownHost + "/__clerk"
	for location, want := range map[string]string{
		"https://" + instanceHost + "/v1/x?a=1&b=%20#f": own + "/v1/x?a=1&b=%20#f",
		"https://" + instanceHost:                       own,
		"https://CLERK.example.com:443/v1/x":            own + "/v1/x",
		"//" + instanceHost + "/v1/x":                   own + "/v1/x",
		"UPSTREAM/v1/y":                                 own + "/v1/y",
		"/v1/z?a=1":                                     own + "/v1/z?a=1",
		"complete?a=1":                                  own + "/v1/client/complete?a=1",
		"https://" + ownHost + "/dashboard?x=1":         "https://" + ownHost + "/dashboard?x=1",
		"https://accounts.google.com/o/oauth2?x=1":      "https://accounts.google.com/o/oauth2?x=1",
		"https://evil." + instanceHost + "/":            "https://evil." + instanceHost + "/",
		"https://" + instanceHost + ".evil.example/":    "https://" + instanceHost + ".evil.example/",
		"https://" + instanceHost + ":444/":             "https://" + instanceHost + ":444/",
		"https://" + instanceHost + "@evil.example/":    "https://" + instanceHost + "@evil.example/",
		"mailto:a@" + instanceHost:                      "mailto:a@" + instanceHost,
		"myapp://callback":                              "myapp://callback",
		"%zz":                                           "%zz",
	} {
		f := newFrontendAPI(t, nil)
		f.answer = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", strings.Replace(location, "UPSTREAM", f.URL, 1))
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
		got := ask(f.before(t), http.MethodGet, "/__clerk/v1/client/handshake", nil)
		if got.Code != http.StatusTemporaryRedirect || got.Header().Get("Location") != want {
			t.Errorf("%s: %d to %s, want %s", location, got.Code, got.Header().Get("Location"), want)
		}
		f.only(t) // and so it was not followed
	}
}

func TestAnUpstreamBelowAPath(t *testing.T) {
	t.Parallel()
	f := newFrontendAPI(t, nil)
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", strings.Replace(r.URL.Path, "/client", "/next", 1))
		w.WriteHeader(http.StatusFound)
	}
	got := ask(f.before(t, func(c *proxy.Config) { c.Upstream += "/fapi/" }), http.MethodGet, "/__clerk/v1/client", nil)
	if asked, location := f.only(t).RequestURI, got.Header().Get("Location"); asked != "/fapi/v1/client" || location != "http://"+ownHost+"/__clerk/v1/next" {
		t.Errorf("asked %s, redirected to %s", asked, location)
	}
}

func TestAnswersArePassedOnAsTheyAre(t *testing.T) {
	t.Parallel()
	f := newFrontendAPI(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "__client=a; Path=/; HttpOnly")
		w.Header().Add("Set-Cookie", "__client_uat=1; Path=/")
		w.Header().Set("X-Clerk-Trace-Id", "trace")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"errors":[]}`)
	})
	got := ask(f.before(t), http.MethodGet, "/__clerk/v1/client", nil)
	if diff := cmp.Diff([]string{"__client=a; Path=/; HttpOnly", "__client_uat=1; Path=/"}, got.Header()["Set-Cookie"]); diff != "" {
		t.Error(diff)
	}
	if got.Code != http.StatusUnprocessableEntity || got.Body.String() != `{"errors":[]}` || got.Header().Get("X-Clerk-Trace-Id") != "trace" {
		t.Errorf("%d %s %v", got.Code, got.Body, got.Header())
	}
}

func TestABodyIsLimited(t *testing.T) {
	t.Parallel()
	const limit = 12 << 20
	for _, row := range []struct {
		size    int
		chunked bool
		want    int
	}{{limit, false, 200}, {limit + 1, false, 413}, {limit, true, 200}, {limit + 1, true, 413}} {
		t.Run(fmt.Sprintf("%d bytes, chunked %t", row.size, row.chunked), func(t *testing.T) {
			t.Parallel()
			f := newFrontendAPI(t, nil)
			p := f.before(t)
			got := ask(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if row.chunked {
					r.ContentLength = -1
				}
				p.ServeHTTP(w, r)
			}), http.MethodPost, "/__clerk/v1/me/profile_image", bytes.NewReader(make([]byte, row.size)))
			if got.Code != row.want || row.want == 413 && !strings.Contains(got.Body.String(), `"code":"request_body_too_large"`) {
				t.Errorf("%d %s", got.Code, got.Body)
			}
			if whole := f.requests(); whole != map[int]int{200: 1, 413: 0}[row.want] {
				t.Errorf("%d whole bodies arrived", whole)
			}
		})
	}
}

// waitError asks for a wait, as errors of clerkapi do.
type waitError struct{ wait time.Duration }

func (e waitError) Error() string                                   { return "the breaker is open" }
func (e waitError) ErrorRetryAfter() time.Duration                  { return e.wait }
func (e waitError) RoundTrip(*http.Request) (*http.Response, error) { return nil, e }

func TestWithoutItsUpstream(t *testing.T) {
	t.Parallel()
	const target = "/__clerk/v1/client?__session=secret-token"
	for _, row := range []struct {
		name   string
		change func(*proxy.Config)
		status int
		wait   string
		body   string
	}{
		{
			"the answer is an error of Clerk's form", func(*proxy.Config) {}, http.StatusBadGateway, "5",
			`{"errors":[{"code":"proxy_request_failed","message":"The Frontend API could not be reached."}]}`,
		},
		{
			"it says how long the transport asks to wait", func(c *proxy.Config) { c.Transport = waitError{90*time.Second + 1} }, http.StatusBadGateway, "91",
			`{"errors":[{"code":"proxy_request_failed","message":"The Frontend API could not be reached."}]}`,
		},
		{
			"an hour at most", func(c *proxy.Config) { c.Transport = waitError{48 * time.Hour} }, http.StatusBadGateway, "3600",
			`{"errors":[{"code":"proxy_request_failed","message":"The Frontend API could not be reached."}]}`,
		},
		{
			"the application answers", func(c *proxy.Config) {
				c.Unreachable = func(w http.ResponseWriter, r *http.Request, err error) bool {
					w.WriteHeader(http.StatusServiceUnavailable)
					_, _ = fmt.Fprint(w, r.URL, " ", r.Header.Get("Clerk-Secret-Key"), err != nil)
					return true
				}
			}, http.StatusServiceUnavailable, "", target + " true",
		},
		{
			"the application leaves it to the proxy", func(c *proxy.Config) {
				c.Unreachable = func(http.ResponseWriter, *http.Request, error) bool { return false }
			}, http.StatusBadGateway, "5",
			`{"errors":[{"code":"proxy_request_failed","message":"The Frontend API could not be reached."}]}`,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f, log := newFrontendAPI(t, nil), &logtest.Buffer{}
			p := f.before(t, func(c *proxy.Config) { c.Logger = logger(log) }, row.change)
			f.Close()
			got := ask(p, http.MethodGet, target, nil, "Cookie", "__client=secret-client")
			if got.Code != row.status || got.Header().Get("Retry-After") != row.wait || got.Body.String() != row.body {
				t.Errorf("%d %s after %q", got.Code, got.Body, got.Header().Get("Retry-After"))
			}
			if text := log.String(); strings.Count(text, "could not be reached") != 1 || strings.Contains(text, "secret") {
				t.Errorf("logged: %s", text)
			}
		})
	}
}

func TestABodyThatIsTooLongIsNoOutage(t *testing.T) {
	t.Parallel()
	f := newFrontendAPI(t, nil)
	p := f.before(t, func(c *proxy.Config) {
		c.Unreachable = func(http.ResponseWriter, *http.Request, error) bool {
			t.Error("the application was asked")
			return false
		}
	})
	if got := ask(p, http.MethodPost, "/__clerk/v1/x", bytes.NewReader(make([]byte, 12<<20+1))); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// TestNewRefuses: the secret key and Clerk's cookies never go out in the clear, and every problem is told at once.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*proxy.Config)
		want   string // "": it is accepted
	}{
		{"plain http to Clerk", func(c *proxy.Config) { c.Upstream = "http://frontend-api.example.com" }, "Upstream: must be https"},
		{"plain http to an address", func(c *proxy.Config) { c.Upstream = "http://192.0.2.1" }, "Upstream: must be https"},
		{"a host that begins like this machine", func(c *proxy.Config) { c.Upstream = "http://localhost.evil.example" }, "Upstream: must be https"},
		{"another scheme", func(c *proxy.Config) { c.Upstream = "ftp://frontend-api.example.com" }, "Upstream: must be an absolute http or https URL"},
		{"an upstream without a scheme", func(c *proxy.Config) { c.Upstream = "frontend-api.example.com" }, "Upstream: must be an absolute http or https URL"},
		{"a password in the upstream", func(c *proxy.Config) { c.Upstream = "https://me:pass-word@frontend-api.example.com" }, "Upstream: must have no user"},
		{"a query in the upstream", func(c *proxy.Config) { c.Upstream = "https://frontend-api.example.com?a=b" }, "Upstream: must have no user, no query"},
		{"https to Clerk", func(c *proxy.Config) { c.Upstream = "https://frontend-api.example.com" }, ""},
		{"Clerk's own address", func(c *proxy.Config) { c.Upstream = "" }, ""},
		{"plain http to this machine", func(c *proxy.Config) { c.Upstream = "http://localhost:4000" }, ""},
		{"plain http to this machine's address", func(c *proxy.Config) { c.Upstream = "http://[::1]:4000" }, ""},
		{"no URL", func(c *proxy.Config) { c.URL = "" }, "URL: needs a path"},
		{"a URL without a path", func(c *proxy.Config) { c.URL = "https://app.example.com/" }, "URL: needs a path"},
		{"a URL on another host that looks like a path", func(c *proxy.Config) { c.URL = "//evil.example/__clerk" }, "URL: must be a path"},
		{"a URL that browsers read so", func(c *proxy.Config) { c.URL = "/\\evil.example/__clerk" }, "URL: must be a path"},
		{"a query in the URL", func(c *proxy.Config) { c.URL = "/__clerk?a=b" }, "URL: must have no user, no query"},
		{"a public URL over plain http", func(c *proxy.Config) { c.URL = "http://app.example.com/__clerk" }, "URL: must be https"},
		{"an own URL over plain http", func(c *proxy.Config) { c.URL = "http://localhost:8080/__clerk" }, ""},
		{"no publishable key", func(c *proxy.Config) { c.PublishableKey = "" }, "PublishableKey: "},
		{"no secret key", func(c *proxy.Config) { c.SecretKey = "" }, "SecretKey: is missing"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			config := proxy.Config{URL: "/__clerk", PublishableKey: publishableKey(), SecretKey: secretKey}
			row.change(&config)
			p, err := proxy.New(config)
			switch {
			case row.want == "" && (err != nil || p == nil):
				t.Errorf("refused: %v", err)
			case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want) || p != nil):
				t.Errorf("got %v, want %q", err, row.want)
			case err != nil && strings.Contains(err.Error(), "pass-word"):
				t.Errorf("a password in %v", err)
			}
		})
	}
	_, err := proxy.New(proxy.Config{Upstream: "x"})
	for _, field := range []string{"URL", "Upstream", "PublishableKey", "SecretKey"} {
		if err == nil || !strings.Contains(err.Error(), "proxy: "+field+": ") {
			t.Errorf("%s is not in %v", field, err)
		}
	}
}

func TestAProxyDoesNotPrintItsKey(t *testing.T) {
	t.Parallel()
	f := newFrontendAPI(t, nil)
	p := f.before(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		for _, text := range []string{fmt.Sprintf(verb, p), fmt.Sprintf(verb, *p)} {
			if strings.Contains(text, secretKey) || strings.Contains(text, fmt.Sprintf("%x", secretKey)) {
				t.Errorf("%s prints %s", verb, text)
			}
		}
	}
}

func TestTheTransportSendsWhatGoesToClerk(t *testing.T) {
	t.Parallel()
	sent := errors.New("sent")
	var hosts []string
	p, err := proxy.New(proxy.Config{
		URL: "/__clerk", PublishableKey: publishableKey(), SecretKey: secretKey,
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			hosts = append(hosts, r.URL.Scheme+"://"+r.URL.Host)
			return nil, sent
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ask(p, http.MethodGet, "/__clerk/v1/client", nil)
	if diff := cmp.Diff([]string{proxy.DefaultUpstream}, hosts); diff != "" {
		t.Error(diff)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestThePathToMountAt(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"/__clerk": "/__clerk", "/__clerk/": "/__clerk", "https://app.example.com/auth/clerk/": "/auth/clerk",
		"https://app.example.com/app/__clerk": "/__clerk", "https://app.example.com/apple/__clerk": "/apple/__clerk",
	} {
		p, err := proxy.New(proxy.Config{URL: address, BasePath: "/app", PublishableKey: publishableKey(), SecretKey: secretKey})
		if err != nil || p.Path() != want {
			t.Errorf("%s: %v, error %v, want %s", address, p, err, want)
		}
	}
}

var _ http.Handler = (*proxy.Proxy)(nil)
