package ginclerk_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// failingDial is a network on which every connection fails.
func failingDial(err error) *http.Transport {
	return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}}
}

// closedPort is an address that refuses connections for as long as the test runs: that of a client, so that no listener gets it.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	client, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client.LocalAddr().String()
}

// TestCheckNamesTheHostAndWhyItDidNotAnswer: and no secret.
func TestCheckNamesTheHostAndWhyItDidNotAnswer(t *testing.T) {
	t.Parallel()
	foreign := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(foreign.Close)
	withTLS := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(withTLS.Close)
	cut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(cut.Close)
	closed := closedPort(t)
	hostOf := func(address string) string {
		return strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://")
	}
	for _, row := range []struct {
		name   string
		change func(*ginclerk.Config)
		want   []string
	}{
		{"a name that is not there", func(c *ginclerk.Config) {
			c.ClerkAPI.URL, c.ClerkAPI.HTTPClient = "https://api.nowhere.example", &http.Client{Transport: failingDial(&net.DNSError{Err: "no such host", Name: "api.nowhere.example", IsNotFound: true})}
		}, []string{"Backend API", "api.nowhere.example", "DNS"}},
		{"a port that is closed", func(c *ginclerk.Config) { c.ClerkAPI.URL = "http://" + closed }, []string{"Backend API", closed, "refused"}},
		{"a certificate that nobody knows", func(c *ginclerk.Config) { c.ClerkAPI.URL = withTLS.URL }, []string{hostOf(withTLS.URL), "TLS", "certificate"}},
		{"no TLS at the port", func(c *ginclerk.Config) { c.ClerkAPI.URL = "https://" + hostOf(foreign.URL) }, []string{hostOf(foreign.URL), "TLS"}},
		{"no answer in time", func(c *ginclerk.Config) {
			c.ClerkAPI.URL, c.ClerkAPI.HTTPClient = "https://api.slow.example", &http.Client{Transport: failingDial(os.ErrDeadlineExceeded)}
		}, []string{"api.slow.example", "timed out"}},
		{"a proxy that is not there", func(c *ginclerk.Config) {
			proxy := &url.URL{Scheme: "http", Host: closed, User: url.UserPassword("me", "geheim")}
			c.ClerkAPI.URL, c.ClerkAPI.HTTPClient = "https://api.example.com", &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}
		}, []string{"api.example.com", "proxy", "refused"}},
		{"a proxy that wants a password", func(c *ginclerk.Config) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
			t.Cleanup(proxy.Close)
			at, err := url.Parse(proxy.URL)
			if err != nil {
				t.Fatal(err)
			}
			c.ClerkAPI.URL, c.ClerkAPI.HTTPClient = "https://api.example.com", &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(at)}}
		}, []string{"api.example.com", "proxy", "password"}},
		{"a connection that breaks", func(c *ginclerk.Config) { c.ClerkAPI.URL = cut.URL }, []string{hostOf(cut.URL), "closed"}},
		{"something else at the address", func(c *ginclerk.Config) { c.ClerkAPI.URL = foreign.URL }, []string{hostOf(foreign.URL), "404", "ClerkAPI.URL"}},
		{"the Frontend API alone", func(c *ginclerk.Config) { c.ClerkAPI.FrontendURL = "http://" + closed }, []string{"Frontend API", closed, "refused"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := clerktest.New(t)
			config := configFor(server)
			row.change(&config)
			err := newClerk(t, config).Check(t.Context())
			if !errors.Is(err, ginclerk.ErrClerkUnreachable) {
				t.Fatalf("error %v", err)
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v; want %q in it", err, want)
				}
			}
			for _, secret := range []string{config.SecretKey, "geheim"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("a secret in %v", err)
				}
			}
		})
	}
}
