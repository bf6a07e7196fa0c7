package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// site is the demo under test, on an embedded Clerk. Both share a clock.
type site struct {
	origin string
	clerk  *clerktest.Server
	clock  *clerktest.Clock

	settings settings
	backend  *backend
	origins  []string
	running  atomic.Pointer[application]
}

// newSite serves the demo on a free port of localhost. Chosen settings are those that change how it looks.
func newSite(t *testing.T, kind instance.Type, chosen settings) *site {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	origins := settings{}.ownOrigins(portOf(listener))
	s := &site{settings: chosen, origins: origins, origin: "http://localhost:" + strconv.Itoa(portOf(listener)), clock: clerktest.NewClock()}
	s.clerk = clerktest.New(t, func(c *clerktest.Config) {
		*c = embeddedConfig(chosen, portOf(listener))
		c.Type, c.Origins, c.Clock, c.FrontendAPI = kind, origins, s.clock, ""
	})
	if s.backend, err = embeddedBackend(s.clerk, portOf(listener)); err != nil {
		t.Fatal(err)
	}
	s.restart(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.running.Load().front.ServeHTTP(w, r)
	}))
	if err := server.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return s
}

// restart makes a new application, which knows only what browsers and Clerk know.
func (s *site) restart(t *testing.T) {
	t.Helper()
	s.running.Store(buildForTest(t, s.settings, s.backend, s.origins))
}

// deliver waits until the application has received Clerk's webhooks.
func (s *site) deliver(t *testing.T) {
	t.Helper()
	if err := s.clerk.DeliverWebhooks(t.Context()); err != nil {
		t.Fatal(err)
	}
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
