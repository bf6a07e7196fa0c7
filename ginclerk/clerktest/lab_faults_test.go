package clerktest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const revoke = "POST /v1/sessions/{session_id}/revoke"

// try sends a request whose answer may be incomplete.
func (c call) try(ctx context.Context) (result, error) {
	req, err := http.NewRequestWithContext(ctx, c.method, c.url, strings.NewReader(c.body))
	if err != nil {
		return result{}, err
	}
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return result{}, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	return result{status: res.StatusCode, header: res.Header, raw: string(raw)}, err
}

func TestFaultsAnswerWithClerksEnvelope(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name       string
		fault      clerktest.Fault
		status     int
		code       string
		retryAfter string
	}{
		{"the zero fault is an outage", clerktest.Fault{}, 503, "service_unavailable", ""},
		{"a status", clerktest.Fault{Status: 500}, 500, "unexpected_error", ""},
		{"a status that Clerk's clients look at", clerktest.Fault{Status: 401}, 401, "authentication_invalid", ""},
		{"a code", clerktest.Fault{Status: 403, Code: "user_banned"}, 403, "user_banned", ""},
		{"too many requests", clerktest.Fault{RetryAfter: 1500 * time.Millisecond}, 429, "too_many_requests", "2"},
		{"a pause for maintenance", clerktest.Fault{Status: 503, RetryAfter: time.Minute}, 503, "service_unavailable", "60"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t)
			s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
			row.fault.Operation = revoke
			srv.Fail(row.fault)
			path := "/v1/sessions/" + s.ID
			res := backend(srv, http.MethodPost, path+"/revoke", "").do(t).wantError(t, row.status, row.code)
			if got := res.header.Get("Retry-After"); got != row.retryAfter {
				t.Errorf("Retry-After %q, want %q", got, row.retryAfter)
			}
			if got := statusOf(t, srv, s.ID); got != "active" {
				t.Errorf("the session is %s: the operation ran", got)
			}
			backend(srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK)
			srv.ClearFaults()
			backend(srv, http.MethodPost, path+"/revoke", "").do(t).want(t, http.StatusOK)
			if got := srv.Calls()[revoke]; got != 2 {
				t.Errorf("%d calls counted, want 2", got)
			}
		})
	}
}

func TestFaultsAreAQueue(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	const list = "GET /v1/users"
	srv.Fail(
		clerktest.Fault{Operation: list, RetryAfter: time.Second, Times: 2},
		clerktest.Fault{Operation: list, Body: `[]`, Times: 1},
		clerktest.Fault{Operation: "GET /v1/users/count", Status: 500, Times: 1},
	)
	var got []int
	for range 4 {
		got = append(got, backend(srv, http.MethodGet, "/v1/users", "").do(t).status)
	}
	if diff := cmp.Diff([]int{429, 429, 200, 200}, got); diff != "" {
		t.Error(diff)
	}
	left := srv.FaultsLeft()
	if len(left) != 1 || left[0].Operation != "GET /v1/users/count" || left[0].Times != 1 {
		t.Errorf("faults left: %+v", left)
	}
}

func TestQueuedAnswers(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	srv.Fail(clerktest.Fault{Operation: "GET /v1/users/count", Status: 203, Body: `{"object":"total_count","total_count":9}`, Times: 1})
	res := backend(srv, http.MethodGet, "/v1/users/count", "").madeUp().do(t).want(t, 203)
	if got := res.at(t, "total_count"); got != 9.0 {
		t.Errorf("total_count %v, want 9", got)
	}
}

func TestFaultsOfTheWire(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		fault  clerktest.Fault
		err    bool
		status string // of the session afterwards
	}{
		{"a cut connection", clerktest.Fault{Cut: true}, true, "active"},
		{"a lost answer", clerktest.Fault{Lose: true}, true, "revoked"},
		{"half an answer", clerktest.Fault{Truncate: true}, true, "revoked"},
		{"garbage", clerktest.Fault{Garbage: true}, false, "active"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t)
			s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
			row.fault.Operation = revoke
			srv.Fail(row.fault)
			res, err := backend(srv, http.MethodPost, "/v1/sessions/"+s.ID+"/revoke", "").try(t.Context())
			if (err != nil) != row.err {
				t.Errorf("error %v, want one: %t", err, row.err)
			}
			if row.fault.Truncate && (!errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(res.raw, "{")) {
				t.Errorf("error %v and body %q, want half of it", err, res.raw)
			}
			if row.fault.Garbage && (res.header.Get("Content-Type") != "application/json" || strings.HasPrefix(res.raw, "{")) {
				t.Errorf("got %q", res.raw)
			}
			if got := statusOf(t, srv, s.ID); got != row.status {
				t.Errorf("the session is %s, want %s", got, row.status)
			}
		})
	}
}

func TestFaultsHoldAnswersBack(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	release := make(chan struct{})
	srv.Fail(clerktest.Fault{Operation: "GET /v1/users/count", Until: release, Times: 1})
	done := make(chan result, 1)
	go func() {
		res, err := backend(srv, http.MethodGet, "/v1/users/count", "").try(t.Context())
		if err != nil {
			t.Error(err)
		}
		done <- res
	}()
	for srv.Calls()["GET /v1/users/count"] == 0 {
		backend(srv, http.MethodGet, "/v1/users", "").do(t).want(t, http.StatusOK) // other requests succeed meanwhile
	}
	select {
	case <-done:
		t.Error("answered before it was released")
	default:
	}
	close(release)
	if res := <-done; res.status != http.StatusOK {
		t.Errorf("status %d: %s", res.status, res.raw)
	}
}

func TestDelaysEndWhenTheCallerLeaves(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	srv.Fail(clerktest.Fault{Delay: time.Hour, Times: 1}, clerktest.Fault{Delay: time.Millisecond, Times: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := backend(srv, http.MethodGet, "/v1/users", "").try(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the deadline", err)
	}
	backend(srv, http.MethodGet, "/v1/users", "").do(t).want(t, http.StatusOK)
}

func TestUnknownOperationsCanFail(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	const unknown = "GET /v1/nothing/here"
	srv.Fail(clerktest.Fault{Operation: unknown, Body: `{"object":"nothing"}`, Times: 1})
	backend(srv, http.MethodGet, "/v1/nothing/here", "").madeUp().do(t).want(t, http.StatusOK)
	backend(srv, http.MethodGet, "/v1/nothing/here", "").do(t).want(t, http.StatusNotImplemented)
	if got := srv.Calls()[unknown]; got != 2 {
		t.Errorf("%d calls counted, want 2", got)
	}
}

func TestClearFaultsEndsOutages(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	srv.SetUnavailable(true)
	srv.SetUnreachable(true)
	srv.ClearFaults()
	backend(srv, http.MethodGet, "/v1/users", "").do(t).want(t, http.StatusOK)
}

func TestAServerCanStartUnavailable(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) { c.StartUnavailable = true })
	health := call{method: http.MethodGet, url: srv.FrontendURL() + "/health"}
	health.do(t).want(t, http.StatusServiceUnavailable)
	srv.SetUnavailable(false)
	health.do(t).want(t, http.StatusOK)
}
