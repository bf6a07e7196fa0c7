package clerktest_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// wantLimit sends a request until it is refused. That must be after most requests. Ten seconds later it must be accepted again.
func wantLimit(t *testing.T, srv *clerktest.Server, c call, most int) {
	t.Helper()
	for i := range most {
		if res := c.do(t); res.status == http.StatusTooManyRequests {
			t.Fatalf("request %d of %d was refused", i+1, most)
		}
	}
	srv.Clock().Advance(3 * time.Second)
	res := c.do(t).wantError(t, http.StatusTooManyRequests, "too_many_requests")
	if got := res.header.Get("Retry-After"); got != "7" {
		t.Errorf("Retry-After %q, want 7", got)
	}
	srv.Clock().Advance(7 * time.Second)
	if res := c.do(t); res.status == http.StatusTooManyRequests {
		t.Errorf("refused after the time that Retry-After named")
	}
}

// The figures come from Clerk's documentation, "Rate limits".
func TestRateLimitsOfTheFrontendAPI(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, path string
		most       int
	}{
		{"new sign-ins", "/v1/client/sign_ins", 5},
		{"new sign-ups", "/v1/client/sign_ups", 5},
		{"attempts at a first factor", "/v1/client/sign_ins/sia_x/attempt_first_factor", 3},
		{"attempts at a second factor", "/v1/client/sign_ins/sia_x/attempt_second_factor", 3},
		{"attempts at a verification", "/v1/client/sign_ups/sua_x/attempt_verification", 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, standing, limited)
			from := func(address string) call {
				return call{
					method: http.MethodPost, url: srv.FrontendURL() + row.path, form: url.Values{},
					header: map[string]string{"X-Forwarded-For": address},
				}
			}
			wantLimit(t, srv, from("192.0.2.1"), row.most)
			for range row.most { // the request above is counted already
				from("192.0.2.1").do(t)
			}
			if got := from("192.0.2.1").do(t).status; got != http.StatusTooManyRequests {
				t.Errorf("status %d, want 429", got)
			}
			if got := from("192.0.2.2").do(t).status; got == http.StatusTooManyRequests {
				t.Error("another address is refused, too")
			}
			for range 20 {
				call{method: http.MethodGet, url: srv.FrontendURL() + "/v1/environment"}.do(t).want(t, http.StatusOK)
			}
		})
	}
}

func TestFirstAndSecondFactorsAreCountedTogether(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing, limited)
	attempt := func(factor string) int {
		return call{method: http.MethodPost, url: srv.FrontendURL() + "/v1/client/sign_ins/sia_x/attempt_" + factor, form: url.Values{}}.do(t).status
	}
	for range 3 {
		attempt("first_factor")
	}
	if got := attempt("second_factor"); got != http.StatusTooManyRequests {
		t.Errorf("status %d, want 429", got)
	}
}

func TestChangesOfAUserAreCountedTogether(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing, limited)
	path := "/v1/users/" + userID(t, srv, "ada@example.com")
	for range 3 {
		backend(srv, http.MethodPatch, path, "{}").do(t).want(t, http.StatusOK)
		backend(srv, http.MethodPatch, path+"/metadata", "{}").do(t).want(t, http.StatusOK)
		backend(srv, http.MethodPut, path+"/metadata", "{}").do(t).want(t, http.StatusOK)
	}
	wantLimit(t, srv, backend(srv, http.MethodPatch, path+"/metadata", "{}"), 1)
	backend(srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK)
}

func TestEachInstanceHasItsOwnRateLimit(t *testing.T) {
	t.Parallel()
	one, two := clerktest.New(t, standing, limited), clerktest.New(t, standing, limited)
	if got := count(t, one, 101); got != 100 {
		t.Errorf("%d requests answered, want 100", got)
	}
	if got := count(t, two, 1); got != 1 {
		t.Error("the other instance is limited, too")
	}
}
