package clerktest_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func limited(c *clerktest.Config) { c.RateLimits = true }

// count asks for the number of users n times, and returns how many requests succeeded.
func count(t *testing.T, srv *clerktest.Server, n int) (told int) {
	t.Helper()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for range n {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.BackendURL()+"/v1/users/count", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+srv.SecretKey())
		res, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			told++
		}
	}
	return told
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		options []func(*clerktest.Config)
		limit   int
	}{
		{"development", []func(*clerktest.Config){standing, limited}, 100},
		{"production", []func(*clerktest.Config){standing, limited, production}, 1000},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, row.options...)
			if got := count(t, srv, row.limit+1); got != row.limit {
				t.Errorf("%d requests answered, want %d", got, row.limit)
			}
			srv.Clock().Advance(9500 * time.Millisecond)
			res := backend(srv, http.MethodGet, "/v1/users", "").do(t).wantError(t, http.StatusTooManyRequests, "too_many_requests")
			if got := res.header.Get("Retry-After"); got != "1" {
				t.Errorf("Retry-After %q, want 1", got)
			}
			backend(srv, http.MethodGet, "/v1/jwks", "").do(t).want(t, http.StatusOK)
			call{method: http.MethodGet, url: srv.FrontendURL() + "/v1/environment"}.do(t).want(t, http.StatusOK)
			srv.Clock().Advance(time.Second)
			if got := count(t, srv, row.limit+1); got != row.limit {
				t.Errorf("%d requests answered in the next ten seconds, want %d", got, row.limit)
			}
		})
	}
}

func TestRateLimitsOfOneObject(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing, limited)
	path := "/v1/users/" + userID(t, srv, "ada@example.com")
	for range 10 {
		if got := backend(srv, http.MethodPatch, path, "{}").do(t).status; got == http.StatusTooManyRequests {
			t.Fatal("refused too early")
		}
	}
	backend(srv, http.MethodPatch, path, "{}").do(t).want(t, http.StatusTooManyRequests)
	other := "/v1/users/" + userID(t, srv, "bob@example.com")
	if got := backend(srv, http.MethodPatch, other, "{}").do(t).status; got == http.StatusTooManyRequests {
		t.Error("another user is refused too")
	}
}

func TestRateLimitsAreOffByDefault(t *testing.T) {
	t.Parallel()
	if got := count(t, clerktest.New(t, standing), 101); got != 101 {
		t.Errorf("%d of 101 requests answered", got)
	}
}

func TestTheLaboratoryIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, limited)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			srv.Fail(clerktest.Fault{Operation: "GET /v1/users", Status: http.StatusInternalServerError, Times: 1})
			if _, err := backend(srv, http.MethodGet, "/v1/users", "").try(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := srv.RotateKey(); err != nil {
				t.Error(err)
			}
			srv.Clock().Advance(time.Second)
			srv.JWTKey()
			srv.FaultsLeft()
		})
	}
	group.Wait()
	if got := srv.Calls()["GET /v1/users"]; got != 8 {
		t.Errorf("%d calls counted, want 8", got)
	}
	if left := srv.FaultsLeft(); len(left) != 0 {
		t.Errorf("faults left: %+v", left)
	}
}

// Two hundred servers run at once, each with its own users and keys.
func TestParallelServers(t *testing.T) {
	t.Parallel()
	for range 200 {
		t.Run("server", func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t)
			s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
			srv.Fail(clerktest.Fault{Operation: revoke, Status: http.StatusInternalServerError, Times: 1})
			path := "/v1/sessions/" + s.ID + "/revoke"
			backend(srv, http.MethodPost, path, "").do(t).want(t, http.StatusInternalServerError)
			backend(srv, http.MethodPost, path, "").do(t).want(t, http.StatusOK)
		})
	}
}
