package pages_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

func TestTenantsShareThePages(t *testing.T) {
	t.Parallel()
	tenant := newWorld(t, options{})
	guards := ginclerk.NewTenants(func(r *http.Request) (*ginclerk.Clerk, error) {
		if r.Host != "localhost:8080" {
			return nil, ginclerk.ErrNoTenant
		}
		return tenant.clerk, nil
	})
	engine := gin.New()
	if _, err := pages.Mount(engine, guards, pages.Options{AppName: "Shared"}); err != nil {
		t.Fatal(err)
	}
	agent := tenant.server.NewBrowser()
	if _, err := agent.SignIn(mia); err != nil {
		t.Fatal(err)
	}
	cookies, err := agent.Cookies(ownOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]struct {
		status int
		text   string
	}{
		"localhost:8080":  {http.StatusOK, "Your session"},
		"unknown.example": {http.StatusNotFound, "This address doesn’t lead to a page"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/sessions", nil)
		r.Host = host
		r.Header.Set("Sec-Fetch-Dest", "document")
		for _, cookie := range cookies {
			r.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		if w.Code != want.status || !strings.Contains(w.Body.String(), want.text) || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d %s", host, w.Code, w.Body)
		}
	}
}

// An administrator of one tenant has no say in another: the id of its user is that of no user.
func TestAUserOfAnotherTenantDoesNotExist(t *testing.T) {
	t.Parallel()
	who := managers()
	who.EveryUser = true
	own, other := newWorld(t, options{}), newWorld(t, options{})
	guards := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return own.clerk, nil })
	engine := gin.New()
	site, err := pages.Mount(engine, guards, pages.Options{Administrators: who})
	if err != nil {
		t.Fatal(err)
	}
	if site.Activity(guards) != nil || site.Activity(own.clerk) == nil {
		t.Error("a Clerk that stands for many tenants has a journal, or that of a tenant has none")
	}
	own.engine, own.site = engine, site
	b := own.browser(t, ada)
	target := other.appears(t, bob, edgeInToronto())
	for _, a := range attacks(other.userID(t, bob), target)[2:] {
		b.advance(t, 10*time.Second)
		if got := b.ask(a.method, a.path, a.form, asProgram); got.Code != http.StatusNotFound {
			t.Errorf("%s %s: status %d", a.method, a.path, got.Code)
		}
	}
	if got := b.ask(http.MethodGet, "/sessions/users/"+own.userID(t, bob), nil, asProgram); got.Code != http.StatusOK {
		t.Errorf("a user of the tenant: status %d", got.Code)
	}
	if other.statusOf(t, target) != "active" {
		t.Error("the session has ended")
	}
}

// Where a request has no tenant, every page that needs no session answers once.
func TestWithoutATenantAPageAnswersOnce(t *testing.T) {
	t.Parallel()
	guards := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return nil, ginclerk.ErrNoTenant })
	engine := gin.New()
	site, err := pages.Mount(engine, guards, pages.Options{Administrators: managers()})
	if err != nil {
		t.Fatal(err)
	}
	engine.NoRoute(site.NotFound)
	engine.GET("/forbidden", func(c *gin.Context) { site.Unauthorized(c, "") })
	engine.GET("/framed", func(c *gin.Context) { site.Render(c, http.StatusOK, homePage(site.Frame(c, "Home"))) })
	for _, target := range []string{
		"GET /sessions/language", "POST /sessions/language", "GET /sessions/parts/user-button", "GET /sessions/sign-outs/x", "GET /sessions/sign-outs/x/events",
		"GET /sessions/users", "GET /forbidden", "GET /framed", "GET /nowhere", "POST /sessions/accounts/sign-out-all", "GET /sessions/activity/export.csv",
	} {
		method, path, _ := strings.Cut(target, " ")
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Sec-Fetch-Dest", "document")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		if n := strings.Count(w.Body.String(), "</html>") + strings.Count(w.Body.String(), `"title"`); n != 1 || w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d, %d documents", target, w.Code, n)
		}
	}
}
