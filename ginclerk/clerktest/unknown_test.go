package clerktest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestUnknownOperationsOfBothAPIsAreCounted(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) { c.ServePortal = true })
	want := map[string]int{}
	for _, row := range []struct{ base, method, path, name string }{
		{srv.BackendURL(), "GET", "/v1/nothing", "GET /v1/nothing"},
		{srv.BackendURL(), "DELETE", "/v1/users", "DELETE /v1/users"},
		{srv.BackendURL(), "GET", "/v1/users/", "GET /v1/users/"},
		{srv.BackendURL(), "GET", "/v2/users", "GET /v2/users"},
		{srv.BackendURL(), "GET", "/", "GET /"},
		{srv.BackendURL(), "GET", "//v1/users", "GET //v1/users"},
		{srv.BackendURL(), "GET", "/v1/../v1/users", "GET /v1/../v1/users"},
		{srv.BackendURL(), "POST", "", "POST /backend"},
		{srv.FrontendURL(), "GET", "/v1/nothing/here", "GET /v1/nothing/here"},
		{srv.FrontendURL(), "POST", "/v1/environment?_method=PUT", "PUT /v1/environment"},
		{srv.FrontendURL(), "POST", "/health", "POST /health"},
		{srv.FrontendURL(), "GET", "/oauth/authorize", "GET /oauth/authorize"},
		{srv.FrontendURL(), "GET", "/sign-inn", "GET /sign-inn"},
		{srv.FrontendURL(), "GET", "//v1//client", "GET //v1//client"},
	} {
		c := call{method: row.method, url: row.base + row.path}.madeUp()
		res := c.do(t).wantError(t, http.StatusNotImplemented, "not_implemented")
		if got := res.text(t, "errors", 0, "message"); !strings.HasPrefix(got, "The embedded Clerk does not emulate "+row.name+". A test can ") {
			t.Errorf("%s %s: message %q doesn't name the operation", row.method, row.path, got)
		}
		want[row.name]++
	}
	backend(srv, http.MethodGet, "/v1/users", "").do(t).want(t, http.StatusOK)
	if diff := cmp.Diff(want, srv.UnknownCalls()); diff != "" {
		t.Errorf("unknown calls (-want +got):\n%s", diff)
	}
	want["GET /v1/users"] = 1
	if diff := cmp.Diff(want, srv.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// Paths come from the caller: they must not fill the memory, nor hide known operations.
func TestManyUnknownOperations(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for i := range 1010 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s/v1/nothing/%d", srv.BackendURL(), i), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	backend(srv, http.MethodGet, "/v1/users", "").do(t).want(t, http.StatusOK)
	if got := srv.UnknownCalls()["other"]; got != 10 {
		t.Errorf("%d calls counted together, want 10", got)
	}
	if got := srv.Calls()["GET /v1/users"]; got != 1 {
		t.Errorf("%d calls of an operation that is there, want 1", got)
	}
}
