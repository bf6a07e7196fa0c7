package pages_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
