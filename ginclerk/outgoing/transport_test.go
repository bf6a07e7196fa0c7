package outgoing_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

// base notes the requests that reach it.
type base struct {
	sent   []*http.Request
	closed int
	err    error
}

func (b *base) RoundTrip(r *http.Request) (*http.Response, error) {
	b.sent = append(b.sent, r)
	if b.err != nil {
		return nil, b.err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r, Header: http.Header{}}, nil
}

func (b *base) CloseIdleConnections() { b.closed++ }

func secret(context.Context) (string, error) { return "secret", nil }

func newTransport(tb testing.TB, b http.RoundTripper, origins ...string) *outgoing.Transport {
	tb.Helper()
	transport, err := outgoing.NewTransport(outgoing.TransportConfig{Base: b, Origins: origins, Token: secret})
	if err != nil {
		tb.Fatal(err)
	}
	return transport
}

func request(tb testing.TB, address string) *http.Request {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, address, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// send returns the request that the response says it belongs to.
func send(tb testing.TB, transport http.RoundTripper, r *http.Request) *http.Request {
	tb.Helper()
	response, err := transport.RoundTrip(r)
	if err != nil {
		tb.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		tb.Fatal(err)
	}
	return response.Request
}

func TestWhereTokensGo(t *testing.T) {
	t.Parallel()
	origins := []string{
		"https://api.example.com", "https://other.example.com:8443", "http://localhost:9000", "http://[::1]:9000", "https://plain.example.com:443", "https://kiosk.example.com",
	}
	for _, row := range []struct {
		name, address string
		want          bool
	}{
		{"a listed origin", "https://api.example.com/invoices?x=1", true},
		{"its port in full", "https://api.example.com:443/", true},
		{"its host in capitals", "https://API.Example.COM/", true},
		{"an origin with a port", "https://other.example.com:8443/", true},
		{"this machine", "http://localhost:9000/", true},
		{"this machine by its address", "http://[::1]:9000/", true},
		{"an origin that was listed with its scheme's port", "https://plain.example.com/", true},
		{"another host", "https://evil.example/", false},
		{"a host below", "https://x.api.example.com/", false},
		{"the host above", "https://example.com/", false},
		{"a host that begins alike", "https://api.example.com.evil.example/", false},
		{"a host that ends alike", "https://evilapi.example.com/", false},
		{"the root's dot", "https://api.example.com./", false},
		{"another port", "https://api.example.com:8443/", false},
		{"no port where one is listed", "https://other.example.com/", false},
		{"plain http", "http://api.example.com/", false},
		{"plain http to the port of https", "http://api.example.com:443/", false},
		{"https to this machine where http is listed", "https://localhost:9000/", false},
		{"another name of this machine", "http://127.0.0.1:9000/", false},
		{"the host as the user's name", "https://api.example.com@evil.example/", false},
		{"a letter that only looks alike", "https://api.example.com\u2024evil.example/", false},
		{"a letter that folds to one of the host's", "https://\u212aiosk.example.com/", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			b := &base{}
			r := request(t, row.address)
			send(t, newTransport(t, b, origins...), r)
			want := ""
			if row.want {
				want = "Bearer secret"
			}
			if got := b.sent[0].Header.Get("Authorization"); got != want {
				t.Errorf("sent with %q, want %q", got, want)
			}
			if r.Header.Get("Authorization") != "" {
				t.Error("the caller's request was changed")
			}
		})
	}
}

func TestOriginsThatCanBeListed(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]bool{
		"https://api.example.com":      true,
		"https://api.example.com:8443": true,
		"HTTPS://API.example.com":      true,
		"https://192.0.2.1":            true,
		"http://localhost":             true,
		"http://127.0.0.9:80":          true,
		"http://[::1]:9000":            true,
		"http://[::ffff:127.0.0.1]":    true,
		"":                             false,
		"api.example.com":              false,
		"//api.example.com":            false,
		"https://":                     false,
		"https://:443":                 false,
		"https://api.example.com/":     false,
		"https://api.example.com/v1":   false,
		"https://api.example.com?":     false,
		"https://api.example.com#":     false,
		"https://u:p@api.example.com":  false,
		"https://*.example.com":        false,
		"https://äpi.example.com":      false,
		"http://api.example.com":       false,
		"http://0.0.0.0":               false,
		"http://localhost.evil":        false,
		"ftp://api.example.com":        false,
		"https:api.example.com":        false,
	} {
		_, err := outgoing.NewTransport(outgoing.TransportConfig{Origins: []string{origin}, Token: secret})
		if (err == nil) != want {
			t.Errorf("%q: error %v, want accepted: %t", origin, err, want)
		}
	}
	_, err := outgoing.NewTransport(outgoing.TransportConfig{Origins: []string{"http://a.example", "b"}, Token: secret})
	if err == nil || !strings.Contains(err.Error(), "a.example") || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("error %v, want every problem", err)
	}
	for _, config := range []outgoing.TransportConfig{{Token: secret}, {Origins: []string{"https://api.example.com"}}} {
		if _, err := outgoing.NewTransport(config); err == nil {
			t.Error("no error without origins, or without tokens")
		}
	}
}

func TestAnAuthorizationOfTheCallersOwnStays(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(http.Header){
		"a bearer token":          func(h http.Header) { h.Set("Authorization", "Bearer own") },
		"nothing, on purpose":     func(h http.Header) { h["Authorization"] = nil },
		"a name written by hand":  func(h http.Header) { h["authorization"] = []string{"Bearer own"} },
		"a password":              func(h http.Header) { h.Set("Authorization", "Basic eDp5") },
		"several, for some cause": func(h http.Header) { h["Authorization"] = []string{"a", "b"} },
	} {
		b := &base{}
		r := request(t, "https://api.example.com/")
		set(r.Header)
		send(t, newTransport(t, b, "https://api.example.com"), r)
		if b.sent[0] != r {
			t.Errorf("%s: another request was sent", name)
		}
	}
}

// body notes that it was closed.
type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

func TestNothingIsSentWithoutAToken(t *testing.T) {
	t.Parallel()
	signedOut := errors.New("nobody is signed in")
	for _, row := range []struct {
		name   string
		token  func(context.Context) (string, error)
		change func(*http.Request)
		want   string
	}{
		{"nobody is signed in", func(context.Context) (string, error) { return "", signedOut }, func(*http.Request) {}, "no token for https://api.example.com: nobody is signed in"},
		{"the Host header is another's", secret, func(r *http.Request) { r.Host = "evil.example" }, "leave Request.Host empty"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			b, sent := &base{}, &body{Reader: strings.NewReader("form")}
			transport, err := outgoing.NewTransport(outgoing.TransportConfig{
				Base: b, Origins: []string{"https://api.example.com"}, Token: row.token,
			})
			if err != nil {
				t.Fatal(err)
			}
			r := request(t, "https://api.example.com/")
			r.Method, r.Body = http.MethodPost, sent
			row.change(r)
			response, err := transport.RoundTrip(r)
			if err == nil || !strings.Contains(err.Error(), row.want) || response != nil {
				if response != nil {
					_ = response.Body.Close()
				}
				t.Errorf("error %v, want %q", err, row.want)
			}
			if len(b.sent) != 0 || !sent.closed {
				t.Errorf("sent %d requests, body closed: %t", len(b.sent), sent.closed)
			}
		})
	}
}

func TestTheTokenIsThatOfTheRequestsContext(t *testing.T) {
	t.Parallel()
	type who struct{}
	b := &base{}
	transport, err := outgoing.NewTransport(outgoing.TransportConfig{
		Base: b, Origins: []string{"https://api.example.com"},
		Token: func(ctx context.Context) (string, error) { return ctx.Value(who{}).(string), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ada", "bob"} {
		r := request(t, "https://api.example.com/")
		r.Header = nil // as in a request that was written by hand
		shown := send(t, transport, r.WithContext(context.WithValue(t.Context(), who{}, name)))
		if shown.Header.Get("Authorization") != "" {
			t.Error("the request of the response shows the token")
		}
	}
	for i, want := range []string{"Bearer ada", "Bearer bob"} {
		if got := b.sent[i].Header.Get("Authorization"); got != want {
			t.Errorf("sent with %q, want %q", got, want)
		}
	}
}

func TestErrorsAndIdleConnectionsAreTheBases(t *testing.T) {
	t.Parallel()
	b := &base{err: errors.New("connection refused")}
	transport := newTransport(t, b, "https://api.example.com")
	response, err := transport.RoundTrip(request(t, "https://api.example.com/"))
	if !errors.Is(err, b.err) || response != nil {
		if response != nil {
			_ = response.Body.Close()
		}
		t.Errorf("error %v", err)
	}
	(&http.Client{Transport: transport}).CloseIdleConnections()
	if b.closed != 1 {
		t.Error("idle connections stay open")
	}
	newTransport(t, nil, "https://api.example.com").CloseIdleConnections()
}
