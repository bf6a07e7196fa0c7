package gintest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// application is an engine on an embedded Clerk, configured by gintest.Config alone.
type application struct {
	server *clerktest.Server
	engine *gin.Engine
}

func newApplication(t *testing.T, options ...func(*clerktest.Config)) application {
	t.Helper()
	a := application{server: clerktest.New(t, options...), engine: gin.New()}
	clerk, err := ginclerk.New(gintest.Config(a.server))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clerk.Close(t.Context()) })
	a.engine.Use(clerk.Attach())
	whoami := func(c *gin.Context) { c.String(http.StatusOK, "%s", ginclerk.From(c).Claims.Raw()["email"]) }
	a.engine.Any("/whoami", clerk.RequireSession(), whoami)
	a.engine.GET("/admin", clerk.Require(ginclerk.Role("org:admin")), whoami)
	return a
}

// origins sets the application's origins where the server is made.
func origins(list ...string) func(*clerktest.Config) {
	return func(c *clerktest.Config) { c.Origins = list }
}

// ask sends a request whose headers are given in pairs.
func (a application) ask(method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.engine.ServeHTTP(w, r)
	return w
}

func must(t *testing.T) func(string, error) string {
	t.Helper()
	return func(value string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func TestAConfigNeedsNoMoreThanTheServer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		options []func(*clerktest.Config)
	}{
		{"with the default origin", nil},
		{"with an origin of its own", []func(*clerktest.Config){origins("http://127.0.0.1:3000")}},
		{"with several origins in any spelling", []func(*clerktest.Config){origins("HTTPS://App.Example.com:443/", "http://localhost:3000")}},
		{"of a production instance", []func(*clerktest.Config){origins("https://app.example.com"), func(c *clerktest.Config) { c.Type = instance.Production }}},
		{"on a clock that stands in the past", []func(*clerktest.Config){func(c *clerktest.Config) {
			c.Clock = clerktest.NewFixedClock(time.Date(2021, 2, 3, 4, 5, 6, 0, time.UTC))
		}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApplication(t, row.options...)
			for _, email := range []string{"ada@example.com", "someone.new@example.com"} {
				bearer, cookies := must(t)(a.server.Bearer(email)), must(t)(a.server.CookieHeader(email))
				if w := a.ask(http.MethodGet, "/whoami", "Authorization", bearer); w.Code != http.StatusOK || w.Body.String() != email {
					t.Errorf("a program as %s gets %d %s", email, w.Code, w.Body)
				}
				page := a.ask(http.MethodGet, a.server.Origins()[0]+"/whoami", "Cookie", cookies, "Accept", "text/html", "Sec-Fetch-Dest", "document")
				if page.Code != http.StatusOK || page.Body.String() != email {
					t.Errorf("a browser as %s gets %d %s", email, page.Code, page.Body)
				}
				form := a.ask(http.MethodPost, a.server.Origins()[0]+"/whoami", "Cookie", cookies, "Origin", a.server.Origins()[0])
				if form.Code != http.StatusOK || form.Body.String() != email {
					t.Errorf("a form of %s gets %d %s", email, form.Code, form.Body)
				}
			}
			if w := a.ask(http.MethodGet, "/whoami"); w.Code != http.StatusUnauthorized {
				t.Errorf("without a session: %d", w.Code)
			}
		})
	}
}

func TestUsersAreSignedInInTheirOrganization(t *testing.T) {
	t.Parallel()
	a := newApplication(t)
	for email, want := range map[string]int{
		"ada@example.com": http.StatusOK, "bob@example.com": http.StatusForbidden, "mia@example.com": http.StatusForbidden,
	} {
		if w := a.ask(http.MethodGet, "/admin", "Authorization", must(t)(a.server.Bearer(email))); w.Code != want {
			t.Errorf("%s gets %d, want %d", email, w.Code, want)
		}
	}
}

// The application's time is the server's.
func TestAConfigHasTheServersClock(t *testing.T) {
	t.Parallel()
	a := newApplication(t)
	bearer, cookies := must(t)(a.server.Bearer("ada@example.com")), must(t)(a.server.CookieHeader("ada@example.com"))
	a.server.Clock().Advance(2 * time.Minute)
	if w := a.ask(http.MethodGet, "/whoami", "Authorization", bearer); w.Code != http.StatusUnauthorized {
		t.Errorf("two minutes later the token gets %d, want 401", w.Code)
	}
	if w := a.ask(http.MethodPost, "/whoami", "Cookie", cookies, "Origin", clerktest.DefaultOrigin); w.Code != http.StatusOK {
		t.Errorf("two minutes later the browser gets %d %s, want a renewed token", w.Code, w.Body)
	}
	if w := a.ask(http.MethodGet, "/whoami", "Authorization", must(t)(a.server.Bearer("ada@example.com"))); w.Code != http.StatusOK {
		t.Errorf("a fresh token gets %d", w.Code)
	}
}

// A browser without cookies signs in on the embedded pages and comes back, although the application has no proxy.
func TestABrowserSignsInWithoutAProxy(t *testing.T) {
	t.Parallel()
	outside := httptest.NewUnstartedServer(nil)
	t.Cleanup(outside.Close)
	own := "http://" + outside.Listener.Addr().String()
	a := newApplication(t, origins(own), func(c *clerktest.Config) { c.ServePortal = true })
	outside.Config.Handler = a.engine
	outside.Start()

	browser := newBrowser(t)
	at, page := browser.open(t, own+"/whoami")
	if !strings.HasPrefix(at, a.server.SignInURL()) || !strings.Contains(page, "Sign in") {
		t.Fatalf("signed out it is at %s:\n%s", at, page)
	}
	ada, err := a.server.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if at, page = browser.signIn(t, at, ada.Email, ada.Password); at != own+"/whoami" || page != ada.Email {
		t.Errorf("signed in it is at %s:\n%s", at, page)
	}
	a.server.Clock().Advance(2 * time.Minute)
	if at, page = browser.open(t, own+"/whoami"); at != own+"/whoami" || page != ada.Email {
		t.Errorf("two minutes later it is at %s:\n%s", at, page)
	}
}
