package ginclerk_test

import (
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/internal/goroutinetest"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/leaktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/internal/logtest"
)

// ownOrigin is where the application of these tests is; evilOrigin is somebody else's.
const (
	ownOrigin  = "http://localhost:8080"
	ownHost    = "localhost:8080"
	evilOrigin = "https://evil.example"
)

// Seeded users of the embedded Clerk.
const (
	ada = "ada@example.com" // admin of Acme
	bob = "bob@example.com" // member of Acme
	mia = "mia@example.com" // in no organization
)

// watch sees what this test run prints and logs.
var watch leaktest.Watch

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	os.Exit(goroutinetest.Status(watch.Main(m.Run, func() { gin.DefaultWriter, gin.DefaultErrorWriter = os.Stdout, os.Stderr }, func() io.Writer { return watch.Log(&safeBuffer{}) })))
}

func TestASecretThatIsPrintedFailsTheRun(t *testing.T) {
	t.Parallel()
	leaktest.WantSeen(t)
}

// app is an application on an embedded Clerk that shares its clock.
type app struct {
	server *clerktest.Server
	clerk  *ginclerk.Clerk
	engine *gin.Engine
	front  http.Handler // what serves the engine; nil: the engine itself
	clock  *clerktest.Clock
	log    *safeBuffer
}

// setup varies an app before it is made.
type setup struct {
	clerk  func(*clerktest.Config)
	config func(*ginclerk.Config)
}

// newApp returns an application without routes. It trusts no proxies.
func newApp(tb testing.TB, options ...setup) *app {
	tb.Helper()
	clock := clerktest.NewFixedClock(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
	server := clerktest.New(tb, func(c *clerktest.Config) {
		c.Clock = clock
		for _, o := range options {
			if o.clerk != nil {
				o.clerk(c)
			}
		}
	})
	a := &app{server: server, clock: clock, log: &safeBuffer{}, engine: gin.New()}
	config := configFor(server)
	config.Logger = textLogger(watch.Log(a.log))
	watch.Know("the secret key", server.SecretKey())
	a.clock = server.Clock()
	for _, o := range options {
		if o.config != nil {
			o.config(&config)
		}
	}
	a.clerk = newClerk(tb, config)
	if err := a.engine.SetTrustedProxies(nil); err != nil {
		tb.Fatal(err)
	}
	return a
}

func newClerk(tb testing.TB, config ginclerk.Config) *ginclerk.Clerk {
	tb.Helper()
	clerk, err := ginclerk.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := clerk.Close(tb.Context()); err != nil && tb.Context().Err() == nil {
			tb.Errorf("close: %v", err)
		}
	})
	return clerk
}

func configFor(server *clerktest.Server) ginclerk.Config {
	return ginclerk.Config{
		PublishableKey: server.PublishableKey(),
		SecretKey:      server.SecretKey(),
		Origins:        []string{ownOrigin},
		SignInURL:      "/sign-in",
		ProxyURL:       "/__clerk",
		ClerkAPI:       ginclerk.ClerkAPI{URL: server.BackendURL(), FrontendURL: server.FrontendURL()},
		Now:            server.Clock().Now,
	}
}

// production makes the instance one of production. The application is still on plain http.
func production() setup {
	return setup{clerk: func(c *clerktest.Config) { c.Type = instance.Production }}
}

func configured(change func(*ginclerk.Config)) setup { return setup{config: change} }

// ranHeader is on every response that a handler of the application wrote.
const ranHeader = "X-Handler-Ran"

// whoami is the handler of most routes: it says who the request is.
func whoami(c *gin.Context) {
	c.Header(ranHeader, "true")
	auth := ginclerk.From(c)
	if !auth.SignedIn() {
		c.String(http.StatusOK, "nobody: %s", auth.Reason)
		return
	}
	c.String(http.StatusOK, "%s in %s", auth.UserID, auth.SessionID)
}

// attached registers Attach and a public route that says who is there.
func (a *app) attached() *app {
	a.engine.Use(a.clerk.Attach())
	a.engine.Any("/", whoami)
	return a
}

// guarded registers Attach and a guard before every method of /guarded.
func (a *app) guarded(guards ...gin.HandlerFunc) *app {
	a.attached()
	a.engine.Any("/guarded", append(guards, whoami)...)
	return a
}

// ruled registers rules and routes for them.
func (a *app) ruled(tb testing.TB, rules ginclerk.Rules) *app {
	tb.Helper()
	protect, err := a.clerk.Protect(rules)
	if err != nil {
		tb.Fatal(err)
	}
	a.engine.Use(protect)
	return a
}

func (a *app) userID(tb testing.TB, email string) string {
	tb.Helper()
	u, err := a.server.UserByEmail(email)
	if err != nil {
		tb.Fatal(err)
	}
	return u.ID
}

// session makes a session of the user, as a program has it.
func (a *app) session(tb testing.TB, email string, o clerktest.SessionOptions) clerktest.Session {
	tb.Helper()
	s, err := a.server.CreateSession(a.userID(tb, email), o)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// mint makes a token of the session for the application.
func (a *app) mint(tb testing.TB, sessionID string, o clerktest.TokenOptions) string {
	tb.Helper()
	if o.AuthorizedParty == "" {
		o.AuthorizedParty = ownOrigin
	}
	token, err := a.server.MintToken(sessionID, o)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// token makes a session of the user and a token for it. Ada and Bob are active in Acme.
func (a *app) token(tb testing.TB, email string) string {
	tb.Helper()
	o := clerktest.SessionOptions{}
	if email == ada || email == bob {
		o.OrganizationID = "acme"
	}
	return a.mint(tb, a.session(tb, email, o).ID, clerktest.TokenOptions{})
}

// safeBuffer is a log that may be written to while it is read.
type safeBuffer struct{ logtest.Buffer }

func (b *safeBuffer) count(text string) int { return strings.Count(b.String(), text) }

func textLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func textLog(w io.Writer) *log.Logger { return log.New(w, "", 0) }

// serve returns what package pages gets for a request.
func serve(clerk *ginclerk.Clerk, c *gin.Context) *serving.Request {
	return ginclerk.UsePages(clerk, ginclerk.Pages{}).Serving(c)
}

// exchangeOf returns a request as package parking sees it.
func exchangeOf(clerk *ginclerk.Clerk, c *gin.Context) *exchange.Exchange {
	return ginclerk.UsePages(clerk, ginclerk.Pages{}).Request(c).Exchange
}

// syncBrowser sends the browser of a request through a handshake, and on to a target.
func syncBrowser(clerk *ginclerk.Clerk, c *gin.Context, target string, because authn.Reason) {
	r := serve(clerk, c)
	r.Respond(r.Sync(r.Visit.SafeTarget(target), because))
}

// leaveSession ends a request whose session is over.
func leaveSession(clerk *ginclerk.Clerk, c *gin.Context, target string, because authn.Reason) {
	r := serve(clerk, c)
	r.Respond(r.Leave(r.Visit.SafeTarget(target), because))
}

// linksOf are the addresses for a browser that is on a page of the application.
func linksOf(clerk *ginclerk.Clerk) ginclerk.Links {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodGet, ownOrigin+"/", nil)
	return clerk.Links(c)
}
