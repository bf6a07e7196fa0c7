package clerktest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/backend"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/frontend"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/portal"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/webhooks"
)

const backendPath = "/backend"

// proxyPath is where SDKs expect a proxy of the Frontend API. The server has the Frontend API there, too.
const proxyPath = "/__clerk"

// DefaultOrigin is the application's origin where [Config].Origins is empty.
const DefaultOrigin = "http://localhost:8080"

// Limits of the listener. No supported client is slower.
const (
	headerTimeout  = 5 * time.Second
	requestTimeout = 15 * time.Second
	idleTimeout    = time.Minute
	maxHeaderBytes = 64 << 10
)

// Server is a running embedded Clerk. Make one with [Start] or [New]. It is safe for concurrent use.
type Server struct {
	core    *core.Core
	clock   *Clock
	seeded  []SeededUser
	pooled  bool // the signing keys come from the pool
	portal  http.Handler
	baseURL string
	server  *http.Server
	served  chan error

	visitors   visitors
	limits     []*core.Limit
	start      start
	showPortal bool // this server shows the Account Portal itself

	webhooks *webhooks.Dispatcher
	beyond   danger // whether webhooks may lead beyond loopback
	unwatch  func() // stops watching the clock
}

// Start starts an embedded Clerk with a new signing key, secret key and passwords. The caller has to call [Server.Close].
// Errors name every problem of the configuration, or say why it can't listen.
func Start(config Config) (*Server, error) {
	config, err := config.prepare()
	if err != nil {
		return nil, err
	}
	s := &Server{clock: config.Clock, pooled: config.signingKey != nil, showPortal: config.ServePortal, served: make(chan error, 1)}
	if err := s.build(config); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", config.Addr)
	if err != nil {
		return nil, fmt.Errorf("clerktest: %w", err)
	}
	s.baseURL = baseURL(listener.Addr())
	s.core.FrontendURL = s.baseURL
	s.server = &http.Server{
		Handler:           s.handler(config),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      requestTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(config.Logger.Handler(), slog.LevelWarn),
	}
	if err := s.startWebhooks(config); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

// handler answers for both APIs. The application shows the Account Portal, unless the configuration says otherwise.
func (s *Server) handler(config Config) http.Handler {
	backendLimit, frontendLimit := config.rateLimits()
	s.limits = []*core.Limit{backendLimit, frontendLimit}
	backendAPI := http.StripPrefix(backendPath, backend.New(s.core, backendLimit))
	frontendAPI := frontend.New(s.core, frontendLimit)
	proxied := http.StripPrefix(proxyPath, frontendAPI)
	apis := s.core.Faults.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", s.clock.Now().UTC().Format(http.TimeFormat)) // a client may compare its clock
		switch path := r.URL.Path; {
		case path == "/health" && r.Method == http.MethodGet:
			reply(w, map[string]string{"status": "ok"})
		case strings.HasPrefix(path, backendPath+"/"):
			backendAPI.ServeHTTP(w, r)
		case strings.HasPrefix(path, proxyPath+"/"):
			proxied.ServeHTTP(w, r)
		case config.ServePortal && (within(path, config.SignInPath) || within(path, config.SignUpPath)):
			s.portal.ServeHTTP(w, r)
		default:
			frontendAPI.ServeHTTP(w, r)
		}
	}))
	if !config.ServeDashboard {
		return apis
	}
	return s.withDashboard(apis)
}

func within(path, base string) bool { return path == base || strings.HasPrefix(path, base+"/") }

// buildPortal comes last, because the pages name the users.
func (s *Server) buildPortal(config Config) error {
	var shown []portal.Account
	if config.ShowSeededUsers {
		for _, u := range s.seeded {
			shown = append(shown, portal.Account{Name: u.Name, Email: u.Email, Password: u.Password, Note: u.Note})
		}
	}
	handler, err := portal.New(s.core, shown)
	if err != nil {
		return fmt.Errorf("clerktest: %w", err)
	}
	s.portal = handler
	return nil
}

// Close stops the server. It aborts webhooks in progress at once. It waits for requests in progress until ctx ends, and then
// closes their connections. A second call does nothing.
func (s *Server) Close(ctx context.Context) error {
	s.closeWebhooks()
	if err := s.server.Shutdown(ctx); err != nil {
		if err := s.server.Close(); err != nil {
			return fmt.Errorf("clerktest: close: %w", err)
		}
	}
	select {
	case err := <-s.served:
		s.served <- http.ErrServerClosed
		if !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("clerktest: serve: %w", err)
		}
	case <-ctx.Done():
	}
	return nil
}

// PublishableKey returns the instance's publishable key (CLERK_PUBLISHABLE_KEY).
func (s *Server) PublishableKey() string { return s.core.Key.String() }

// SecretKey returns the instance's secret key (CLERK_SECRET_KEY). It is new at every start.
func (s *Server) SecretKey() string { return s.core.SecretKey }

// BackendURL returns the Backend API's URL (CLERK_API_URL); clients append /v1 and the rest.
func (s *Server) BackendURL() string { return s.baseURL + backendPath }

// FrontendURL returns the URL of the Frontend API; clients append /v1 and the rest. A proxy of the application forwards to it
// (CLERK_FAPI_URL). The issuer of tokens is not this URL, but the host in the publishable key.
func (s *Server) FrontendURL() string { return s.baseURL }

// ProxyURL returns the address of the Frontend API for browsers of an application that has no proxy for it (CLERK_PROXY_URL):
// [Server.FrontendURL] with the path /__clerk, because SDKs want a proxy to have a path. Pages of [Config].Origins may call it. It needs
// no proxy of the application, except that browsers of a production instance keep cookies for one host: there the application is
// on the same host, at another port.
func (s *Server) ProxyURL() string { return s.baseURL + proxyPath }

// SignInURL returns where the Account Portal's sign-in page is (CLERK_SIGN_IN_URL): the path at which the application shows
// [Server.Portal], or an absolute URL with [Config].ServePortal.
func (s *Server) SignInURL() string { return s.portalURL(s.core.SignInPath) }

// SignUpURL returns where the Account Portal's sign-up page is (CLERK_SIGN_UP_URL), as [Server.SignInURL] does.
func (s *Server) SignUpURL() string { return s.portalURL(s.core.SignUpPath) }

func (s *Server) portalURL(path string) string {
	if s.showPortal {
		return s.baseURL + path
	}
	return path
}

// Origins returns the application's own origins, as browsers send them: those of [Config], or [DefaultOrigin].
func (s *Server) Origins() []string {
	if listed := s.core.Origins.Listed(); len(listed) > 0 {
		return listed
	}
	return []string{DefaultOrigin}
}

// Clock returns the server's clock.
func (s *Server) Clock() *Clock { return s.clock }

// Users returns the seeded users, in the order of the seed.
func (s *Server) Users() []SeededUser { return slices.Clone(s.seeded) }

// Portal returns the pages of the Account Portal. The application serves them at its sign-in and sign-up paths and everything
// below, and forwards requests unchanged. The pages identify a browser by its cookies on the application's own origin.
func (s *Server) Portal() http.Handler { return s.portal }

// Calls returns the number of requests for each operation, by names such as "GET /v1/sessions/{session_id}". An operation that
// isn't emulated is counted by its name in the table of operations, or else by its path.
func (s *Server) Calls() map[string]int { return s.core.Calls.Snapshot() }

// UnknownCalls returns the number of requests for each operation that isn't emulated, as [Server.Calls] names it: those that got 501
// not_implemented. A test can require that it is empty. After a thousand operations, the others are counted together as "other".
func (s *Server) UnknownCalls() map[string]int { return s.core.Calls.Unknown() }

// SetUnavailable makes both APIs and the portal answer 503, or work again.
func (s *Server) SetUnavailable(on bool) { s.core.Faults.SetUnavailable(on) }

// SetUnreachable makes both APIs close every connection without an answer, or work again. The portal answers 503 meanwhile.
func (s *Server) SetUnreachable(on bool) { s.core.Faults.SetUnreachable(on) }

func baseURL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
