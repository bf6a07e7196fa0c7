package proxy_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/proxy"
)

// clerkCasesFile has the cases of Clerk's proxy, and what is different here.
const clerkCasesFile = "testdata/clerk-cases.md"

var updateCases = flag.Bool("update", false, "write "+clerkCasesFile)

// exchange is one request through a proxy, and what came of it.
type exchange struct {
	answer *httptest.ResponseRecorder
	asked  *http.Request // what the Frontend API was asked; nil: it was not asked
	body   string        // of what it was asked
	host   string        // of the Frontend API
}

// through sends a request through a proxy at https://example.com/__clerk.
type through struct {
	method string // "": GET
	target string // "": /__clerk/v1/client
	body   string
	header []string // name, value, …
	clerk  http.HandlerFunc
	change func(*proxy.Config)
	down   bool // the Frontend API can't be reached
}

func (q through) send(t *testing.T) exchange {
	t.Helper()
	f := newFrontendAPI(t, q.clerk)
	p := f.before(t, func(c *proxy.Config) {
		c.Visit = func(*http.Request) proxy.Visit { return proxy.Visit{Origin: "https://example.com"} }
		if q.change != nil {
			q.change(c)
		}
	})
	if q.down {
		f.Close()
	}
	method, target := q.method, q.target
	if method == "" {
		method = http.MethodGet
	}
	if target == "" {
		target = "/__clerk/v1/client"
	}
	got := exchange{answer: ask(p, method, target, strings.NewReader(q.body), q.header...), host: f.host()}
	if f.requests() > 0 {
		got.asked, got.body = f.only(t), f.bodies[0]
	}
	return got
}

// redirecting answers with a redirect.
func redirecting(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	}
}

// behind is a Visit that believes what a proxy in front says, as ginclerk does for Gin's trusted proxies.
func behind(c *proxy.Config) {
	c.Visit = func(r *http.Request) proxy.Visit {
		return proxy.Visit{
			Origin: r.Header.Get("X-Forwarded-Proto") + "://" + r.Header.Get("X-Forwarded-Host"), ClientIP: r.Header.Get("X-Forwarded-For"),
		}
	}
}

func wantEqual(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %q, want %q", what, got, want)
	}
}

func wantRefused(t *testing.T, got exchange, status int, code string) {
	t.Helper()
	if got.answer.Code != status || !strings.Contains(got.answer.Body.String(), `"code":"`+code+`"`) || got.asked != nil {
		t.Errorf("%d %s, asked %v", got.answer.Code, got.answer.Body, got.asked)
	}
	wantEqual(t, "Cache-Control", got.answer.Header().Get("Cache-Control"), "no-store")
}

func wantNoProxy(t *testing.T, field string, change func(*proxy.Config)) {
	t.Helper()
	config := proxy.Config{URL: "/__clerk", PublishableKey: publishableKey(), SecretKey: secretKey}
	change(&config)
	if p, err := proxy.New(config); p != nil || err == nil || !strings.Contains(err.Error(), "proxy: "+field+": ") {
		t.Errorf("New returns %v, %v; want a problem with %s", p, err, field)
	}
}

// upstreamFor returns the host that a proxy for a publishable key asks.
func upstreamFor(t *testing.T, key string) (host string) {
	t.Helper()
	p, err := proxy.New(proxy.Config{
		URL: "/__clerk", PublishableKey: key, SecretKey: secretKey,
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			host = r.URL.Scheme + "://" + r.URL.Host
			return nil, io.EOF
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ask(p, http.MethodGet, "/__clerk/v1/client", nil)
	return host
}

// clerkCase is one case of Clerk's own tests.
type clerkCase struct {
	name    string // as Clerk's test names it
	differs string // what is different here and why; "": the same
	check   func(t *testing.T)
}

const (
	toldAtStart = "New returns an error: the application does not start. Clerk answers every request with 500"
	onlyTrusted = "The address, the host and the scheme come from the application (Config.Visit), and in Gin from trusted proxies alone. Clerk believes the headers of every client"
	ownServers  = "The address is the same for all keys: Clerk's own staging and local servers need Config.Upstream"
)

func TestTheCasesOfClerksProxy(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	list.WriteString("# The cases of Clerk's proxy\n\nThe tests of @clerk/backend (src/__tests__/proxy.test.ts) and the proxy tests of @clerk/express and @clerk/fastify, by name.\n" +
		"TestTheCasesOfClerksProxy runs each here, and writes this file with -update.\n\n| Case | Here |\n| --- | --- |\n")
	for _, row := range clerkCases() {
		here := "the same"
		if row.differs != "" {
			here = "different: " + row.differs + "."
		}
		fmt.Fprintf(&list, "| %s | %s |\n", row.name, here)
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.check(t)
		})
	}
	if *updateCases {
		if err := os.WriteFile(clerkCasesFile, []byte(list.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(clerkCasesFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(file), list.String()); diff != "" {
		t.Errorf("%s is another list (-file +rows):\n%s", clerkCasesFile, diff)
	}
}

func clerkCases() []clerkCase {
	var all []clerkCase
	for _, some := range [][]clerkCase{
		upstreamCases(), pathCases(), configurationCases(), requestCases(), addressCases(), locationCases(), answerCases(), frameworkCases(),
	} {
		all = append(all, some...)
	}
	return all
}

// upstreamCases are about the address of the Frontend API.
func upstreamCases() []clerkCase {
	wantDefault := func(key string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			wantEqual(t, "the upstream", upstreamFor(t, key), proxy.DefaultUpstream)
		}
	}
	return []clerkCase{
		{"returns production FAPI URL for production publishable keys", "", wantDefault("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k")},
		{"returns local FAPI URL for local environment keys", ownServers, wantDefault("pk_test_bXlhcHAubGNsY2xlcmsuY29tJA==")},
		{"returns staging FAPI URL for staging environment keys", ownServers, wantDefault("pk_test_Y2xlcmsuYWNjb3VudHNzdGFnZS5kZXYk")},
		{"returns production FAPI URL for legacy dev instance keys", "", wantDefault("pk_test_Y2xlcmsuZXhhbXBsZS5sY2xjbGVyay5jb20k")},
		{"returns production FAPI URL for invalid publishable keys", "New refuses an invalid publishable key", func(t *testing.T) {
			t.Helper()
			wantNoProxy(t, "PublishableKey", func(c *proxy.Config) { c.PublishableKey = "invalid_key" })
		}},
		{"uses the configured FAPI URL over CLERK_FAPI_URL and the publishable key", "", func(t *testing.T) {
			t.Helper()
			got := through{change: func(c *proxy.Config) { c.Upstream += "/" }}.send(t)
			wantEqual(t, "the path", got.asked.RequestURI, "/v1/client")
			wantEqual(t, "Host", got.asked.Host, got.host)
		}},
		{"uses CLERK_FAPI_URL when no FAPI URL is configured", "The package reads no variables: ginclerk.ConfigFromEnv does", wantDefault(publishableKey())},
	}
}

// pathCases are about the paths that are the proxy's.
func pathCases() []clerkCase {
	matches := func(url, target string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			got := through{target: target, change: func(c *proxy.Config) { c.URL = url }}.send(t)
			if got.answer.Code != http.StatusOK || got.asked == nil {
				t.Errorf("%d %s", got.answer.Code, got.answer.Body)
			}
		}
	}
	refuses := func(url, target string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			wantRefused(t, through{target: target, change: func(c *proxy.Config) { c.URL = url }}.send(t), http.StatusBadRequest, "proxy_path_mismatch")
		}
	}
	return []clerkCase{
		{"matches request with default proxy path", "", matches("/__clerk", "/__clerk/v1/client")},
		{"does not match request without proxy path", "", refuses("/__clerk", "/api/users")},
		{"matches request with custom proxy path", "", matches("/custom-proxy", "/custom-proxy/v1/client")},
		{"does not match request with different custom proxy path", "", refuses("/custom-proxy", "/__clerk/v1/client")},
		{"matches root proxy path request", "", matches("/__clerk", "/__clerk")},
		{"matches proxy path with trailing slash", "", matches("/__clerk", "/__clerk/")},
		{"does not match paths that start with proxy path but have no boundary", "", refuses("/__clerk", "/__clerk-admin/v1/client")},
		{"normalizes proxy path with trailing slash", "", matches("/__clerk/", "/__clerk/v1/client")},
		{"returns error when request path does not match proxy path", "", refuses("/__clerk", "/api/users")},
		{"returns error when path starts with proxy path but has no boundary", "", refuses("/__clerk", "/__clerk-admin/v1/client")},
		{"does not follow protocol-relative paths", "", func(t *testing.T) {
			t.Helper()
			wantEqual(t, "the path", through{target: "/__clerk//evil.com/steal"}.send(t).asked.RequestURI, "//evil.com/steal")
		}},
		{"uses custom proxy path", "", func(t *testing.T) {
			t.Helper()
			got := through{target: "/custom-clerk/v1/client", change: func(c *proxy.Config) { c.URL = "/custom-clerk" }}.send(t)
			wantEqual(t, "the path", got.asked.RequestURI, "/v1/client")
			wantEqual(t, "Clerk-Proxy-Url", got.asked.Header.Get("Clerk-Proxy-Url"), "https://example.com/custom-clerk")
		}},
	}
}

// configurationCases are about a proxy that can't be.
func configurationCases() []clerkCase {
	upstream := func(address string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			wantNoProxy(t, "Upstream", func(c *proxy.Config) { c.Upstream = address })
		}
	}
	const invalid = "returns a configuration error for an invalid FAPI URL with "
	return []clerkCase{
		{"returns error when publishableKey is missing", toldAtStart, func(t *testing.T) {
			t.Helper()
			wantNoProxy(t, "PublishableKey", func(c *proxy.Config) { c.PublishableKey = "" })
		}},
		{"returns error when secretKey is missing", toldAtStart, func(t *testing.T) {
			t.Helper()
			wantNoProxy(t, "SecretKey", func(c *proxy.Config) { c.SecretKey = "" })
		}},
		{invalid + "unsupported scheme", toldAtStart, upstream("ftp://frontend-api.clerk.dev")},
		{invalid + "credentials", toldAtStart, upstream("https://user:password@frontend-api.clerk.dev")},
		{invalid + "query string", toldAtStart, upstream("https://frontend-api.clerk.dev?env=staging")},
		{invalid + "fragment", toldAtStart, upstream("https://frontend-api.clerk.dev#staging")},
		{invalid + "invalid environment value", toldAtStart, upstream("not-a-url")},
		{"includes Cache-Control: no-store on error responses", "Clerk's case is a missing key, which New refuses; the answer to a wrong path has the header", func(t *testing.T) {
			t.Helper()
			wantRefused(t, through{target: "/api/users"}.send(t), http.StatusBadRequest, "proxy_path_mismatch")
		}},
	}
}

// requestCases are about what the Frontend API is asked.
func requestCases() []clerkCase {
	header := func(q through, want map[string]string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			got := q.send(t)
			for name, value := range want {
				wantEqual(t, name, strings.Join(got.asked.Header.Values(name), "|"), value)
			}
		}
	}
	body := func(method, path, text string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			got := through{method: method, target: "/__clerk" + path, body: text, header: []string{"Content-Type", "application/json"}}.send(t)
			wantEqual(t, "what is asked", got.asked.Method+" "+got.asked.RequestURI+" "+got.body, method+" "+path+" "+text)
			wantEqual(t, "Content-Type", got.asked.Header.Get("Content-Type"), "application/json")
		}
	}
	return []clerkCase{
		{"forwards GET request to FAPI with correct headers", "", func(t *testing.T) {
			t.Helper()
			got := through{header: []string{"User-Agent", "Test Agent"}}.send(t)
			wantEqual(t, "what is asked", got.asked.Method+" "+got.asked.RequestURI, "GET /v1/client")
			wantEqual(t, "Clerk-Proxy-Url", got.asked.Header.Get("Clerk-Proxy-Url"), "https://example.com/__clerk")
			wantEqual(t, "Clerk-Secret-Key", got.asked.Header.Get("Clerk-Secret-Key"), secretKey)
			wantEqual(t, "User-Agent", got.asked.Header.Get("User-Agent"), "Test Agent")
			wantEqual(t, "Host", got.asked.Host, got.host)
		}},
		{"forwards POST request with body", "", body(http.MethodPost, "/v1/sign_ups", `{"email":"test@example.com"}`)},
		{"forwards DELETE request with body", "", body(http.MethodDelete, "/v1/resource", `{"id":"123"}`)},
		{"preserves query parameters", "", func(t *testing.T) {
			t.Helper()
			got := through{target: "/__clerk/v1/client?_clerk_js_version=5.0.0"}.send(t)
			wantEqual(t, "the query", got.asked.URL.RawQuery, "_clerk_js_version=5.0.0")
		}},
		{"removes hop-by-hop headers from request", "", header(
			through{header: []string{"Connection", "keep-alive", "Keep-Alive", "timeout=5", "Transfer-Encoding", "chunked", "User-Agent", "Test"}},
			map[string]string{"Connection": "", "Keep-Alive": "", "Transfer-Encoding": "", "User-Agent": "Test"},
		)},
		{"strips dynamic hop-by-hop headers listed in the Connection header from requests", "", header(
			through{header: []string{"Connection", "keep-alive, X-Custom-Hop", "X-Custom-Hop", "some-value", "User-Agent", "Test"}},
			map[string]string{"Connection": "", "X-Custom-Hop": "", "User-Agent": "Test"},
		)},
		{"sets Accept-Encoding to identity to avoid double compression", "", header(
			through{header: []string{"Accept-Encoding", "gzip, deflate, br"}}, map[string]string{"Accept-Encoding": "identity"},
		)},
		{"omits signal from upstream fetch (Node 24 undici cross-realm AbortSignal)", "Clerk works around a fault of Node. Here a request to Clerk ends when the browser leaves, and after 30 seconds", func(t *testing.T) {
			t.Helper()
			var bounded bool
			p, err := proxy.New(proxy.Config{
				URL: "/__clerk", PublishableKey: publishableKey(), SecretKey: secretKey,
				Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					_, bounded = r.Context().Deadline()
					return nil, io.EOF
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			if ask(p, http.MethodGet, "/__clerk/v1/client", nil); !bounded {
				t.Error("the request to Clerk has no end")
			}
		}},
	}
}

// addressCases are about what Clerk is told of the browser and of the application.
func addressCases() []clerkCase {
	told := func(q through, name, alone, trusted string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			q.change = func(c *proxy.Config) { c.Visit = nil } // as of a server that stands alone
			wantEqual(t, name+" without trust", q.send(t).asked.Header.Get(name), alone)
			q.change = behind
			wantEqual(t, name+" from a trusted proxy", q.send(t).asked.Header.Get(name), trusted)
		}
	}
	origin := []string{"X-Forwarded-Host", "myapp.example.com", "X-Forwarded-Proto", "https", "X-Forwarded-For", "192.168.1.1"}
	return []clerkCase{
		{"forwards X-Forwarded-For header from original request", onlyTrusted, told(through{header: origin}, "X-Forwarded-For", client, "192.168.1.1")},
		{"uses CF-Connecting-IP when available", onlyTrusted + ". In Gin that is Engine.TrustedPlatform", func(t *testing.T) {
			t.Helper()
			q := through{header: []string{"CF-Connecting-IP", "10.0.0.1", "X-Forwarded-For", "192.168.1.1"}, change: func(c *proxy.Config) { c.Visit = nil }}
			got := q.send(t)
			wantEqual(t, "X-Forwarded-For", got.asked.Header.Get("X-Forwarded-For"), client)
			wantEqual(t, "Cf-Connecting-Ip", got.asked.Header.Get("Cf-Connecting-Ip"), "")
			q.change = func(c *proxy.Config) {
				c.Visit = func(r *http.Request) proxy.Visit { return proxy.Visit{ClientIP: r.Header.Get("Cf-Connecting-Ip")} }
			}
			wantEqual(t, "X-Forwarded-For from Cloudflare", q.send(t).asked.Header.Get("X-Forwarded-For"), "10.0.0.1")
		}},
		{"sets X-Forwarded-Host and X-Forwarded-Proto headers", "", func(t *testing.T) {
			t.Helper()
			got := through{}.send(t)
			wantEqual(t, "X-Forwarded-Host", got.asked.Header.Get("X-Forwarded-Host"), "example.com")
			wantEqual(t, "X-Forwarded-Proto", got.asked.Header.Get("X-Forwarded-Proto"), "https")
		}},
		{"preserves X-Forwarded-Host and X-Forwarded-Proto from upstream proxies", onlyTrusted, told(through{header: origin}, "X-Forwarded-Host", ownHost, "myapp.example.com")},
		{"derives Clerk-Proxy-Url from forwarded headers instead of localhost", onlyTrusted, told(
			through{header: origin}, "Clerk-Proxy-Url", "http://"+ownHost+"/__clerk", "https://myapp.example.com/__clerk",
		)},
		{"falls back to request URL for Clerk-Proxy-Url when no forwarded headers", "", func(t *testing.T) {
			t.Helper()
			got := through{change: func(c *proxy.Config) { c.Visit = nil }}.send(t)
			wantEqual(t, "Clerk-Proxy-Url", got.asked.Header.Get("Clerk-Proxy-Url"), "http://"+ownHost+"/__clerk")
		}},
	}
}

// locationCases are about redirects.
func locationCases() []clerkCase {
	const callback = "/v1/oauth/callback?code=123"
	leads := func(q through, want string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			q.target = "/__clerk/v1/oauth/authorize"
			got := q.send(t)
			if got.answer.Code != http.StatusFound {
				t.Errorf("status %d", got.answer.Code)
			}
			wantEqual(t, "Location", got.answer.Header().Get("Location"), want)
		}
	}
	// The requests go to a test server. Their answers name the address that was asked for.
	clerks := func(c *proxy.Config) { c.Upstream, c.Transport = proxy.DefaultUpstream, insteadOf(c.Upstream) }
	return []clerkCase{
		{"rewrites Location header using forwarded origin, not localhost", onlyTrusted, leads(through{
			clerk: redirecting(proxy.DefaultUpstream + callback), change: func(c *proxy.Config) { clerks(c); behind(c) },
			header: []string{"X-Forwarded-Host", "myapp.example.com", "X-Forwarded-Proto", "https"},
		}, "https://myapp.example.com/__clerk"+callback)},
		{"rewrites Location header for redirects pointing to FAPI", "", leads(
			through{clerk: redirecting(proxy.DefaultUpstream + callback), change: clerks}, "https://example.com/__clerk"+callback,
		)},
		{"rewrites redirects from a configured FAPI URL", "", leads(through{clerk: func(w http.ResponseWriter, r *http.Request) {
			redirecting("http://"+r.Host+callback)(w, r)
		}}, "https://example.com/__clerk"+callback)},
		{"does not rewrite Location header for external redirects", "", leads(
			through{clerk: redirecting("https://accounts.google.com/oauth/authorize")}, "https://accounts.google.com/oauth/authorize",
		)},
		{"preserves relative Location headers", "", leads(
			through{clerk: redirecting("/v1/client"), change: clerks}, "https://example.com/__clerk/v1/client",
		)},
	}
}

// insteadOf sends requests to a server of a test, whatever their address says, as some transports do.
func insteadOf(server string) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		sent := r.Clone(r.Context())
		sent.URL.Scheme, sent.URL.Host = "http", strings.TrimPrefix(server, "http://")
		return http.DefaultTransport.RoundTrip(sent)
	})
}

// answerCases are about what the browser gets.
func answerCases() []clerkCase {
	return []clerkCase{
		{"returns 502 when fetch fails", "The message does not quote the cause, which may have addresses in it", func(t *testing.T) {
			t.Helper()
			got := through{down: true}.send(t)
			wantRefused(t, got, http.StatusBadGateway, "proxy_request_failed")
			if text := got.answer.Body.String(); strings.Contains(text, "127.0.0.1") || strings.Contains(text, "refused") {
				t.Errorf("the browser is told %s", text)
			}
		}},
		{"includes Cache-Control: no-store on 502 error responses", "", func(t *testing.T) {
			t.Helper()
			wantRefused(t, through{down: true}.send(t), http.StatusBadGateway, "proxy_request_failed")
		}},
		{"passes through FAPI response status codes", "", func(t *testing.T) {
			t.Helper()
			got := through{clerk: func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, `{"errors":[]}`)
			}}.send(t)
			wantEqual(t, "the answer", fmt.Sprint(got.answer.Code, " ", got.answer.Body), `401 {"errors":[]}`)
		}},
		{"strips Content-Encoding and Content-Length from response even if upstream ignores identity", "The answer stays compressed, and both headers stay: they are right, because Go does not decompress it. Clerk's fetch does", func(t *testing.T) {
			t.Helper()
			compressed := []byte{0x1f, 0x8b, 1, 2, 3}
			got := through{clerk: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/javascript")
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(compressed)
			}}.send(t)
			wantEqual(t, "Content-Encoding", got.answer.Header().Get("Content-Encoding"), "gzip")
			wantEqual(t, "Content-Length", got.answer.Header().Get("Content-Length"), "5")
			wantEqual(t, "Content-Type", got.answer.Header().Get("Content-Type"), "application/javascript")
			if !bytes.Equal(got.answer.Body.Bytes(), compressed) {
				t.Errorf("the body is %x", got.answer.Body.Bytes())
			}
		}},
		{"preserves multiple Set-Cookie headers from FAPI response", "", func(t *testing.T) {
			t.Helper()
			cookies := []string{
				"__client=abc123; Path=/; HttpOnly; Secure", "__client_uat=1234567890; Path=/; Secure", "__session=xyz789; Path=/; HttpOnly; Secure",
			}
			got := through{clerk: func(w http.ResponseWriter, _ *http.Request) {
				for _, cookie := range cookies {
					w.Header().Add("Set-Cookie", cookie)
				}
			}}.send(t)
			if diff := cmp.Diff(cookies, got.answer.Header()["Set-Cookie"]); diff != "" {
				t.Error(diff)
			}
		}},
	}
}

// frameworkCases are cases of @clerk/express and @clerk/fastify that reach the proxy itself.
func frameworkCases() []clerkCase {
	return []clerkCase{
		{"intercepts proxy path with query parameters", "", func(t *testing.T) {
			t.Helper()
			got := through{target: "/__clerk?_clerk_js_version=5.0.0"}.send(t)
			wantEqual(t, "the path", got.asked.RequestURI, "/?_clerk_js_version=5.0.0")
		}},
		{"falls back to default proxy path when path reduces to empty string", "New refuses a URL without a path", func(t *testing.T) {
			t.Helper()
			wantNoProxy(t, "URL", func(c *proxy.Config) { c.URL = "/" })
		}},
		{"responds 400 to a hostless // request target when proxy is enabled", "", func(t *testing.T) {
			t.Helper()
			wantRefused(t, through{target: "//"}.send(t), http.StatusBadRequest, "proxy_path_mismatch")
		}},
		{"responds 400 to a forbidden method (TRACE) on the proxy path", "", func(t *testing.T) {
			t.Helper()
			for _, method := range []string{http.MethodTrace, http.MethodConnect, "TRACK"} {
				wantRefused(t, through{method: method}.send(t), http.StatusBadRequest, "proxy_request_failed")
			}
		}},
	}
}
