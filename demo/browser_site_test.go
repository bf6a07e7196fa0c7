package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// site is the demo under test, on an embedded Clerk whose clock it shares.
type site struct {
	origin string
	clerk  *clerktest.Server
	clock  *clerktest.Clock
}

// newSite serves the demo at a free port of localhost.
func newSite(t *testing.T, kind instance.Type) *site {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	origins := settings{}.ownOrigins(portOf(listener))
	s := &site{origin: "http://localhost:" + strconv.Itoa(portOf(listener)), clock: clerktest.NewClock()}
	s.clerk = clerktest.New(t, func(c *clerktest.Config) {
		c.Type, c.Origins, c.Clock = kind, origins, s.clock
		c.ShowSeededUsers, c.ApplicationName = true, "ginclerk demo"
	})
	server := httptest.NewUnstartedServer(s.handler(t, origins))
	if err := server.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return s
}

func (s *site) handler(t *testing.T, origins []string) http.Handler {
	t.Helper()
	written := &lockedBuffer{}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the application's log:\n%s", written)
		}
	})
	b := embeddedBackend(s.clerk)
	config := b.config
	config.Origins = origins
	config.Logger = slog.New(slog.NewTextHandler(written, &slog.HandlerOptions{Level: slog.LevelDebug}))
	clerk, err := ginclerk.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), actionTimeout)
		defer cancel()
		if err := clerk.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	handler, err := newApp(clerk, b)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// user returns a seeded user.
func (s *site) user(t *testing.T, email string) clerktest.SeededUser {
	t.Helper()
	user, err := s.clerk.UserByEmail(email)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// lockedBuffer is a buffer that several goroutines may write.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
