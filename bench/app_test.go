package bench_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const (
	origin = "https://app.example.com"
	host   = "app.example.com"
	// route is the pattern of the route that most rows ask for, and target is what they send.
	route  = "/api/orders/:id"
	target = "/api/orders/42"

	ada = "ada@example.com" // admin of Acme
	bob = "bob@example.com" // member of Acme
)

// closeTimeout is how long the end of a benchmark waits for what it started.
const closeTimeout = 5 * time.Second

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	code := m.Run()
	production.close()
	development.close()
	os.Exit(code)
}

// world is an embedded Clerk, with tokens that were minted before any timer ran. All benchmarks of a process share it. Its tokens
// live for an hour. Its clock is the system's, and so are the clocks of all that is measured.
type world struct {
	kind   instance.Type
	server *clerktest.Server
	start  sync.Once
	pool   pool
}

var (
	production  = &world{kind: instance.Production}
	development = &world{kind: instance.Development}
)

// started returns the world with its embedded Clerk running.
func (w *world) started(tb testing.TB) *world {
	tb.Helper()
	w.start.Do(func() {
		server, err := clerktest.Start(clerktest.Config{Type: w.kind, TokenLifetime: time.Hour, Origins: []string{origin}})
		if err != nil {
			tb.Fatal(err)
		}
		w.server = server
	})
	if w.server == nil {
		tb.Fatal("the embedded Clerk did not start")
	}
	return w
}

func (w *world) close() {
	if w.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := w.server.Close(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "close:", err)
	}
}

// config is what an application in production has: keys, its origin, where people sign in. The signing keys are fetched once.
func (w *world) config() ginclerk.Config {
	return ginclerk.Config{
		PublishableKey: w.server.PublishableKey(),
		SecretKey:      w.server.SecretKey(),
		Origins:        []string{origin},
		SignInURL:      "/sign-in",
		ClerkAPI:       ginclerk.ClerkAPI{URL: w.server.BackendURL(), FrontendURL: w.server.FrontendURL()},
		Logger:         slog.New(slog.DiscardHandler), // in production, nil is the same
	}
}

// clerk returns a Clerk of this world that remembers nothing yet; close it.
func (w *world) clerk(tb testing.TB, changes ...func(*ginclerk.Config)) *ginclerk.Clerk {
	tb.Helper()
	config := w.config()
	for _, change := range changes {
		change(&config)
	}
	clerk, err := ginclerk.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return clerk
}

func closeClerk(tb testing.TB, clerk *ginclerk.Clerk) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), closeTimeout)
	defer cancel()
	if err := clerk.Close(ctx); err != nil {
		tb.Error(err)
	}
}

// answered is the handler of every row: it does nothing, so that a row is the cost of what stands in front of it.
func answered(c *gin.Context) { c.Status(http.StatusNoContent) }

// engine returns a router with one route, behind this middleware. It trusts no proxies unless some are named.
func engine(tb testing.TB, middleware []gin.HandlerFunc, proxies ...string) *gin.Engine {
	tb.Helper()
	e := gin.New()
	if err := e.SetTrustedProxies(proxies); err != nil {
		tb.Fatal(err)
	}
	e.Use(middleware...)
	e.GET(route, answered)
	return e
}

// protected is the usual wiring: Attach finds out who a request is, and a guard turns away requests without a session.
func protected(clerk *ginclerk.Clerk) []gin.HandlerFunc {
	return []gin.HandlerFunc{clerk.Attach(), clerk.RequireSession()}
}

// sink is a ResponseWriter that keeps the header and the status. It allocates nothing itself, so that what a row allocates is
// Gin's, or of the middleware.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
func (s *sink) WriteString(p string) (int, error) {
	return len(p), nil
}
func (s *sink) WriteHeader(status int) { s.status = status }

// ask sends one request and returns the status of the answer.
func (s *sink) ask(handler http.Handler, r *http.Request) int {
	clear(s.header)
	s.status = http.StatusOK
	handler.ServeHTTP(s, r)
	return s.status
}

func newSink() *sink { return &sink{header: http.Header{}} }

// program returns the request of a program that calls an API, with a bearer token unless that is empty.
func program(token string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, http.NoBody)
	r.Host = host
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	r.Header.Set("User-Agent", "orders/1.0")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

// navigation returns the request of a browser that opens a page, with these cookies.
func navigation(cookies []*http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, http.NoBody)
	r.Host = host
	for name, value := range map[string]string{
		"Accept":                    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
		"Accept-Encoding":           "gzip, deflate, br, zstd",
		"Accept-Language":           "en-US,en;q=0.5",
		"Sec-Fetch-Dest":            "document",
		"Sec-Fetch-Mode":            "navigate",
		"Sec-Fetch-Site":            "same-origin",
		"Sec-Fetch-User":            "?1",
		"Upgrade-Insecure-Requests": "1",
		"User-Agent":                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
	} {
		r.Header.Set(name, value)
	}
	if len(cookies) > 0 {
		pairs := make([]string, len(cookies))
		for i, cookie := range cookies {
			pairs[i] = cookie.Name + "=" + cookie.Value
		}
		r.Header.Set("Cookie", strings.Join(pairs, "; "))
	}
	return r
}

// measure asks the same request again and again. Every answer must have the status.
func measure(b *testing.B, handler http.Handler, r *http.Request, want int) {
	b.Helper()
	w := newSink()
	if got := w.ask(handler, r); got != want { // also fetches keys, before the timer
		b.Fatalf("status %d instead of %d: %v", got, want, w.header)
	}
	b.ReportAllocs()
	for b.Loop() {
		if got := w.ask(handler, r); got != want {
			b.Fatalf("status %d instead of %d", got, want)
		}
	}
}
