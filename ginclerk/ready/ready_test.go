package ready_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/ready"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m)
}

const (
	isReady     = `{"status":"ready"}`
	isDegraded  = `{"status":"degraded","areas":["Clerk"]}`
	wrongKeys   = `{"status":"unavailable","areas":["keys"]}`
	unreachable = `{"status":"unavailable","areas":["Clerk"]}`
)

// app is an application with the route /readyz on an embedded Clerk, whose clock it shares.
type app struct {
	server *clerktest.Server
	engine *gin.Engine
}

func newApp(t *testing.T, changes ...func(*ginclerk.Config)) *app {
	t.Helper()
	a := &app{server: clerktest.New(t, func(c *clerktest.Config) { c.Clock = clerktest.NewFixedClock(time.Now()) }), engine: gin.New()}
	config := ginclerk.Config{
		PublishableKey: a.server.PublishableKey(), SecretKey: a.server.SecretKey(), Origins: []string{"http://localhost:8080"},
		ClerkAPI: ginclerk.ClerkAPI{URL: a.server.BackendURL(), FrontendURL: a.server.FrontendURL()}, Now: a.server.Clock().Now,
	}
	for _, change := range changes {
		change(&config)
	}
	clerk, err := ginclerk.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clerk.Close(t.Context()) })
	clerk.Exempt("/readyz")
	a.engine.Use(clerk.Attach())
	handler := gin.WrapH(ready.Handler(clerk, ready.Options{Now: a.server.Clock().Now}))
	a.engine.Any("/readyz", handler)
	a.engine.GET("/attached", handler)
	return a
}

func (a *app) ask(method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	a.engine.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func (a *app) want(t *testing.T, status int, body string) {
	t.Helper()
	a.wantAt(t, "/readyz", status, body)
}

func (a *app) wantAt(t *testing.T, path string, status int, body string) {
	t.Helper()
	w := a.ask(http.MethodGet, path)
	if w.Code != status || strings.TrimSpace(w.Body.String()) != body {
		t.Errorf("%d %s, want %d %s", w.Code, w.Body, status, body)
	}
	if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("header %v", w.Header())
	}
	if got := w.Header().Get("Retry-After"); (got != "") != (status == http.StatusServiceUnavailable) {
		t.Errorf("status %d with Retry-After %q", status, got)
	}
}

// forget lets what is remembered lapse.
func (a *app) forget() { a.server.Clock().Advance(ready.DefaultRemembered) }

// asked is how often Clerk was asked for its keys.
func (a *app) asked() int { return a.server.Calls()["GET /v1/jwks"] }

func TestReady(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*ginclerk.Config)
		status int
		body   string
	}{
		{"the keys belong together", func(*ginclerk.Config) {}, http.StatusOK, isReady},
		{"the secret key is unknown", func(c *ginclerk.Config) { c.SecretKey += "x" }, http.StatusServiceUnavailable, wrongKeys},
		{"the JWT key is not Clerk's", func(c *ginclerk.Config) { c.Tokens.JWTKey = foreignKey }, http.StatusServiceUnavailable, wrongKeys},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			newApp(t, row.change).want(t, row.status, row.body)
		})
	}
}

// foreignKey is the key of RFC 7515, appendix A.2, which no embedded Clerk has.
const foreignKey = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
oQIDAQAB
-----END PUBLIC KEY-----`

func TestAnOutageOfClerkTakesNoReadyProcessOut(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.server.SetUnreachable(true)
	a.want(t, http.StatusServiceUnavailable, unreachable)
	a.server.SetUnreachable(false)
	a.forget()
	a.want(t, http.StatusOK, isReady)
	a.server.SetUnavailable(true)
	a.forget()
	a.want(t, http.StatusOK, isDegraded)
	a.server.SetUnavailable(false)
	a.forget()
	a.want(t, http.StatusOK, isReady)
}

func TestClerkIsAskedOnceForManyRequests(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for range 100 {
		a.want(t, http.StatusOK, isReady)
	}
	if n := a.asked(); n != 1 {
		t.Errorf("Clerk was asked %d times", n)
	}
	a.forget()
	a.want(t, http.StatusOK, isReady)
	if n := a.asked(); n != 2 {
		t.Errorf("Clerk was asked %d times after the time is over", n)
	}
	a.server.Clock().Advance(-time.Hour) // a clock that goes back keeps no answer alive
	a.want(t, http.StatusOK, isReady)
	if n := a.asked(); n != 3 {
		t.Errorf("Clerk was asked %d times after the clock went back", n)
	}
}

// TestClerkIsAskedOnceForRequestsAtOnce: and a failure is remembered as well.
func TestClerkIsAskedOnceForRequestsAtOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	answer := make(chan struct{})
	a.server.Fail(clerktest.Fault{Operation: "GET /v1/jwks", Status: http.StatusServiceUnavailable, Until: answer})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { a.want(t, http.StatusServiceUnavailable, unreachable) })
	}
	close(answer)
	all.Wait()
	if n := a.asked(); n != 1 {
		t.Errorf("Clerk was asked %d times", n)
	}
}

// TestAClerkThatHangsIsNotReady, whether the route is one of which it is found out who sends its requests or not: how long such a request may wait
// for Clerk says nothing about the process.
func TestAClerkThatHangsIsNotReady(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/readyz", "/attached"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, func(c *ginclerk.Config) { c.ClerkAPI.HTTPClient = &http.Client{Timeout: 50 * time.Millisecond} })
			answer := make(chan struct{})
			defer close(answer)
			a.server.Fail(clerktest.Fault{Until: answer})
			a.wantAt(t, path, http.StatusServiceUnavailable, unreachable)
		})
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	if w := a.ask(http.MethodHead, "/readyz"); w.Code != http.StatusOK {
		t.Errorf("HEAD: %d", w.Code)
	}
	if w := a.ask(http.MethodPost, "/readyz"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestAClerkOfManyInstancesIsNotReady(t *testing.T) {
	t.Parallel()
	clerk := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return nil, errors.New("no tenant") })
	w := httptest.NewRecorder()
	ready.Handler(clerk, ready.Options{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
}
