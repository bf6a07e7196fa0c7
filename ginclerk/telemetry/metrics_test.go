package telemetry_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/telemetry"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

const ada = "ada@example.com"

// app is an application on an embedded Clerk, and its metrics.
type app struct {
	server   *clerktest.Server
	clerk    *ginclerk.Clerk
	site     *pages.Site
	engine   *gin.Engine
	observer *telemetry.Observer
	reader   *sdkmetric.ManualReader
}

func newApp(tb testing.TB, config telemetry.Config) *app {
	tb.Helper()
	gin.SetMode(gin.TestMode)
	a := &app{server: clerktest.New(tb), engine: gin.New(), reader: sdkmetric.NewManualReader()}
	if config.Meters == nil {
		config.Meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(a.reader))
	}
	var err error
	if a.observer, err = telemetry.New(config); err != nil {
		tb.Fatal(err)
	}
	settings := gintest.Config(a.server)
	settings.Observer, settings.Logger = a.observer, slog.New(slog.DiscardHandler)
	if a.clerk, err = ginclerk.New(settings); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := a.clerk.Close(context.WithoutCancel(tb.Context())); err != nil {
			tb.Error(err)
		}
	})
	if a.site, err = pages.Mount(a.engine, a.clerk, pages.Options{}); err != nil {
		tb.Fatal(err)
	}
	a.engine.Use(a.clerk.Attach())
	return a
}

// ask sends a request of a program.
func (a *app) ask(tb testing.TB, method, path, token string, change ...func(*http.Request)) int {
	tb.Helper()
	r := httptest.NewRequest(method, a.server.Origins()[0]+path, http.NoBody)
	r.Header.Set("Accept", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	a.engine.ServeHTTP(w, r)
	return w.Code
}

func (a *app) session(tb testing.TB) clerktest.Session {
	tb.Helper()
	user, err := a.server.UserByEmail(ada)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := a.server.CreateSession(user.ID, clerktest.SessionOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func (a *app) token(tb testing.TB, session clerktest.Session, o clerktest.TokenOptions) string {
	tb.Helper()
	token, err := a.server.MintToken(session.ID, o)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// point is a measurement with one set of attributes.
type point struct {
	kind, unit string
	attributes attribute.Set
	count      int64
	sum        float64
}

// collect returns all measurements by the names of their instruments.
func (a *app) collect(tb testing.TB) map[string][]point {
	tb.Helper()
	var data metricdata.ResourceMetrics
	if err := a.reader.Collect(tb.Context(), &data); err != nil {
		tb.Fatal(err)
	}
	points := map[string][]point{}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch of := m.Data.(type) {
			case metricdata.Sum[int64]:
				kind := "updowncounter"
				if of.IsMonotonic {
					kind = "counter"
				}
				for _, p := range of.DataPoints {
					points[m.Name] = append(points[m.Name], point{kind, m.Unit, p.Attributes, p.Value, float64(p.Value)})
				}
			case metricdata.Histogram[float64]:
				for _, p := range of.DataPoints {
					points[m.Name] = append(points[m.Name], point{"histogram", m.Unit, p.Attributes, int64(p.Count), p.Sum})
				}
			default:
				tb.Errorf("%s is a %T", m.Name, m.Data)
			}
		}
	}
	return points
}

// with returns how often something was counted with these attributes, written "name=value".
func with(points []point, attributes ...string) (count int64) {
	for _, p := range points {
		all := true
		for _, want := range attributes {
			name, value, _ := strings.Cut(want, "=")
			got, _ := p.attributes.Value(attribute.Key(name))
			all = all && got.String() == value
		}
		if all {
			count += p.count
		}
	}
	return count
}

// live makes everything happen that is counted.
func (a *app) live(t *testing.T) {
	t.Helper()
	ok := func(c *gin.Context) { c.Status(http.StatusOK) }
	a.engine.GET("/guarded", a.clerk.RequireSession(), ok)
	a.engine.POST("/orders", a.clerk.RequireSession(), ok)
	a.engine.GET("/limited", a.clerk.RequireSession(), a.clerk.RateLimit(1, time.Minute), ok)
	broken, err := a.clerk.RateLimits(ginclerk.LimitOptions{Store: away{}, FailLocal: true}, ginclerk.Limit{
		Policy: ratelimit.Policy{Name: "own", Limit: 100, Window: time.Minute}, Key: ginclerk.ByAddress,
	})
	if err != nil {
		t.Fatal(err)
	}
	a.engine.GET("/fallback", broken, ok)

	session := a.session(t)
	good := a.token(t, session, clerktest.TokenOptions{})
	for range 3 {
		a.want(t, http.StatusOK, "/guarded", good)
	}
	a.want(t, http.StatusUnauthorized, "/guarded", "")
	a.want(t, http.StatusUnauthorized, "/guarded", a.token(t, session, clerktest.TokenOptions{Lifetime: -time.Minute}))
	a.want(t, http.StatusOK, "/limited", good)
	a.want(t, http.StatusTooManyRequests, "/limited", good)
	for range ratelimit.DefaultFailures {
		a.want(t, http.StatusOK, "/fallback", good)
	}
	a.forms(t)
	a.endSessions(t)
	a.webhooks(t)
	for range 20 { // twelve questions about users may be asked at once
		_, _ = a.clerk.Users().ByEmailAddress(t.Context(), ada) // what comes of it is counted below
	}
	// What one process alone does not make happen: a replica's message, and a guard that can't ask Clerk.
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.RevocationsArrived, Count: 2, Duration: time.Second})
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.KeyFetched, Err: context.DeadlineExceeded, Duration: time.Second})
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.Revoked, UserID: "user_1", Err: storage.ErrUnavailable})
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.Parked, Err: storage.ErrUnavailable})
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.Parked, Reason: "ginclerk-form-too-large"})
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.Discarded})
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.Lapsed, Count: 3})
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.SignOutEnded, Reason: observe.SignOutStopped, Err: storage.ErrUnavailable})
}

func (a *app) want(t *testing.T, status int, path, token string) {
	t.Helper()
	if got := a.ask(t, http.MethodGet, path, token); got != status {
		t.Errorf("%s: %d, want %d", path, got, status)
	}
}

// forms sends a form with an expired token, which Clerk renews, and one that has to be kept.
func (a *app) forms(t *testing.T) {
	t.Helper()
	browser := a.server.NewBrowser()
	if _, err := browser.SignIn(ada); err != nil {
		t.Fatal(err)
	}
	cookies, err := browser.Cookies(a.server.Origins()[0])
	if err != nil {
		t.Fatal(err)
	}
	a.server.Clock().Advance(2 * time.Minute)
	send := func(keep func(name string) bool) {
		a.ask(t, http.MethodPost, "/orders", "", func(r *http.Request) {
			r.Header = http.Header{
				"Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Mode": {"navigate"}, "Accept": {"text/html"},
				"Origin": {a.server.Origins()[0]}, "Content-Type": {"application/x-www-form-urlencoded"},
			}
			body := strings.NewReader("a=1")
			again := httptest.NewRequest(http.MethodPost, r.URL.String(), body)
			r.Body, r.ContentLength = again.Body, again.ContentLength
			for _, cookie := range cookies {
				if keep(cookie.Name) {
					r.AddCookie(cookie)
				}
			}
		})
	}
	send(func(string) bool { return true })
	send(func(name string) bool { return !strings.HasPrefix(name, "__refresh") })
	a.server.SetUnavailable(true)
	send(func(string) bool { return true })
	a.server.SetUnavailable(false)
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.Replayed})
}

// endSessions has a job end all sessions of a user.
func (a *app) endSessions(t *testing.T) {
	t.Helper()
	runner, err := a.site.SignOuts(a.clerk)
	if err != nil {
		t.Fatal(err)
	}
	user, err := a.server.UserByEmail(ada)
	if err != nil {
		t.Fatal(err)
	}
	job, err := runner.Start(t.Context(), signout.Request{UserID: user.ID, Scope: signout.Everywhere})
	if err != nil {
		t.Fatal(err)
	}
	for job.State != signout.Finished {
		changed := runner.Changed(job.ID)
		if job, err = runner.Job(t.Context(), user.ID, job.ID); err != nil {
			t.Fatal(err)
		}
		if job.State != signout.Finished {
			<-changed
		}
	}
	if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: "sess_other"}); err != nil {
		t.Error(err)
	}
}

// webhooks delivers a webhook that is Clerk's, and one that is not.
func (a *app) webhooks(t *testing.T) {
	t.Helper()
	receiver, err := webhook.New(webhook.Config{
		Secrets: []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, Observer: a.observer, Revocations: revocation.NewSet(time.Now),
	})
	if err != nil {
		t.Fatal(err)
	}
	receiver.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}")))
	a.observer.Observe(t.Context(), observe.Event{Kind: observe.WebhookReceived, Target: "session.ended", Reason: "handled", Status: http.StatusOK})
}

// away is a store of rate limits that can't be reached.
type away struct{ ratelimit.Store }

func (away) Decide(context.Context, ...ratelimit.Charge) (ratelimit.Decision, error) {
	return ratelimit.Decision{}, ratelimit.ErrUnavailable
}

func TestWhatIsMeasuredIsWhatTheTableSays(t *testing.T) {
	a := newApp(t, telemetry.Config{})
	a.live(t)
	var points map[string][]point
	for deadline := time.Now().Add(20 * time.Second); ; { // the end of a job is told after its record was written
		points = a.collect(t)
		if len(points["ginclerk.sign_out.duration"]) > 1 || time.Now().After(deadline) {
			break
		}
	}
	rows := map[string]telemetry.Row{}
	for _, row := range telemetry.Table() {
		rows[row.Name] = row
		seen := map[string]bool{}
		for _, p := range points[row.Name] {
			if p.kind != row.Type || p.unit != row.Unit {
				t.Errorf("%s: %s in %q, want %s in %q", row.Name, p.kind, p.unit, row.Type, row.Unit)
			}
			for _, attribute := range p.attributes.ToSlice() {
				seen[string(attribute.Key)] = true
			}
		}
		want := map[string]bool{}
		for _, name := range row.Attributes {
			want[name] = true
		}
		if len(points[row.Name]) == 0 || !maps.Equal(seen, want) {
			t.Errorf("%s: %d measurements with %v, want %v", row.Name, len(points[row.Name]), slices.Sorted(maps.Keys(seen)), row.Attributes)
		}
	}
	for name := range points {
		if _, found := rows[name]; !found {
			t.Errorf("%s is not in the table", name)
		}
	}
	for _, row := range []struct {
		instrument string
		attributes []string
		want       int64
	}{
		{"ginclerk.token.lookups", []string{"ginclerk.memory=hit"}, 4 + ratelimit.DefaultFailures},
		{"ginclerk.token.lookups", []string{"ginclerk.memory=miss"}, 5},                                                   // the first, the expired one, and three of forms
		{"ginclerk.decisions", []string{"ginclerk.outcome=signed_in", "ginclerk.reason="}, 6 + ratelimit.DefaultFailures}, // one by renewal
		{"ginclerk.decisions", []string{"ginclerk.reason=dev-browser-missing"}, 1},
		{"ginclerk.refusals", []string{"http.response.status_code=429"}, 1},
		{"ginclerk.rate_limit.decisions", []string{"ginclerk.outcome=refused", "ginclerk.rate_limit.policy=1-in-1m0s"}, 1},
		{"ginclerk.rate_limit.decisions", []string{"ginclerk.rate_limit.fallback=true"}, ratelimit.DefaultFailures},
		{"ginclerk.outages", []string{"ginclerk.dependency=rate limits"}, 1},
		{"ginclerk.forms", []string{"ginclerk.form.fate=kept"}, 2},
		{"ginclerk.forms", []string{"ginclerk.form.fate=discarded"}, 1},
		{"ginclerk.forms", []string{"ginclerk.form.fate=lapsed"}, 3},
		{"ginclerk.clerk.not_asked", []string{"ginclerk.clerk.operation=users", "ginclerk.reason=" + observe.UsersLimit}, 8},
		{"ginclerk.renewal.duration", []string{"ginclerk.outcome=renewed"}, 1},
		{"ginclerk.renewal.duration", []string{"ginclerk.outcome=unavailable"}, 1},
		{"ginclerk.clerk.call.duration", []string{"error.type=503"}, 1},
		{"ginclerk.key.fetch.duration", []string{"error.type="}, 1},
		{"ginclerk.revocations.received", nil, 2},
	} {
		if got := with(points[row.instrument], row.attributes...); got != row.want {
			t.Errorf("%s %v: %d, want %d: %s", row.instrument, row.attributes, got, row.want, written(points[row.instrument]))
		}
	}
	for name, of := range points {
		for _, p := range of {
			for _, a := range p.attributes.ToSlice() {
				if value := a.Value.String(); strings.Contains(value, "user_") || strings.Contains(value, "sess_") || strings.HasPrefix(value, "/") {
					t.Errorf("%s has %s=%s", name, a.Key, value)
				}
			}
		}
	}
}

func written(points []point) string {
	var text strings.Builder
	for _, p := range points {
		fmt.Fprintf(&text, "\n  %d %s", p.count, p.attributes.Encoded(attribute.DefaultEncoder()))
	}
	return text.String()
}

// Anyone can make reasons and routes come up that nobody has counted on.
func TestAnAttributeHasFewValues(t *testing.T) {
	t.Parallel()
	a := newApp(t, telemetry.Config{})
	for i := range 10 * telemetry.MaxValues {
		a.observer.Observe(t.Context(), observe.Event{Kind: observe.ClerkCalled, Target: fmt.Sprint("operation ", i)})
	}
	points := a.collect(t)["ginclerk.clerk.call.duration"]
	if len(points) != telemetry.MaxValues+1 || with(points, "ginclerk.clerk.operation=_OTHER") != 9*telemetry.MaxValues {
		t.Errorf("%d values, %d others", len(points), with(points, "ginclerk.clerk.operation=_OTHER"))
	}
}

func TestAttributesOfATenantAreOnEveryMeasurement(t *testing.T) {
	t.Parallel()
	a := newApp(t, telemetry.Config{Attributes: []attribute.KeyValue{attribute.String("tenant", "acme")}})
	for _, kind := range observe.Kinds() {
		a.observer.Observe(t.Context(), observe.Event{Kind: kind, Count: 1, Memory: observe.MemoryMiss})
	}
	points := a.collect(t)
	if len(points) != len(telemetry.Table()) {
		t.Errorf("%d instruments, want %d", len(points), len(telemetry.Table()))
	}
	for name, of := range points {
		for _, p := range of {
			if tenant, _ := p.attributes.Value("tenant"); tenant.AsString() != "acme" {
				t.Errorf("%s: %v", name, p.attributes)
			}
		}
	}
}
