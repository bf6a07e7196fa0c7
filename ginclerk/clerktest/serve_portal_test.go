package clerktest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestTheServerShowsThePortalIfConfigured(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, func(c *clerktest.Config) { c.ServePortal = true })
	v.app = v.srv.FrontendURL()
	v.open(t, "/sign-up/").wantText(t, "Create")
	v.open(t, "/sign-in?redirect_url=/v1/health").submit(t, "form", "identifier", "ada@example.com").wantAt(t, "/sign-in/factor-one")
	v.submit(t, "form", "password", user(t, v.srv, "ada@example.com").Password).wantAt(t, "/v1/health").wantText(t, "healthy")
	if got := v.current(t); got != "ada@example.com" {
		t.Errorf("signed in as %s", got)
	}
	v.srv.SetUnavailable(true)
	if v.open(t, "/sign-in"); v.status != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", v.status)
	}
}

// A person who comes without an address to return to, or with one of another site, ends at the application.
func TestTheServedPortalLeadsToTheApplication(t *testing.T) {
	t.Parallel()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "the application at "+r.URL.Path)
	}))
	t.Cleanup(app.Close)
	for name, query := range map[string]string{
		"without an address": "", "with an address of another site": "?redirect_url=https://evil.example/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t, func(c *clerktest.Config) { c.ServePortal, c.Origins = true, []string{app.URL} })
			v.app = v.srv.FrontendURL()
			v.open(t, "/sign-in"+query).wantText(t, `<a href="`+app.URL+`/">`)
			v.submit(t, "form", "identifier", "ada@example.com").wantAt(t, "/sign-in/factor-one")
			v.submit(t, "form", "password", user(t, v.srv, "ada@example.com").Password).wantAt(t, "/").wantText(t, "the application at /")
			if v.at.Host != strings.TrimPrefix(app.URL, "http://") {
				t.Errorf("the browser is at %s, want the application", v.at)
			}
		})
	}
}

func TestTheServerShowsNoPortalByDefault(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	call{method: http.MethodGet, url: srv.FrontendURL() + "/sign-in"}.madeUp().do(t).wantError(t, http.StatusNotImplemented, "not_implemented")
}

func TestServedPortalHidesNoAPI(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/v1", "/v1/client", "/backend", "/backend/sign-in", "/health"} {
		srv, err := clerktest.Start(clerktest.Config{SignInPath: path, ServePortal: true})
		if err == nil {
			_ = srv.Close(t.Context())
			t.Errorf("%s: it started", path)
			continue
		}
		if !strings.Contains(err.Error(), "ServePortal") {
			t.Errorf("%s: error %v doesn't name the field", path, err)
		}
	}
}
