package ginclerk_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// upstream stands for the Frontend API and keeps what it is asked.
type upstream struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []*http.Request
	bodies []string
	answer http.HandlerFunc // nil: 200
}

func newUpstream(t *testing.T) *upstream {
	t.Helper()
	u := &upstream{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		u.mu.Lock()
		defer u.mu.Unlock()
		if err == nil {
			u.asked, u.bodies = append(u.asked, r), append(u.bodies, string(text))
		}
		if u.answer != nil {
			u.answer(w, r)
		}
	}))
	t.Cleanup(u.Close)
	return u
}

func (u *upstream) only(t *testing.T) *http.Request {
	t.Helper()
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.asked) != 1 {
		t.Fatalf("asked %d times, want once", len(u.asked))
	}
	return u.asked[0]
}

func (u *upstream) host() string { return strings.TrimPrefix(u.URL, "http://") }

// behind is an application whose Frontend API is the upstream.
func behind(t *testing.T, u *upstream, changes ...func(*ginclerk.Config)) *app {
	t.Helper()
	a := &app{engine: gin.New(), log: &safeBuffer{}}
	config := ginclerk.Config{
		PublishableKey: somePublishableKey(), SecretKey: someSecretKey, Origins: []string{ownOrigin}, ProxyURL: "/__clerk",
		ClerkAPI: ginclerk.ClerkAPI{FrontendURL: u.URL},
	}
	for _, change := range changes {
		change(&config)
	}
	a.clerk = newClerk(t, config)
	if err := a.engine.SetTrustedProxies([]string{"10.0.0.7"}); err != nil {
		t.Fatal(err)
	}
	a.engine.Use(a.clerk.Attach())
	a.clerk.MountProxy(a.engine)
	return a
}

// TestProxyAddresses: whatever the path says, the upstream is asked and nobody else.
func TestProxyAddresses(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/__clerk":                             "/",
		"/__clerk/":                            "/",
		"/__clerk/v1/client?a=1&b=%2F":         "/v1/client?a=1&b=%2F",
		"/__clerk//evil.example/x":             "//evil.example/x",
		"/__clerk///evil.example":              "///evil.example",
		"/__clerk/%2Fevil.example":             "/%2Fevil.example",
		"/__clerk/%2f%2fevil.example":          "/%2f%2fevil.example",
		"/__clerk/@evil.example":               "/@evil.example",
		"/__clerk/http://evil.example":         "/http://evil.example",
		"/__clerk/v1/a%20b":                    "/v1/a%20b",
		"/__clerk/v1/\\evil.example":           "/v1/%5Cevil.example",
		"http://evil.example/__clerk/v1/x?y=z": "/v1/x?y=z",
		"/__clerk/v1/x;y":                      "/v1/x;y",
	} {
		u := newUpstream(t)
		behind(t, u).ask(http.MethodGet, target, program).wantStatus(t, http.StatusOK)
		if got := u.only(t); got.RequestURI != want || got.Host != u.host() {
			t.Errorf("%s: asked %s %s, want %s %s", target, got.Host, got.RequestURI, u.host(), want)
		}
	}
	for _, target := range []string{"/__clerk/../x", "/__clerk/v1/../../x", "/__clerk/%2e%2e/x", "/__clerk/..%2fx", "/%5F%5Fclerk/v1/x"} {
		u := newUpstream(t)
		got := behind(t, u).ask(http.MethodGet, target, program).wantStatus(t, http.StatusBadRequest)
		if !strings.Contains(got.Body.String(), `"code":"proxy_path_mismatch"`) || len(u.asked) > 0 {
			t.Errorf("%s: body %s, %d requests", target, got.Body, len(u.asked))
		}
	}
	for _, target := range []string{"/__clerkx/v1", "/__CLERK/v1", "/x/__clerk/v1", "/"} {
		u := newUpstream(t)
		behind(t, u).ask(http.MethodGet, target, program).wantStatus(t, http.StatusNotFound)
		if len(u.asked) > 0 {
			t.Errorf("%s was forwarded", target)
		}
	}
}

func TestProxyRequestHeaders(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	a := behind(t, u)
	a.ask(http.MethodPost, "/__clerk/v1/client/sign_ins", body("identifier=a"),
		header("Clerk-Secret-Key", "sk_test_forged"), header("Clerk-Proxy-Url", "https://evil.example"), header("Clerk-Anything", "x"),
		header("Authorization", "Bearer abc"), header("Connection", "X-Hop, Keep-Alive"), header("X-Hop", "1"), header("Proxy-Authorization", "x"),
		header("X-Forwarded-For", "192.0.2.66"), header("X-Forwarded-Host", "evil.example"), header("X-Forwarded-Proto", "gopher"),
		header("X-Real-Ip", "192.0.2.66"), header("Forwarded", "for=192.0.2.66"), header("Accept-Encoding", "gzip"), header("User-Agent", "Browser/1"),
		header("Cookie", "__client=c; app_session=secret; __session=s; __session_abc=s2; theme=dark; __client_uat=1; __clerk_db_jwt=d; clerk_active_context=x; __refresh_abc=r"),
		added("Cookie", "csrf=secret; __client_uat_abc=2"))
	got := u.only(t)
	for name, want := range map[string]string{
		"Clerk-Secret-Key": someSecretKey, "Clerk-Proxy-Url": ownOrigin + "/__clerk", "Clerk-Anything": "", "Authorization": "Bearer abc",
		"X-Hop": "", "Proxy-Authorization": "", "X-Forwarded-For": "198.51.100.9", "X-Forwarded-Host": ownHost, "X-Forwarded-Proto": "http",
		"X-Real-Ip": "", "Forwarded": "", "Accept-Encoding": "identity", "User-Agent": "Browser/1",
		"Content-Type": "application/x-www-form-urlencoded",
		"Cookie":       "__client=c; __session=s; __session_abc=s2; __client_uat=1; __clerk_db_jwt=d; clerk_active_context=x; __refresh_abc=r; __client_uat_abc=2",
	} {
		if values := got.Header.Values(name); got.Header.Get(name) != want || len(values) > 1 {
			t.Errorf("%s is %q, want %q", name, values, want)
		}
	}
	if got.Method != http.MethodPost || u.bodies[0] != "identifier=a" {
		t.Errorf("asked %s with %q", got.Method, u.bodies[0])
	}
}

func TestProxyTellsTheAddressOfTheClient(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		options []option
		address string
		url     string
	}{
		{"the peer", nil, "198.51.100.9", ownOrigin},
		{"what a stranger says does not count", []option{header("X-Forwarded-For", "192.0.2.66")}, "198.51.100.9", ownOrigin},
		{"what a trusted proxy says does", []option{from(proxyPeer), header("X-Forwarded-For", "192.0.2.66")}, "192.0.2.66", ownOrigin},
		{"of a list what the trusted proxy added", []option{from(proxyPeer), header("X-Forwarded-For", "6.6.6.6, 192.0.2.66")}, "192.0.2.66", ownOrigin},
		{"another own origin", []option{host("app.example.com")}, "198.51.100.9", "https://app.example.com"},
		{"a host that is none", []option{host("evil.example")}, "198.51.100.9", ownOrigin},
		{"basic authentication is the application's", []option{header("Authorization", "Basic eDp5")}, "198.51.100.9", ownOrigin},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			u := newUpstream(t)
			a := behind(t, u, func(c *ginclerk.Config) { c.Origins = []string{ownOrigin, "https://app.example.com"} })
			a.ask(http.MethodGet, "/__clerk/v1/client", row.options...)
			got := u.only(t)
			if got.Header.Get("X-Forwarded-For") != row.address || got.Header.Get("Clerk-Proxy-Url") != row.url+"/__clerk" {
				t.Errorf("client %q behind %q, want %q behind %s", got.Header.Get("X-Forwarded-For"), got.Header.Get("Clerk-Proxy-Url"), row.address, row.url)
			}
			if got.Header.Get("Authorization") != "" {
				t.Errorf("Authorization %q", got.Header.Get("Authorization"))
			}
		})
	}
}

func TestProxyKeepsResponses(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	u.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "__client=a; Path=/; HttpOnly")
		w.Header().Add("Set-Cookie", "__client_uat=1; Path=/")
		w.Header().Add("Set-Cookie", "__client_uat_abc=1; Path=/")
		w.Header().Set("X-Clerk-Trace-Id", "trace")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"errors":[]}`)
	}
	got := behind(t, u).ask(http.MethodGet, "/__clerk/v1/client", program).wantStatus(t, http.StatusUnprocessableEntity)
	want := []string{"__client=a; Path=/; HttpOnly", "__client_uat=1; Path=/", "__client_uat_abc=1; Path=/"}
	if diff := cmp.Diff(want, got.Header()["Set-Cookie"]); diff != "" {
		t.Error(diff)
	}
	got.wantHeader(t, "X-Clerk-Trace-Id", "trace").wantHeader(t, "X-Clerk-Auth-Status", "")
	if got.Body.String() != `{"errors":[]}` {
		t.Errorf("body %s", got.Body)
	}
}

func TestProxyLocations(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"https://" + instanceHost + "/v1/x?a=1&b=%20#f": ownOrigin + "/__clerk/v1/x?a=1&b=%20#f",
		"https://" + instanceHost:                       ownOrigin + "/__clerk",
		"https://" + instanceHost + "/a%2Fb":            ownOrigin + "/__clerk/a%2Fb",
		"UPSTREAM/v1/y":                                 ownOrigin + "/__clerk/v1/y",
		ownOrigin + "/dashboard?x=1":                    ownOrigin + "/dashboard?x=1",
		"https://accounts.google.com/o/oauth2?x=1":      "https://accounts.google.com/o/oauth2?x=1",
		"https://evil." + instanceHost + "/":            "https://evil." + instanceHost + "/",
		"https://" + instanceHost + ".evil.example/":    "https://" + instanceHost + ".evil.example/",
		"https://" + instanceHost + ":444/":             "https://" + instanceHost + ":444/",
		"%zz":                                           "%zz",
	} {
		u := newUpstream(t)
		u.answer = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", strings.Replace(location, "UPSTREAM", u.URL, 1))
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
		got := behind(t, u).ask(http.MethodGet, "/__clerk/v1/client/handshake", navigation)
		got.wantStatus(t, http.StatusTemporaryRedirect).wantHeader(t, "Location", want)
		u.only(t) // and so it was not followed
	}
}

func TestProxyBodyLimit(t *testing.T) {
	t.Parallel()
	const limit = 12 << 20
	for _, row := range []struct {
		size    int
		chunked bool
		want    int
	}{{limit, false, 200}, {limit + 1, false, 413}, {limit, true, 200}, {limit + 1, true, 413}} {
		t.Run(fmt.Sprintf("%d bytes, chunked %t", row.size, row.chunked), func(t *testing.T) {
			t.Parallel()
			u := newUpstream(t)
			got := behind(t, u).ask(http.MethodPost, "/__clerk/v1/me/profile_image", program, func(r *http.Request) {
				r.Body = io.NopCloser(bytes.NewReader(make([]byte, row.size)))
				r.ContentLength = int64(row.size)
				if row.chunked {
					r.ContentLength = -1
				}
			})
			got.wantStatus(t, row.want)
			if row.want == 413 && !strings.Contains(got.Body.String(), `"code":"request_body_too_large"`) {
				t.Errorf("body %s", got.Body)
			}
			if got := len(u.bodies); got != map[int]int{200: 1, 413: 0}[row.want] {
				t.Errorf("%d whole bodies arrived", got)
			}
		})
	}
}

func TestProxyWithoutItsUpstream(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	a := behind(t, u, func(c *ginclerk.Config) { c.Logger = nil })
	u.Close()
	page := a.ask(http.MethodGet, "/__clerk/v1/client/handshake?__session=secret", navigation).wantUnavailable(t)
	page.wantHeader(t, "Content-Type", "text/html; charset=utf-8")
	if !strings.Contains(page.Body.String(), "ginclerk-frontend-api-unavailable") {
		t.Errorf("no reason on the page: %s", page.Body)
	}
	other := a.ask(http.MethodPost, "/__clerk/v1/client/sign_ins", fetched, body("a=b"))
	other.wantStatus(t, http.StatusBadGateway).wantHeader(t, "Content-Type", "application/json").wantHeader(t, "Retry-After", "5")
	if want := `{"errors":[{"code":"proxy_request_failed","message":"The Frontend API could not be reached."}]}`; other.Body.String() != want {
		t.Errorf("body %s, want %s", other.Body, want)
	}
}

func TestProxyLogsNoTokens(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.clerk.MountProxy(a.engine)
	a.server.SetUnreachable(true)
	a.ask(http.MethodGet, "/__clerk/v1/client/handshake?__session=tok_secret&__clerk_db_jwt=dvb_secret", navigation).wantUnavailable(t)
	if a.log.count("could not be reached") != 1 || a.log.count("_secret") > 0 {
		t.Errorf("log: %s", a.log)
	}
}

// TestTheSecretKeyIsNotSentInTheClear: New refuses every address where it would be.
func TestTheSecretKeyIsNotSentInTheClear(t *testing.T) {
	t.Parallel()
	for address, accepted := range map[string]bool{
		"http://frontend-api.example.com": false, "http://192.0.2.1": false, "http://localhost.evil.example": false,
		"https://frontend-api.example.com": true, "http://127.0.0.1:4000": true, "http://localhost:4000": true, "http://[::1]:4000": true,
	} {
		for name, config := range map[string]ginclerk.Config{"ClerkAPI.FrontendURL": {ClerkAPI: ginclerk.ClerkAPI{FrontendURL: address}}, "ClerkAPI.URL": {ClerkAPI: ginclerk.ClerkAPI{URL: address}}} {
			config.PublishableKey, config.SecretKey, config.ProxyURL = somePublishableKey(), someSecretKey, "/__clerk"
			clerk, err := ginclerk.New(config)
			if (err == nil) != accepted {
				t.Errorf("%s %s: error %v", name, address, err)
			}
			if clerk != nil {
				_ = clerk.Close(t.Context())
			}
		}
	}
}

func TestWithoutProxyURLThereIsNoProxy(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	a := behind(t, u, func(c *ginclerk.Config) { c.ProxyURL = "" })
	a.ask(http.MethodGet, "/__clerk/v1/client", program).wantStatus(t, http.StatusNotFound)
	if len(u.asked) > 0 {
		t.Error("it was forwarded")
	}
}

func TestAnAbsoluteProxyURL(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	a := behind(t, u, func(c *ginclerk.Config) { c.ProxyURL = "https://app.example.com/auth/clerk/" })
	a.ask(http.MethodGet, "/auth/clerk/v1/client", program).wantStatus(t, http.StatusOK)
	if got := u.only(t); got.RequestURI != "/v1/client" || got.Header.Get("Clerk-Proxy-Url") != "https://app.example.com/auth/clerk" {
		t.Errorf("asked %s behind %s", got.RequestURI, got.Header.Get("Clerk-Proxy-Url"))
	}
}
