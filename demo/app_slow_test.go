package main

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// serveHasty serves the demo like the program, with time limits that a test can wait for.
func (a *webapp) serveHasty(t *testing.T, change func(*http.Server)) (host string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newServer(a.app)
	change(server)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // the error says that the server was closed
	}()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		<-served
	})
	return listener.Addr().String()
}

func TestSlowBrowsersLoseTheirConnection(t *testing.T) {
	t.Parallel()
	const hasty = 300 * time.Millisecond
	a := startWebapp(t)
	for _, row := range []struct {
		name   string
		change func(*http.Server)
		do     func(t *testing.T, conn net.Conn, host string)
	}{
		{"with their headers", func(s *http.Server) { s.ReadHeaderTimeout = hasty }, func(t *testing.T, conn net.Conn, host string) {
			t.Helper()
			write(t, conn, "GET / HTTP/1.1\r\nHost: "+host+"\r\nAccept")
		}},
		{"with a form", func(s *http.Server) { s.ReadTimeout = hasty }, func(t *testing.T, conn net.Conn, host string) {
			t.Helper()
			write(t, conn, halfForm(host, "Content-Length: 30\r\n"))
		}},
		{"with reading", func(s *http.Server) { s.WriteTimeout = hasty }, func(t *testing.T, conn net.Conn, host string) {
			t.Helper()
			style := styleOf(t, a.origin)
			style.Host = host
			fill(t, conn, style)
		}},
		{"with the next request", func(s *http.Server) { s.IdleTimeout = hasty }, func(t *testing.T, conn net.Conn, host string) {
			t.Helper()
			write(t, conn, "GET /healthz HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			host := a.serveHasty(t, row.change)
			conn := dial(t, host)
			row.do(t, conn, host)
			if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, conn); isTimeout(err) {
				t.Errorf("the server waits for more than %s", patience)
			}
		})
	}
}

func isTimeout(err error) bool {
	timeout, ok := err.(net.Error) //nolint:errorlint // net returns it unwrapped
	return ok && timeout.Timeout()
}

func TestEveryTimeLimitIsSet(t *testing.T) {
	t.Parallel()
	s := newServer(startWebapp(t).app)
	for name, limit := range map[string]time.Duration{
		"headers": s.ReadHeaderTimeout, "a request": s.ReadTimeout, "an answer": s.WriteTimeout, "the next request": s.IdleTimeout,
	} {
		if limit <= 0 {
			t.Errorf("the server waits for %s without limit", name)
		}
	}
	if s.WriteTimeout <= s.ReadTimeout {
		t.Errorf("a form may take %s, after which its answer, which has %s from the beginning, is late", s.ReadTimeout, s.WriteTimeout)
	}
}

func TestManySlowBrowsersDelayNoOtherBrowser(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	host := a.serveHasty(t, func(*http.Server) {})
	for range many {
		write(t, dial(t, host), halfForm(host, "Content-Length: 30\r\n"))
		write(t, dial(t, host), "GET / HTTP/1.1\r\nHost: "+host+"\r\n")
	}
	if status, _ := ask(t, "http://"+host+"/healthz", ""); status != http.StatusOK {
		t.Errorf("a browser that is not slow gets %d, want 200", status)
	}
}
