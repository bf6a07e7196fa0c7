package main

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// balancer is what stands in front of replicas: it sends requests to each in turn, and to the other where one takes no connection.
type balancer struct {
	origin    string
	replicas  [2]atomic.Pointer[string] // host and port; nil: out of use
	turn      atomic.Uint64
	transport *http.Transport
}

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	b := &balancer{transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.Out.Host = r.In.Host },
		Transport:     b,
		FlushInterval: -1, // streams
		ErrorLog:      log.New(io.Discard, "", 0),
		ErrorHandler:  func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(func() {
		server.Close()
		b.transport.CloseIdleConnections()
	})
	b.origin = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return b
}

// use sends requests to a replica, or to none where the address is empty.
func (b *balancer) use(n int, address string) {
	if address == "" {
		b.replicas[n].Store(nil)
		return
	}
	host := strings.TrimPrefix(address, "http://")
	b.replicas[n].Store(&host)
}

// RoundTrip sends a request to the replica whose turn it is. Where no connection comes about, nothing was sent, and the other gets it.
func (b *balancer) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
	}
	first, err := b.turn.Add(1), errors.New("no replica is in use")
	for n := range uint64(len(b.replicas)) {
		host := b.replicas[(first+n)%uint64(len(b.replicas))].Load()
		if host == nil {
			continue
		}
		out := request.Clone(request.Context())
		out.URL = &url.URL{Scheme: "http", Host: *host, Path: request.URL.Path, RawPath: request.URL.RawPath, RawQuery: request.URL.RawQuery}
		out.Body = io.NopCloser(bytes.NewReader(body))
		var response *http.Response
		if response, err = b.transport.RoundTrip(out); err == nil {
			return response, nil
		}
		if dial := (*net.OpError)(nil); !errors.As(err, &dial) || dial.Op != "dial" {
			return nil, err
		}
	}
	return nil, err
}
