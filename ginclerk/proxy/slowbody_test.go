package proxy_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A browser that announces a body and never sends it is waited for no longer than the request may take.
func TestABodyThatNeverComesEndsWithTheTimeOfTheRequest(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	f := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer f.Close()
	p := (&frontendAPI{Server: f}).before(t)
	returned := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, end := context.WithCancelCause(r.Context())
		go func() {
			<-arrived
			end(context.DeadlineExceeded) // as after the 30 seconds
		}()
		p.ServeHTTP(w, r.WithContext(ctx))
		close(returned)
	}))
	defer server.Close()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := io.WriteString(connection, "POST /__clerk/v1/me HTTP/1.1\r\nHost: "+ownHost+"\r\nContent-Length: 1000000\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-returned:
	case <-time.After(20 * time.Second): // far beyond what it takes
		t.Error("the request goes on")
	}
	_ = connection.Close()
	<-returned
}
