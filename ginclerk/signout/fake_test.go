package signout_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	ann     = "user_ann"
	bob     = "user_bob"
	current = "sess_current"
)

// outage is an error of Clerk that may not come again.
type outage struct{ retryAfter time.Duration }

func (o outage) Error() string                  { return "503" }
func (o outage) Unwrap() error                  { return session.ErrUnavailable }
func (o outage) ErrorRetryAfter() time.Duration { return o.retryAfter }

// request is a request that reached the fake.
type request struct {
	at time.Time
	id string // of the session; "" = a page of a list
}

// clerk is Clerk as this package sees it.
type clerk struct {
	mu       sync.Mutex
	order    []string
	sessions map[string]session.Session
	requests []request
	delay    time.Duration // of every answer

	careless bool       // // lists the sessions of all users
	hooks    sync.Mutex // held while the hooks below run
	// answer is called for each request before anything happens, with the number of requests so far; lost makes the request
	// take effect although the answer is lost.
	answer func(n int, id string) (lost bool, err error)
	// after is called after each request that was answered well.
	after func(n int, id string)
}

func newClerk() *clerk {
	return &clerk{sessions: map[string]session.Session{}, delay: 40 * time.Millisecond}
}

func (c *clerk) add(user string, status session.Status, ids ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		c.order = append(c.order, id)
		c.sessions[id] = session.Session{ID: id, UserID: user, Status: status}
	}
}

func (c *clerk) set(id string, status session.Status) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sessions[id]
	s.Status = status
	c.sessions[id] = s
}

func (c *clerk) begin(ctx context.Context, id string) (int, bool, error) {
	c.mu.Lock()
	n := len(c.requests)
	c.requests = append(c.requests, request{time.Now(), id})
	c.mu.Unlock()
	timer := time.NewTimer(c.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return n, false, ctx.Err()
	}
	if c.answer == nil {
		return n, false, nil
	}
	c.hooks.Lock()
	defer c.hooks.Unlock()
	lost, err := c.answer(n, id)
	return n, lost, err
}

// OfUser answers by pages of 500.
func (c *clerk) OfUser(ctx context.Context, user string, _ ...session.Status) ([]session.Session, error) {
	for offset := 0; ; offset += 500 {
		if offset > 0 {
			if err := session.AwaitTurn(ctx); err != nil {
				return nil, err
			}
		}
		n, _, err := c.begin(ctx, "")
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		total := len(c.order)
		c.mu.Unlock()
		c.tell(n, "")
		if offset+500 >= total {
			return c.of(user), nil
		}
	}
}

func (c *clerk) of(user string) (all []session.Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range c.order {
		if c.careless || c.sessions[id].UserID == user {
			all = append(all, c.sessions[id])
		}
	}
	return all
}

func (c *clerk) Revoke(ctx context.Context, id string) error {
	n, lost, err := c.begin(ctx, id)
	if err != nil && !lost {
		return err
	}
	c.mu.Lock()
	s, ok := c.sessions[id]
	if ok && s.Status.Live() {
		s.Status = session.Revoked
		c.sessions[id] = s
	}
	c.mu.Unlock()
	switch {
	case err != nil:
		return err
	case !ok:
		return session.ErrNotFound
	}
	c.tell(n, id)
	return nil
}

func (c *clerk) tell(n int, id string) {
	c.hooks.Lock()
	defer c.hooks.Unlock()
	if c.after != nil {
		c.after(n, id)
	}
}

// revocations returns the ids of the requests to end a session, in order.
func (c *clerk) revocations() (ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.requests {
		if r.id != "" {
			ids = append(ids, r.id)
		}
	}
	return ids
}

func (c *clerk) live(user string) (ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range c.order {
		if s := c.sessions[id]; s.UserID == user && s.Status.Live() {
			ids = append(ids, id)
		}
	}
	return ids
}

// checkPace fails if any stretch of ten seconds has more requests than allowed, or any second more than a flow that
// makes up for half a second.
func (c *clerk) checkPace(t *testing.T, half int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	checkStretches(t, c.requests, 10*time.Second, half)
	checkStretches(t, c.requests, time.Second, half*15/100+1)
}

// checkStretches fails if any stretch of the span has more requests than allowed.
func checkStretches(t *testing.T, requests []request, span time.Duration, most int) {
	t.Helper()
	first, top := 0, 0
	for i, r := range requests {
		for r.at.Sub(requests[first].at) >= span {
			first++
		}
		top = max(top, i-first+1)
	}
	if top > most {
		t.Errorf("%d requests in %s, at most %d are allowed", top, span, most)
	}
}

func names(prefix string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("sess_%s%05d", prefix, i)
	}
	return ids
}

var (
	development = signout.Limit{Requests: 100, Per: 10 * time.Second}
	production  = signout.Limit{Requests: 1000, Per: 10 * time.Second}
)

// clerkAPI has the calls that a runner makes.
type clerkAPI interface {
	signout.Sessions
	signout.Revoker
}

func newRunner(t *testing.T, c clerkAPI, store storage.Store, limit signout.Limit) *signout.Runner {
	t.Helper()
	r, err := signout.New(signout.Config{Sessions: c, Revoker: c, Store: store, Limit: limit, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return r
}

func start(t *testing.T, r *signout.Runner, req signout.Request) signout.Job {
	t.Helper()
	job, err := r.Start(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func everywhere() signout.Request {
	return signout.Request{UserID: ann, CurrentSessionID: current, Scope: signout.Everywhere}
}

// finish waits until the job has finished, as a page would: by the channel, and by looking again after a while.
func finish(t *testing.T, r *signout.Runner, id string) signout.Job {
	t.Helper()
	return finishOf(t, r, ann, id)
}

func finishOf(t *testing.T, r *signout.Runner, user, id string) signout.Job {
	t.Helper()
	for {
		changed := r.Changed(id)
		job, err := r.Job(t.Context(), user, id)
		if err != nil {
			t.Fatal(err)
		}
		if job.State == signout.Finished {
			return job
		}
		timer := time.NewTimer(2 * time.Second)
		select {
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// until waits until ok accepts the job.
func until(t *testing.T, r *signout.Runner, id string, ok func(signout.Job) bool) signout.Job {
	t.Helper()
	for {
		changed := r.Changed(id)
		job, err := r.Job(t.Context(), ann, id)
		if err != nil {
			t.Fatal(err)
		}
		if ok(job) {
			return job
		}
		if job.State == signout.Finished {
			t.Fatalf("finished too early: %+v", job)
		}
		<-changed
	}
}

type counts struct {
	Total, Revoked, AlreadyGone, Failed int
	Kept                                bool
	Problem                             signout.Reason
}

func count(j signout.Job) counts {
	return counts{j.Total, j.Revoked, j.AlreadyGone, len(j.Failed), j.CurrentKept, j.Problem}
}

func failures(j signout.Job) map[string]signout.Reason {
	out := map[string]signout.Reason{}
	for _, f := range j.Failed {
		out[f.SessionID] = f.Reason
	}
	return out
}

func sorted(ids []string) []string {
	out := slices.Clone(ids)
	slices.Sort(out)
	return out
}
