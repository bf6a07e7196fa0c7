package ginclerk_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// A client chooses its methods, and there is no end of them.
func TestAMethodIsNoWayAroundTheLimitOfUnknownRoutes(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.NoRoute(counting(t, a, func(l *ginclerk.Limit) { l.Key = ginclerk.ByRoute }), whoami)
	for i, method := range []string{http.MethodGet, http.MethodPut, "LOOK", "SEE"} {
		if got, want := a.ask(method, "/nowhere", program).Code, []int{200, 200, 429, 429}[i]; got != want {
			t.Errorf("%s: status %d, want %d", method, got, want)
		}
	}
}

func TestHeadIsNoSecondLimitOfARoute(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	guard := counting(t, a, func(l *ginclerk.Limit) { l.Key = ginclerk.ByRoute })
	a.engine.Match([]string{http.MethodGet, http.MethodHead, http.MethodPost}, "/", guard, whoami)
	for i, method := range []string{http.MethodGet, http.MethodHead, http.MethodHead, http.MethodGet, http.MethodPost} {
		if got, want := a.ask(method, "/", program).Code, []int{200, 200, 429, 429, 200}[i]; got != want {
			t.Errorf("request %d, %s: status %d, want %d", i, method, got, want)
		}
	}
}

func TestTwoGuardsOfOneLimitCountTwice(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(a.clerk.RateLimit(3, time.Minute))
	a.engine.GET("/", a.clerk.RateLimit(3, time.Minute), whoami)
	for i, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		if got := a.ask(http.MethodGet, "/", program).Code; got != want {
			t.Errorf("request %d: status %d, want %d", i, got, want)
		}
	}
}

// Whoever has an API key is counted by it, wherever the requests come from, and with nobody else.
func TestAKeyIsCountedWhereverItComesFrom(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) {
		c.ClerkAPI.HTTPClient = &http.Client{Transport: keyring{
			next: http.DefaultTransport, answer: func() (int, string, error) { return http.StatusOK, goodKey, nil },
		}}
	}))
	a.engine.GET("/", a.clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), counting(t, a, func(*ginclerk.Limit) {}), whoCalls)
	for i, want := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		address := fmt.Sprintf("203.0.113.%d:1", i)
		if got := a.ask(http.MethodGet, "/", program, bearer("ak_secret"), from(address)).Code; got != want {
			t.Errorf("request %d: status %d, want %d", i, got, want)
		}
	}
	a.ask(http.MethodGet, "/", program, bearer(a.token(t, bob)), from("203.0.113.2:1")).wantStatus(t, http.StatusOK)
}

// A limit in shadow mode is to tell what it would do: a request that another one refuses would cost nothing under it.
func TestWhatIsRefusedIsNotCountedInShadowMode(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	guard, err := a.clerk.RateLimits(ginclerk.LimitOptions{},
		ginclerk.Limit{Policy: ratelimit.Policy{Name: "strict", Limit: 1, Window: time.Minute}, Key: ginclerk.BySession},
		ginclerk.Limit{Policy: ratelimit.Policy{Name: "shadow", Limit: 2, Window: time.Minute}, Key: ginclerk.ByRoute, Shadow: true},
	)
	if err != nil {
		t.Fatal(err)
	}
	a.engine.GET("/", guard, whoami)
	const line = "shadow mode would refuse"
	adas := a.member(t, ada)
	for i := range 5 {
		if got, want := adas.get("/").Code, []int{200, 429, 429, 429, 429}[i]; got != want {
			t.Errorf("request %d: status %d, want %d", i, got, want)
		}
	}
	a.member(t, bob).get("/").wantStatus(t, http.StatusOK)
	if got := a.log.count(line); got != 0 {
		t.Errorf("%d requests would be refused, want none yet", got)
	}
	a.member(t, mia).get("/").wantStatus(t, http.StatusOK)
	if got := a.log.count(line); got != 1 {
		t.Errorf("%d requests would be refused, want the third that was let in", got)
	}
}

// givenUp is a store whose own context ends, while the client still waits.
type givenUp struct{ ratelimit.Store }

func (givenUp) Decide(context.Context, ...ratelimit.Charge) (ratelimit.Decision, error) {
	return ratelimit.Decision{}, fmt.Errorf("ask: %w", context.Canceled)
}

func TestAStoreThatGivesUpIsNoSuccess(t *testing.T) {
	t.Parallel()
	a := limited(t, configured(func(c *ginclerk.Config) { c.Stores.RateLimits = givenUp{} }))
	a.member(t, ada).get("/api/ping").wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
}

func TestAFormIsKeptWhereItCannotBeCounted(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(a *app) gin.HandlerFunc { return a.clerk.RateLimit(1, time.Minute) },
		configured(func(c *ginclerk.Config) { c.Stores.RateLimits = brokenStore{} }))
	v := o.visitor(t, ada)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantStatus(t, http.StatusServiceUnavailable)
	if list := o.waiting(t, v); len(list) != 1 || list[0].Path != "/orders" {
		t.Errorf("waiting: %+v", list)
	}
}

// A script gets the answer and still has what it wanted to send: nobody would tell the person of a second copy.
func TestAFormIsKeptOnlyWhereThatIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(a *app) gin.HandlerFunc { return a.clerk.RateLimit(1, time.Minute) })
	v := o.visitor(t, ada)
	for _, want := range []int{http.StatusCreated, http.StatusTooManyRequests} {
		v.ask(http.MethodPost, "/orders", htmx, header("Origin", ownOrigin), body("a=1")).wantStatus(t, want)
	}
	if list := o.waiting(t, v); len(list) != 0 {
		t.Errorf("waiting: %+v", list)
	}
}

func TestAFormThatIsLimitedArrivesOnceAndAsItsUsers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(a *app) gin.HandlerFunc { return a.clerk.RateLimit(1, time.Minute) })
	v := o.visitor(t, ada)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantStatus(t, http.StatusCreated)
	got := v.ask(http.MethodPost, "/orders", ownForm, body("a=2")).wantStatus(t, http.StatusTooManyRequests)
	if !strings.Contains(got.Body.String(), "Your form was kept.") {
		t.Errorf("the page doesn't say so: %s", got.Body)
	}
	first := o.waiting(t, v)
	if len(first) != 1 || first[0].Anonymous {
		t.Fatalf("waiting: %+v", first)
	}

	// Whoever comes to this browser next doesn't see it, with the same cookies.
	other := o.visitor(t, bob)
	for name, value := range v.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_forms") {
			other.cookies[name] = value
		}
	}
	if list := o.waiting(t, other); len(list) != 0 {
		t.Errorf("bob sees %+v", list)
	}
	other.ask(http.MethodPost, "/waiting?handle="+first[0].Handle, ownForm).wantStatus(t, http.StatusGone)

	// Sent again too early it waits again.
	v.ask(http.MethodPost, "/waiting?handle="+first[0].Handle, ownForm).wantStatus(t, http.StatusTooManyRequests)
	again := o.waiting(t, v)
	if len(again) != 1 {
		t.Fatalf("waiting: %+v", again)
	}
	v.ask(http.MethodPost, "/waiting?handle="+first[0].Handle, ownForm).wantStatus(t, http.StatusGone)

	o.clock.Advance(2 * time.Minute)
	v.arrive(t, "/waiting")
	v.ask(http.MethodPost, "/waiting?handle="+again[0].Handle, ownForm).wantStatus(t, http.StatusCreated)
	v.ask(http.MethodPost, "/waiting?handle="+again[0].Handle, ownForm).wantStatus(t, http.StatusGone)
	user := o.userID(t, ada)
	o.want(t, user+" "+formType+" /orders a=1", user+" "+formType+" /orders a=2")
}

func TestUpgradesAreLimited(t *testing.T) {
	t.Parallel()
	a := limited(t)
	v := a.visitor(t, ada)
	for i := range 11 {
		got := v.ask(http.MethodGet, "/api/ping", upgrade, header("Origin", ownOrigin))
		if want := []int{http.StatusOK, http.StatusTooManyRequests}[i/10]; got.Code != want {
			t.Errorf("upgrade %d: status %d, want %d", i, got.Code, want)
		}
	}
}

// A key that panics costs its own request and nobody else's.
func TestAKeyThatPanics(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, _ any) { c.AbortWithStatus(http.StatusInternalServerError) }))
	a.engine.GET("/", counting(t, a, func(l *ginclerk.Limit) {
		l.Key = func(c *gin.Context) string { return strings.Repeat("x", len(c.GetHeader("X-Key"))-1) + "x" }
	}), whoami)
	for i, key := range []string{"a", "", "", "a", "a"} {
		if got, want := a.ask(http.MethodGet, "/", program, header("X-Key", key)).Code, []int{200, 500, 500, 200, 429}[i]; got != want {
			t.Errorf("request %d: status %d, want %d", i, got, want)
		}
	}
}

// What a handler does with its response it can do behind a limit.
func TestResponsesBehindALimit(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	limit := a.clerk.RateLimit(100, time.Minute)
	a.engine.Use(limit, a.clerk.RateLimit(200, time.Minute))
	a.engine.GET("/stream", func(c *gin.Context) {
		control := http.NewResponseController(c.Writer)
		if err := control.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
		c.SSEvent("first", "1")
		if err := control.Flush(); err != nil || !c.Writer.Written() || c.Writer.Status() != http.StatusOK {
			t.Errorf("flush: %v, written %t, status %d", err, c.Writer.Written(), c.Writer.Status())
		}
		<-c.Request.Context().Done()
	})
	a.engine.GET("/hijack", func(c *gin.Context) {
		conn, out, err := http.NewResponseController(c.Writer).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close() //nolint:errcheck // what was written is what counts
		if _, err := out.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nours"); err != nil || out.Flush() != nil {
			t.Error(err)
		}
	})
	a.engine.GET("/later", func(c *gin.Context) {
		c.Status(http.StatusPermanentRedirect)
		c.Header("Location", "/")
		c.Writer.WriteHeaderNow()
	})
	a.engine.GET("/gone", func(c *gin.Context) { c.AbortWithStatus(http.StatusGone) })
	server := httptest.NewServer(a.engine)
	t.Cleanup(server.Close)

	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, row := range []struct {
		path   string
		status int
		line   string
		limits int
	}{
		{"/stream", http.StatusOK, "event:first", 2},
		{"/hijack", http.StatusOK, "ours", 0},
		{"/later", http.StatusPermanentRedirect, "", 0},
		{"/gone", http.StatusGone, "", 2},
	} {
		t.Run(row.path, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+row.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close() //nolint:errcheck // the rest is not read
			lines := bufio.NewScanner(got.Body)
			lines.Scan()
			if got.StatusCode != row.status || lines.Text() != row.line || len(got.Header.Values("RateLimit")) != row.limits {
				t.Errorf("%d %q %v", got.StatusCode, lines.Text(), got.Header)
			}
		})
	}
}
