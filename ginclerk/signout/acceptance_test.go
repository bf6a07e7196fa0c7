package signout_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerksource"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

const (
	manySessions = 1000
	revokeCall   = "POST /v1/sessions/{session_id}/revoke"
	listCall     = "GET /v1/sessions"
)

// arrivals are when requests arrive at Clerk.
type arrivals struct {
	next    http.RoundTripper
	mu      sync.Mutex
	log     []request
	tooMany int // answers that say so
}

func (a *arrivals) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	a.log = append(a.log, request{at: time.Now()})
	a.mu.Unlock()
	res, err := a.next.RoundTrip(r)
	if err == nil && res.StatusCode == http.StatusTooManyRequests {
		a.mu.Lock()
		a.tooMany++
		a.mu.Unlock()
	}
	return res, err
}

// TestAThousandSessions is the acceptance test: a thousand sessions at a Clerk with production limits. One request of twenty
// fails in some way, the user ends some sessions in the meantime, and the process restarts in the middle. The test measures real
// time, so it does not run in parallel with the others, which use the whole machine.
func TestAThousandSessions(t *testing.T) {
	srv := clerktest.New(t, func(c *clerktest.Config) { c.Type, c.RateLimits = instance.Production, true })
	user, mine := seedMany(t, srv)
	faults := injectFaults(srv)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	wire := &arrivals{next: transport}
	api, err := clerkapi.New(clerkapi.Config{
		SecretKey: instance.SecretKey(srv.SecretKey()), URL: srv.BackendURL(),
		HTTPClient: &http.Client{Transport: wire, Timeout: 5 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	source, store := clerksource.NewBackend(api), memory()
	runner := func() *signout.Runner {
		r, err := signout.New(signout.Config{
			Sessions: source, Revoker: source, Store: store, Limit: signout.ClerkLimit(instance.Production), Now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	follow := func(r *signout.Runner, id string, enough func(signout.Job) bool) signout.Job {
		for {
			changed := r.Changed(id)
			job, err := r.Job(t.Context(), user, id)
			if err != nil {
				t.Fatal(err)
			}
			if enough(job) || job.State == signout.Finished {
				return job
			}
			<-changed
		}
	}

	before := srv.Calls()[listCall] + srv.Calls()[revokeCall]
	began := time.Now()
	first := runner()
	ctx, cancel := context.WithCancel(t.Context())
	job, err := first.Start(ctx, signout.Request{UserID: user, CurrentSessionID: mine, Scope: signout.Everywhere})
	cancel() // the page that asked for it is closed
	if err != nil {
		t.Fatal(err)
	}
	follow(first, job.ID, func(j signout.Job) bool { return j.Revoked >= 200 })
	byThemselves := endSome(t, srv, user, mine)
	follow(first, job.ID, func(j signout.Job) bool { return j.Revoked >= 400 })
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := runner()
	job = follow(second, job.ID, func(signout.Job) bool { return false })
	took := time.Since(began)
	if err := second.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	want := tally(t, srv, user, byThemselves)
	if diff := cmp.Diff(want, count(job)); diff != "" || !job.Complete() {
		t.Errorf("the job differs from what Clerk knows: %s, failed %v", diff, job.Failed)
	}
	calls := srv.Calls()[listCall] + srv.Calls()[revokeCall] - before
	if sent := len(wire.log); calls != sent || wire.tooMany != 1 {
		t.Errorf("Clerk counts %d requests, %d were sent; %d were too many, want the one that was injected", calls, sent, wire.tooMany)
	}
	if left := len(srv.FaultsLeft()); left > faults/5 {
		t.Errorf("%d of %d faults were not met", left, faults)
	}
	half := 20 * time.Second
	t.Logf("%d sessions ended by %d requests in %s, %.2f times what half of the limit allows (%s)",
		manySessions, len(wire.log), took.Round(time.Millisecond), took.Seconds()/half.Seconds(), half)
	checkStretches(t, wire.log, 10*time.Second, clerktest.ProductionRateLimit/2)
}

// seedMany returns a user with a thousand sessions, and the current one.
func seedMany(t *testing.T, srv *clerktest.Server) (user, mine string) {
	t.Helper()
	mia, err := srv.UserByEmail("mia@example.com")
	if err != nil {
		t.Fatal(err)
	}
	for range manySessions {
		s, err := srv.CreateSession(mia.ID, clerktest.SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		mine = s.ID
	}
	return mia.ID, mine
}

// injectFaults makes one request of twenty fail, and returns the number of failures.
func injectFaults(srv *clerktest.Server) int {
	kinds := []clerktest.Fault{
		{Status: http.StatusInternalServerError},
		{Cut: true},
		{Lose: true},
		{Status: http.StatusServiceUnavailable},
		{Truncate: true},
		{Garbage: true},
	}
	n := manySessions / 20
	for i := range n {
		srv.Fail(clerktest.Fault{Operation: revokeCall, Delay: time.Nanosecond, Times: 19}) // all is well
		fault := kinds[i%len(kinds)]
		if i == n/2 {
			fault = clerktest.Fault{RetryAfter: time.Second}
		}
		fault.Operation, fault.Times = revokeCall, 1
		srv.Fail(fault)
	}
	return n
}

// endSome has ten live sessions ended by their user, and returns them.
func endSome(t *testing.T, srv *clerktest.Server, user, mine string) map[string]bool {
	t.Helper()
	ended := map[string]bool{}
	for _, s := range srv.Sessions(user) {
		if s.Status == string(session.Active) && s.ID != mine && len(ended) < 10 {
			if err := srv.EndSession(s.ID); err != nil {
				t.Fatal(err)
			}
			ended[s.ID] = true
		}
	}
	return ended
}

// tally returns the counts that the job should have, from the sessions at Clerk.
func tally(t *testing.T, srv *clerktest.Server, user string, byThemselves map[string]bool) counts {
	t.Helper()
	want := counts{}
	for _, s := range srv.Sessions(user) {
		want.Total++
		switch session.Status(s.Status) {
		case session.Revoked:
			want.Revoked++
		case session.Ended:
			want.AlreadyGone++
		default:
			t.Errorf("a session is %s", s.Status)
		}
	}
	if want.Total != manySessions || want.AlreadyGone == 0 || want.AlreadyGone > len(byThemselves) {
		t.Errorf("Clerk knows %+v", want)
	}
	return want
}
