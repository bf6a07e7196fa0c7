package routes_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m)
}

// newClerk returns a Clerk on an embedded one.
func newClerk(t *testing.T) *ginclerk.Clerk {
	t.Helper()
	server := clerktest.New(t)
	clerk, err := ginclerk.New(ginclerk.Config{
		PublishableKey: server.PublishableKey(), SecretKey: server.SecretKey(),
		ClerkAPI: ginclerk.ClerkAPI{URL: server.BackendURL(), FrontendURL: server.FrontendURL()},
		Origins:  []string{"http://localhost:8080"}, SignInURL: "/sign-in", ProxyURL: "/__clerk", Now: server.Clock().Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clerk.Close(t.Context()) })
	return clerk
}

func protect(t *testing.T, clerk *ginclerk.Clerk, rules ginclerk.Rules) gin.HandlerFunc {
	t.Helper()
	handler, err := clerk.Protect(rules)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func mapOf(t *testing.T, engine *gin.Engine, public ...string) *routes.Map {
	t.Helper()
	m, err := routes.Of(engine, public...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ok(c *gin.Context) { c.Status(http.StatusOK) }

// never is a handler of the application that must not run.
func never(t *testing.T) gin.HandlerFunc {
	t.Helper()
	return func(*gin.Context) { t.Error("a handler of the application ran") }
}

// wantGuards compares a route, as "access: guards", with what the map says.
func wantGuards(t *testing.T, m *routes.Map, route, want string) {
	t.Helper()
	for _, r := range m.Routes {
		if r.Method+" "+r.Path != route {
			continue
		}
		guards := make([]string, 0, len(r.Guards))
		for _, guard := range r.Guards {
			guards = append(guards, guard.String())
		}
		if got := string(r.Access) + ": " + strings.Join(guards, ", "); got != want {
			t.Errorf("%s is %q, want %q", route, got, want)
		}
		return
	}
	t.Errorf("the map has no %s", route)
}

func wantWarnings(t *testing.T, m *routes.Map, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), m.Warnings); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// wantRefused sends a request without a session.
func wantRefused(t *testing.T, engine *gin.Engine, path string) {
	t.Helper()
	r, w := httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, http.NoBody), httptest.NewRecorder()
	engine.ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized {
		t.Errorf("%s: status %d, want 401", path, w.Code)
	}
}
