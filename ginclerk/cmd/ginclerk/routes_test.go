package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// application is one with session pages and a guarded route, and where it is.
func application(t *testing.T, kind instance.Type) string {
	t.Helper()
	clerkServer := clerktest.New(t, func(c *clerktest.Config) { c.Type = kind })
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: clerkServer.PublishableKey(), SecretKey: clerkServer.SecretKey(), ClerkAPI: ginclerk.ClerkAPI{URL: clerkServer.BackendURL()},
		Origins: []string{server.URL}, SignInURL: "/sign-in",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clerk.Close(t.Context()) })
	site, err := pages.Mount(engine, clerk, pages.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine.GET("/invoices", clerk.RequireSession(), func(*gin.Context) { t.Error("a handler of the application ran") })
	site.MountRoutes(engine)
	return server.URL
}

func TestRoutes(t *testing.T) {
	running, production := application(t, instance.Development), application(t, instance.Production)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	t.Cleanup(other.Close)
	for _, row := range []struct {
		name           string
		args           []string
		status         int
		stdout, stderr string // parts
	}{
		{"the application's address", []string{"routes", "-url", running}, 0, "/invoices", ""},
		{"the address with a slash", []string{"routes", "-url", running + "/"}, 0, "RequireSession", ""},
		{"the address of the map", []string{"routes", "-url", running + routes.PagePath}, 0, "METHODS", ""},
		{"an address with another path", []string{"routes", "-url", running + "/invoices"}, 2, "", "has no map (status 401)"},
		{"a production instance", []string{"routes", "-url", production}, 2, "", "has no map (status 404)"},
		{"another server", []string{"routes", "-url", other.URL}, 2, "", "has no map (status 200)"},
		{"no server", []string{"routes", "-url", "http://127.0.0.1:1"}, 2, "", "refused"},
		{"no address", []string{"routes"}, 3, "", "-url is missing"},
		{"no http address", []string{"routes", "-url", "localhost:8080"}, 3, "", "-url must be an address"},
		{"an argument too many", []string{"routes", "-url", running, "x"}, 3, "", `unexpected argument "x"`},
		{"a flag that there is not", []string{"routes", "-colour"}, 3, "", "flag provided but not defined"},
		{"help", []string{"routes", "-help"}, 0, "", "Usage: ginclerk routes"},
		{"help for all", []string{"help"}, 0, "routes", ""},
	} {
		var stdout, stderr bytes.Buffer
		if status := run(t.Context(), row.args, &stdout, &stderr); status != row.status {
			t.Errorf("%s: status %d, want %d\n%s%s", row.name, status, row.status, &stdout, &stderr)
		}
		if !strings.Contains(stdout.String(), row.stdout) || !strings.Contains(stderr.String(), row.stderr) || row.status != 0 && stdout.Len() > 0 {
			t.Errorf("%s: stdout %q, stderr %q", row.name, &stdout, &stderr)
		}
	}
}
