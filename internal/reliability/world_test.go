package reliability

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gin-gonic/gin"
	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

const (
	ownOrigin = "http://localhost:8080"
	ada       = "ada@example.com"
	mia       = "mia@example.com"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m)
}

// letPass lets the time of a bubble pass.
func letPass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // the time of synctest
}

// world is an application with pages, forms, streams, jobs, limits and webhooks, in a bubble.
type world struct {
	tb      testing.TB
	server  *clerktest.Server
	wire    *wire
	clerk   *ginclerk.Clerk
	engine  *gin.Engine
	site    *pages.Site
	heard   *recorder
	arrived []string // texts of the notes that arrived
	handled []string // events that a handler of webhooks handled
}

// newWorld starts an application as a situation has it.
func newWorld(tb testing.TB, server *clerktest.Server, in *wire, stores ginclerk.Stores, s situation, heard *recorder) *world {
	tb.Helper()
	w := &world{tb: tb, server: server, wire: in, heard: heard, engine: gin.New()}
	in.sync()
	logger := slog.New(w.heard)
	config := ginclerk.Config{
		PublishableKey: server.PublishableKey(), SecretKey: server.SecretKey(), Origins: []string{ownOrigin}, SignInURL: "/sign-in",
		ClerkAPI: ginclerk.ClerkAPI{
			URL: server.BackendURL(), FrontendURL: server.FrontendURL(), HTTPClient: &http.Client{Transport: in, Timeout: 10 * time.Second},
		},
		Stores: stores, Logger: logger, Observer: observe.All(w.heard, observe.Log(logger)),
	}
	if !s.direct {
		config.ProxyURL = "/__clerk"
	}
	if s.readable {
		config.Tokens.OutageReading = readable
	}
	var err error
	if w.clerk, err = ginclerk.New(config); err != nil {
		tb.Fatal(err)
	}
	if err := w.engine.SetTrustedProxies(nil); err != nil {
		tb.Fatal(err)
	}
	w.mount(stores)
	return w
}

// close ends what the application has begun.
func (w *world) close() {
	if err := w.clerk.Close(context.Background()); err != nil {
		w.tb.Errorf("close: %v", err)
	}
}

func (w *world) mount(stores ginclerk.Stores) {
	w.engine.Use(w.clerk.Attach())
	w.clerk.MountProxy(w.engine)
	site, err := pages.Mount(w.engine, w.clerk, pages.Options{})
	if err != nil {
		w.tb.Fatal(err)
	}
	w.site = site
	signedIn := w.clerk.RequireSession()
	w.engine.GET("/", w.whoami)
	w.engine.GET("/sign-in", w.whoami)
	w.engine.GET("/private", signedIn, w.whoami)
	w.engine.GET("/api/private", ginclerk.API(), signedIn, w.whoami)
	w.engine.GET("/api/machine", ginclerk.API(), w.clerk.RequireToken(ginclerk.APIKey), w.whoami)
	w.engine.GET("/api/user", ginclerk.API(), signedIn, w.user)
	w.engine.POST("/notes", signedIn, w.note)
	w.engine.GET("/live", signedIn, w.live)
	w.engine.GET("/limited", signedIn, w.clerk.RateLimit(1000, time.Minute), w.whoami)
	if stores.RateLimits != nil {
		w.mountLocalLimit(stores.RateLimits)
	}
	w.mountWebhooks(stores)
}

// mountLocalLimit mounts a limit that counts in this process while its store is away.
func (w *world) mountLocalLimit(store ratelimit.Store) {
	fallback, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Observer: w.heard})
	if err != nil {
		w.tb.Fatal(err)
	}
	limit, err := w.clerk.RateLimits(ginclerk.LimitOptions{Store: fallback}, ginclerk.Limit{Policy: ratelimit.Policy{Name: "local", Limit: 1000, Window: time.Minute}})
	if err != nil {
		w.tb.Fatal(err)
	}
	w.engine.GET("/limited-local", w.clerk.RequireSession(), limit, w.whoami)
}

func (w *world) whoami(c *gin.Context) {
	if auth := ginclerk.From(c); auth.SignedIn() {
		if !auth.ReadOnlyUntil().IsZero() {
			c.Header(readHeader, "true")
		}
		c.String(http.StatusOK, "signed in as %s", auth.UserID)
		return
	}
	c.String(http.StatusOK, "signed out")
}

func (w *world) user(c *gin.Context) {
	user, err := ginclerk.From(c).User(c.Request.Context())
	if err != nil {
		w.clerk.Answer(c, ginclerk.ProblemFor(err))
		return
	}
	c.String(http.StatusOK, "signed in as %s", user.ID)
}

func (w *world) note(c *gin.Context) {
	w.arrived = append(w.arrived, c.PostForm("text"))
	c.String(http.StatusCreated, "signed in as %s", ginclerk.From(c).UserID)
}

// live is a stream that ends with its session.
func (w *world) live(c *gin.Context) {
	watched, stop := ginclerk.WatchSession(c.Request.Context())
	defer stop()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_, _ = c.Writer.WriteString("data: x\n\n")
		case <-watched.Done():
			c.Writer.Header().Set("X-Ended", context.Cause(watched).Error())
			return
		}
	}
}

const webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func (w *world) mountWebhooks(stores ginclerk.Stores) {
	receiver, err := webhook.New(webhook.Config{
		Secrets: []string{webhookSecret}, Store: stores.Records, Revocations: w.clerk, Users: w.clerk.Users(), Logger: slog.New(w.heard),
		OnEvent: func(_ context.Context, e webhook.Event) error {
			if w.wire.fails(webhooks, serverError) {
				return errHandler
			}
			w.handled = append(w.handled, e.ID)
			return nil
		},
	})
	if err != nil {
		w.tb.Fatal(err)
	}
	w.clerk.Exempt("/webhooks/clerk")
	w.engine.POST("/webhooks/clerk", gin.WrapH(receiver))
}

// signed signs a message as Svix does.
func (w *world) signed(id, body string) http.Header {
	signer, err := svix.NewWebhook(webhookSecret)
	if err != nil {
		w.tb.Fatal(err)
	}
	now := time.Now()
	signature, err := signer.Sign(id, now, []byte(body))
	if err != nil {
		w.tb.Fatal(err)
	}
	return http.Header{"Svix-Id": {id}, "Svix-Timestamp": {unix(now)}, "Svix-Signature": {signature}}
}
