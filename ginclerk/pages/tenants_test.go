package pages_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
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

// Two tenants on one store and with one key for cookies. Ada is a user of both, and an administrator of each: she sees and does nothing of hers at
// the other one, whatever the browser brings along.
func TestTenantsOnOneStore(t *testing.T) {
	t.Parallel()
	records, keys := storage.NewMemory(storage.MemoryConfig{}), [][]byte{bytes.Repeat([]byte("k"), 32)}
	share := options{config: func(c *ginclerk.Config) { c.Stores.Records, c.CookieKeys = records, keys }}
	one, two := newWorld(t, share), newWorld(t, share)
	guards := ginclerk.NewTenants(func(r *http.Request) (*ginclerk.Clerk, error) {
		if r.Header.Get("X-Tenant") == "two" {
			return two.clerk, nil
		}
		return one.clerk, nil
	})
	engine := gin.New()
	who := managers()
	who.EveryUser = true
	site, err := pages.Mount(engine, guards, pages.Options{Administrators: who})
	if err != nil {
		t.Fatal(err)
	}
	one.engine, one.site, two.engine, two.site = engine, site, engine, site
	atTwo := func(r *http.Request) { r.Header.Set("X-Tenant", "two") }
	there, here := two.browser(t, ada), one.browser(t, ada)
	elsewhere := two.elsewhere(t, ada)

	job := there.ask(http.MethodPost, "/sessions/sign-out-others", nil, atTwo, asProgram)
	id, _ := job.json(t, job.Code)["id"].(string)
	if id == "" || two.finished(t, ada, id).Revoked == 0 || two.statusOf(t, elsewhere) == "active" {
		t.Fatalf("the other tenant has signed nobody out: %d %s", job.Code, job.Body)
	}
	if got := there.ask(http.MethodGet, jobsPath+id, nil, atTwo, asProgram); got.Code != http.StatusOK {
		t.Errorf("the tenant's own job: %d", got.Code)
	}
	own := maps.Clone(here.cookies)
	for name, value := range there.cookies { // all that the browser has of the other tenant, and that is not in the way
		if _, found := own[name]; !found {
			here.cookies[name] = value
		}
	}
	userOfTwo := two.userID(t, ada)
	for _, q := range []struct{ method, path string }{
		{http.MethodGet, jobsPath + id},
		{http.MethodGet, jobsPath + id + "/events"},
		{http.MethodPost, jobsPath + id + "/retry"},
		{http.MethodGet, "/sessions/users/" + userOfTwo},
		{http.MethodPost, "/sessions/users/" + userOfTwo + "/sign-out-everywhere"},
		{http.MethodGet, "/sessions/users/" + userOfTwo + "/sign-out-everywhere"},
	} {
		if got := here.ask(q.method, q.path, nil, asProgram); got.Code != http.StatusNotFound {
			t.Errorf("%s %s: %d %.200s", q.method, q.path, got.Code, got.Body)
		}
	}
	for _, path := range []string{"/sessions/activity", "/sessions/devices", "/sessions/users"} {
		got := here.ask(http.MethodGet, path, nil, asProgram)
		for _, of := range []string{id, userOfTwo, elsewhere, there.current(t)} {
			if got.Code != http.StatusOK || strings.Contains(got.Body.String(), of) {
				t.Errorf("%s: %d, and it has %s of the other tenant: %.300s", path, got.Code, of, got.Body)
			}
		}
	}
	const notice = "__Host-ginclerk_flash"
	told := there.ask(http.MethodPost, "/sessions/devices/revoke", url.Values{"session_id": {two.elsewhere(t, ada)}}, atTwo)
	if here.cookies[notice] = there.cookies[notice]; here.cookies[notice] == "" {
		t.Fatalf("no notice: %d %.300s", told.Code, told.Body)
	}
	if notices := here.ask(http.MethodGet, "/sessions/devices", nil).all(t, "notice"); len(notices) > 0 {
		t.Error("a page has a notice of the other tenant")
	}
	if two.statusOf(t, there.current(t)) != "active" {
		t.Error("the session at the other tenant has ended")
	}
}
