package ginclerk_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// shares reports whether two requests count for one client, as a limit of one request by address has it.
func shares(t *testing.T, change func(*gin.Engine), one, other []option) bool {
	t.Helper()
	a := newApp(t)
	change(a.engine)
	a.engine.GET("/limited", a.clerk.RateLimit(1, time.Minute), whoami)
	a.ask(http.MethodGet, "/limited", append([]option{program}, one...)...).wantStatus(t, http.StatusOK)
	return a.ask(http.MethodGet, "/limited", append([]option{program}, other...)...).Code == http.StatusTooManyRequests
}

// TestClientsBehindAPlatformAreToldApart: gin.Engine.TrustedPlatform names the header that has the client's address, and some
// platforms add to a list that a client may have begun.
func TestClientsBehindAPlatformAreToldApart(t *testing.T) {
	t.Parallel()
	platform := func(engine *gin.Engine) { engine.TrustedPlatform = "X-Client" }
	both := func(engine *gin.Engine) {
		engine.TrustedPlatform = "X-Client"
		_ = engine.SetTrustedProxies([]string{"198.51.100.0/24"})
	}
	for _, row := range []struct {
		name       string
		change     func(*gin.Engine)
		one, other string
		shared     bool
	}{
		{"one address each", platform, "203.0.113.1", "203.0.113.2", false},
		{"the same address", platform, "203.0.113.1", "203.0.113.1", true},
		{"lists with a proxy behind", platform, "203.0.113.1, 10.0.0.1", "203.0.113.2, 10.0.0.1", false},
		{"lists with two proxies behind", platform, "203.0.113.1, 10.0.0.1,192.168.0.1", "203.0.113.2, 10.0.0.1,192.168.0.1", false},
		{"lists with a proxy behind, of one client", platform, "203.0.113.1, 10.0.0.1", "203.0.113.1, 10.0.0.2", true},
		{"lists that the client has begun", platform, "198.51.100.1, 203.0.113.1", "198.51.100.2, 203.0.113.1", true},
		{"lists with a proxy behind that Gin trusts", both, "203.0.113.1, 198.51.100.7", "203.0.113.2, 198.51.100.7", false},
		{"lists in a network of one's own", platform, "10.0.0.1, 10.9.9.9", "10.0.0.2, 10.9.9.9", false},
		{"addresses with ports", platform, "203.0.113.1:4711", "203.0.113.2:4711", false},
		{"one address with several ports", platform, "203.0.113.1:4711", "203.0.113.1:4712", true},
		{"IPv6 addresses with ports", platform, "[2001:db8:1::1]:4711", "[2001:db8:2::1]:4711", false},
		{"IPv6 addresses in brackets", platform, "[2001:db8:1::1]", "[2001:db8:2::1]", false},
		{"lists that end in a comma", platform, "203.0.113.1,", "203.0.113.2,", true},
		{"no addresses", platform, "unknown", "_hidden", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := shares(t, row.change, []option{header("X-Client", row.one)}, []option{header("X-Client", row.other)})
			if got != row.shared {
				t.Errorf("%q and %q share a count: %t, want %t", row.one, row.other, got, row.shared)
			}
		})
	}
	t.Run("the peers count where the platform names no address", func(t *testing.T) {
		t.Parallel()
		if shares(t, platform, []option{from("203.0.113.1:1"), header("X-Client", "unknown")}, []option{from("203.0.113.2:1"), header("X-Client", "unknown")}) {
			t.Error("they share a count")
		}
	})
	t.Run("neighbors on the local link are told apart", func(t *testing.T) {
		t.Parallel()
		none := func(*gin.Engine) {}
		if shares(t, none, []option{from("[fe80:0:0:1::1%eth0]:1")}, []option{from("[fe80:0:0:2::1%eth0]:1")}) {
			t.Error("they share a count")
		}
	})
}

// TestTrustIsGinsWhateverHeadersItReads: what makes a proxy trusted is what the application has told Gin.
func TestTrustIsGinsWhateverHeadersItReads(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*gin.Engine)
		client string // header with the client's address
		want   string
	}{
		{"as always", func(*gin.Engine) {}, "X-Forwarded-For", "https://shop.example"},
		{"no header with an address", func(*gin.Engine) {}, "X-Nothing", "https://shop.example"},
		{"a header of the application's own", func(e *gin.Engine) { e.RemoteIPHeaders = []string{"X-My-Client"} }, "X-My-Client", "https://shop.example"},
		{"a platform beside", func(e *gin.Engine) { e.TrustedPlatform = "X-Forwarded-For" }, "X-Forwarded-For", "https://shop.example"},
		{"a platform alone", func(e *gin.Engine) {
			e.TrustedPlatform = "X-Forwarded-For"
			_ = e.SetTrustedProxies(nil)
		}, "X-Forwarded-For", "http://localhost:8080"},
		{"Gin is to read no such headers", func(e *gin.Engine) { e.ForwardedByClientIP = false }, "X-Forwarded-For", "http://localhost:8080"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.Origins, c.ProxyURL = nil, "" }))
			trusting(t, a, "10.0.0.7")
			row.change(a.engine)
			a.guarded(a.clerk.RequireSession())
			got := returnsTo(t, a, from(proxyPeer), forwarded("https", "shop.example"), header(row.client, "203.0.113.7"))
			if got != row.want {
				t.Errorf("origin %s, want %s", got, row.want)
			}
		})
	}
}

// TestAProxyOnAUnixSocketIsTrusted: Gin takes clients' addresses from it, whatever it was told, so its other headers count, too.
func TestAProxyOnAUnixSocketIsTrusted(t *testing.T) {
	t.Parallel()
	a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.Origins, c.ProxyURL = nil, "" }))
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/limited", a.clerk.RateLimit(1, time.Minute), whoami)
	a.engine.GET("/address", func(c *gin.Context) { c.String(http.StatusOK, "%s", serve(a.clerk, c).Browser().Address) })
	ask := onSocket(t, a.engine) //nolint:bodyclose // ask has it closed
	back := ask(                 //nolint:bodyclose // ask has it closed
		"/guarded", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "Shop.Example:443", "X-Forwarded-For", "203.0.113.1",
	)
	if to, err := back.Location(); err != nil || to.Query().Get("redirect_url") != "https://shop.example/guarded" {
		t.Errorf("goes to %v, %v", to, err)
	}
	for _, row := range []struct {
		client string
		want   int
	}{{"203.0.113.1", http.StatusOK}, {"203.0.113.2", http.StatusOK}, {"203.0.113.1", http.StatusTooManyRequests}} {
		if got := ask("/limited", "X-Forwarded-For", row.client); got.StatusCode != row.want { //nolint:bodyclose // ask has it closed
			t.Errorf("%s: %s, want %d", row.client, got.Status, row.want)
		}
	}
	for client, want := range map[string]string{"203.0.113.9": "203.0.113.9", "": "", "nobody": ""} {
		body, err := io.ReadAll(ask("/address", "X-Forwarded-For", client).Body) //nolint:bodyclose // ask has it closed
		if err != nil || string(body) != want {
			t.Errorf("Clerk is told the address %q for %q, %v; want %q", body, client, err, want)
		}
	}
}

// onSocket serves on a Unix socket, and returns what asks there as a page load.
func onSocket(t *testing.T, handler http.Handler) func(path string, headers ...string) *http.Response {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server, served := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}, make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return func(path string, headers ...string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://inner"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		navigation(r)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		response, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = response.Body.Close() })
		return response
	}
}
