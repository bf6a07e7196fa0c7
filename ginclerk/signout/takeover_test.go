package signout_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// process connects one replica to Clerk and to the store. After a cut, its requests and the answers to running requests are lost.
type process struct {
	clerk                *clerk
	store                storage.Store
	fromClerk, fromStore atomic.Bool
}

func (p *process) OfUser(ctx context.Context, user string, states ...session.Status) ([]session.Session, error) {
	if p.fromClerk.Load() {
		return nil, outage{}
	}
	return p.clerk.OfUser(ctx, user, states...)
}

func (p *process) Revoke(ctx context.Context, id string) error {
	if p.fromClerk.Load() {
		return outage{}
	}
	err := p.clerk.Revoke(ctx, id)
	if p.fromClerk.Load() {
		return outage{}
	}
	return err
}

func (p *process) Load(ctx context.Context, key string) ([]byte, error) {
	if p.fromStore.Load() {
		return nil, storage.ErrUnavailable
	}
	return p.store.Load(ctx, key)
}

func (p *process) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	if p.fromStore.Load() {
		return false, storage.ErrUnavailable
	}
	done, err := p.store.CompareAndSwap(ctx, key, old, replacement, lifetime)
	if p.fromStore.Load() {
		return false, storage.ErrUnavailable
	}
	return done, err
}

func (p *process) runner(t *testing.T) *signout.Runner {
	t.Helper()
	return newRunner(t, p, p, production)
}

func TestAJobWhoseProcessDiedIsTakenUp(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		fromClerk bool // else it only can't reach the store: it is slow, not dead
	}{
		{"a process that is dead", true},
		{"a process that has lost the store for a while", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClerk()
				c.add(ann, session.Active, names("a", 600)...)
				c.add(ann, session.Active, current)
				store := memory()
				one, two := &process{clerk: c, store: store}, &process{clerk: c, store: store}
				first, second := one.runner(t), two.runner(t)
				job := start(t, first, everywhere())
				until(t, first, job.ID, func(j signout.Job) bool { return j.Revoked > 200 })
				one.fromStore.Store(true)
				one.fromClerk.Store(row.fromClerk)
				ended := len(c.revocations())
				if _, err := second.Job(t.Context(), ann, job.ID); err != nil {
					t.Fatal(err)
				}
				wait(t, 2*time.Second)
				if got := len(c.revocations()); got > ended+26 {
					t.Errorf("the job went on before its lease was over, %d requests", got-ended)
				}
				c.set("sess_a00590", session.Ended) // by its user, meanwhile
				wait(t, 4*time.Second)
				if _, err := second.Job(t.Context(), ann, job.ID); err != nil {
					t.Fatal(err)
				}
				wait(t, time.Second)
				one.fromStore.Store(false)
				job = finish(t, second, job.ID)
				if diff := cmp.Diff(counts{Total: 601, Revoked: 600, AlreadyGone: 1}, count(job)); diff != "" || !job.Complete() {
					t.Error(diff)
				}
				again := len(c.revocations()) - 600
				t.Logf("%d sessions were asked for twice", again)
				if again > 26 {
					t.Errorf("%d sessions were asked for twice", again)
				}
				wait(t, time.Minute) // the first process must not change anything any more
				if diff := cmp.Diff(job, finish(t, first, job.ID)); diff != "" {
					t.Error(diff)
				}
				c.checkPace(t, 500)
			})
		})
	}
}

func TestOnlyOneProcessWorksOnAJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 300)...)
		c.answer = func(n int, _ string) (bool, error) {
			if n == 50 {
				return false, outage{retryAfter: 40 * time.Second} // longer than the lease
			}
			return false, nil
		}
		store := memory()
		one, two := newRunner(t, c, store, production), newRunner(t, c, store, production)
		var group sync.WaitGroup
		jobs := make([]signout.Job, 20)
		for i := range jobs {
			group.Go(func() {
				r := one
				if i%2 == 1 {
					r = two
				}
				job, err := r.Start(t.Context(), everywhere())
				if err != nil {
					t.Error(err)
					return
				}
				jobs[i] = finish(t, r, job.ID)
			})
		}
		group.Wait()
		for _, j := range jobs {
			if j.ID != jobs[0].ID || j.Revoked != 300 || !j.Complete() {
				t.Errorf("got %s with %+v", j.ID, count(j))
			}
		}
		if got := len(c.revocations()); got != 301 {
			t.Errorf("%d requests, want 301", got)
		}
		next := start(t, one, everywhere())
		if next.ID == jobs[0].ID {
			t.Error("a finished job is given to who starts another one")
		}
		if next = finish(t, one, next.ID); next.Total != 0 || !next.Complete() {
			t.Errorf("got %+v", count(next))
		}
	})
}

func TestConcurrentRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 30)...)
		c.answer = func(_ int, id string) (bool, error) {
			if id != "" && len(c.revocations()) < 181 { // six times each
				return false, outage{}
			}
			return false, nil
		}
		store := memory()
		one, two := newRunner(t, c, store, production), newRunner(t, c, store, production)
		job := finish(t, one, start(t, one, everywhere()).ID)
		if len(job.Failed) != 30 {
			t.Fatalf("got %+v", count(job))
		}
		before := len(c.revocations())
		var group sync.WaitGroup
		for i := range 10 {
			group.Go(func() {
				r := []*signout.Runner{one, two}[i%2]
				var again signout.Job
				var err error
				if i < 8 {
					again, err = r.Retry(t.Context(), ann, job.ID)
				} else {
					again, err = r.Start(t.Context(), everywhere())
				}
				if err != nil {
					t.Error(err)
					return
				}
				finish(t, r, again.ID)
			})
		}
		group.Wait()
		if got := len(c.revocations()) - before; got > 31 || len(c.live(ann)) > 0 {
			t.Errorf("%d requests for 30 sessions, %d are live", got, len(c.live(ann)))
		}
	})
}

func TestCloseLeavesTheJobToTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 300)...)
		store := memory()
		one := newRunner(t, c, store, production)
		job := start(t, one, everywhere())
		until(t, one, job.ID, func(j signout.Job) bool { return j.Revoked > 100 })
		began := time.Now()
		if err := one.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("it took %s to close", took)
		}
		sent := len(c.revocations())
		wait(t, time.Minute)
		if got := len(c.revocations()); got != sent {
			t.Errorf("%d requests after it was closed", got-sent)
		}
		seen, err := one.Job(t.Context(), ann, job.ID)
		if err != nil || seen.State != signout.Running || seen.Revoked != sent {
			t.Errorf("%d ended, the job says %+v, error %v", sent, count(seen), err)
		}
		if _, err := one.Start(t.Context(), everywhere()); !errors.Is(err, signout.ErrClosed) {
			t.Errorf("start: %v", err)
		}
		if _, err := one.Retry(t.Context(), ann, job.ID); !errors.Is(err, signout.ErrClosed) {
			t.Errorf("retry: %v", err)
		}
		two := newRunner(t, c, store, production)
		if job, err = two.Latest(t.Context(), ann); err != nil {
			t.Fatal(err)
		}
		if job = finish(t, two, job.ID); job.Revoked != 300 || !job.Complete() {
			t.Errorf("got %+v", count(job))
		}
		if got := c.revocations(); len(got) != 300 || len(slices.Compact(sorted(got))) != 300 {
			t.Errorf("%d requests", len(got))
		}
	})
}

func TestCloseEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.delay = 20 * time.Second
		c.add(ann, session.Active, names("a", 3)...)
		store := memory()
		one := newRunner(t, c, store, production)
		job := start(t, one, everywhere())
		wait(t, 25*time.Second) // listed; the revocations are under way
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		if err := one.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("it took %s", took)
		}
		synctest.Wait()
		c.delay = 0
		two := newRunner(t, c, store, production)
		if job = finish(t, two, job.ID); job.Revoked != 3 || !job.Complete() {
			t.Errorf("got %+v", count(job))
		}
	})
}

func TestJobsAreTheirUsersAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, "sess_1")
		c.answer = func(_ int, id string) (bool, error) {
			if id != "" {
				return false, errors.New("422")
			}
			return false, nil
		}
		store := memory()
		r := newRunner(t, c, store, production)
		job := finish(t, r, start(t, r, everywhere()).ID)
		other, err := signout.New(signout.Config{Sessions: c, Revoker: c, Store: store, Instance: "another", Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			name     string
			r        *signout.Runner
			user, id string
		}{
			{"of another user", r, bob, job.ID},
			{"of no user", r, "", job.ID},
			{"of another Clerk instance", other, ann, job.ID},
			{"with an id that nobody has", r, ann, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
			{"with an id that is none", r, ann, "../pace"},
			{"without an id", r, ann, ""},
		} {
			if _, err := row.r.Job(t.Context(), row.user, row.id); !errors.Is(err, signout.ErrNotFound) {
				t.Errorf("a job %s: %v", row.name, err)
			}
			if _, err := row.r.Retry(t.Context(), row.user, row.id); !errors.Is(err, signout.ErrNotFound) {
				t.Errorf("retry of a job %s: %v", row.name, err)
			}
		}
		for _, user := range []string{bob, ""} {
			if _, err := r.Latest(t.Context(), user); !errors.Is(err, signout.ErrNotFound) {
				t.Errorf("latest job of %q: %v", user, err)
			}
		}
		wait(t, 59*time.Minute)
		got, err := r.Job(t.Context(), ann, job.ID)
		if diff := cmp.Diff(job, got); diff != "" || err != nil || got.Failed[0].SessionID != "sess_1" {
			t.Errorf("after 59 minutes: %v %s", err, diff)
		}
		wait(t, 2*time.Minute)
		if _, err := r.Job(t.Context(), ann, job.ID); !errors.Is(err, signout.ErrNotFound) {
			t.Errorf("after an hour: %v", err)
		}
	})
}

func TestAJobOfHours(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 1500)...)
		c.answer = func(_ int, id string) (bool, error) {
			if id == "sess_a00001" {
				return false, errors.New("422")
			}
			return false, nil
		}
		store := memory()
		r := newRunner(t, c, store, signout.Limit{Requests: 4, Per: 10 * time.Second})
		job := start(t, r, everywhere())
		wait(t, 2*time.Hour)
		if again := start(t, r, everywhere()); again.ID != job.ID {
			t.Error("a second job of the user runs")
		}
		job = finish(t, r, job.ID)
		if job.Revoked != 1499 || len(job.Failed) != 1 || job.Failed[0].SessionID != "sess_a00001" {
			t.Errorf("got %+v", count(job))
		}
		c.checkPace(t, 2)
	})
}

// shaky loses every tenth call, and the answer of every other tenth.
type shaky struct {
	storage.Store
	calls atomic.Int64
}

func (s *shaky) Load(ctx context.Context, key string) ([]byte, error) {
	if s.calls.Add(1)%10 == 3 {
		return nil, storage.ErrUnavailable
	}
	return s.Store.Load(ctx, key)
}

func (s *shaky) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	n := s.calls.Add(1) % 10
	if n == 3 {
		return false, storage.ErrUnavailable
	}
	done, err := s.Store.CompareAndSwap(ctx, key, old, replacement, lifetime)
	if n == 7 {
		return false, storage.ErrUnavailable
	}
	return done, err
}

func TestAShakyStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 300)...)
		store := &shaky{Store: memory()}
		r := newRunner(t, c, store, production)
		var job signout.Job
		var err error
		for range 5 {
			if job, err = r.Start(t.Context(), everywhere()); err == nil {
				break
			}
			if !errors.Is(err, signout.ErrUnavailable) {
				t.Fatal(err)
			}
		}
		id, began := job.ID, time.Now()
		for range 200 {
			if job, err = r.Job(t.Context(), ann, id); err == nil && job.State == signout.Finished {
				break
			}
			wait(t, time.Second)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("it took %s", took)
		}
		if diff := cmp.Diff(counts{Total: 300, Revoked: 300}, count(job)); diff != "" {
			t.Error(diff)
		}
		c.checkPace(t, 500)
	})
}

func TestRequestsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	r, err := signout.New(signout.Config{Sessions: newClerk(), Revoker: newClerk(), Store: memory(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	many := make([]string, signout.MaxSelected+1)
	for i := range many {
		many[i] = fmt.Sprint("sess_", i)
	}
	for _, row := range []struct {
		name string
		req  signout.Request
	}{
		{"no user", signout.Request{Scope: signout.Everywhere}},
		{"no scope", signout.Request{UserID: ann}},
		{"an unknown scope", signout.Request{UserID: ann, Scope: "all"}},
		{"others than none", signout.Request{UserID: ann, Scope: signout.Others}},
		{"nothing selected", signout.Request{UserID: ann, Scope: signout.Selected}},
		{"too many selected", signout.Request{UserID: ann, Scope: signout.Selected, SessionIDs: many}},
		{"an empty id", signout.Request{UserID: ann, Scope: signout.Selected, SessionIDs: []string{"sess_1", ""}}},
		{"an endless id", signout.Request{UserID: ann, Scope: signout.Selected, SessionIDs: []string{string(make([]byte, 129))}}},
	} {
		if _, err := r.Start(t.Context(), row.req); !errors.Is(err, signout.ErrRequest) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	full, err := signout.New(signout.Config{
		Sessions: newClerk(), Revoker: newClerk(), Store: storage.NewMemory(storage.MemoryConfig{MaxBytes: 10}), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := full.Start(t.Context(), everywhere()); !errors.Is(err, signout.ErrUnavailable) || !errors.Is(err, storage.ErrFull) {
		t.Errorf("a full store: %v", err)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	_, err := signout.New(signout.Config{Limit: signout.Limit{Requests: 1, Per: time.Second}})
	want := "signout: Sessions is missing\nsignout: Revoker is missing\nsignout: Store is missing\nsignout: Now is missing\n" +
		"signout: Limit has no half: at least 2 requests in some time are needed"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if got := signout.ClerkLimit("production"); got != production {
		t.Errorf("production: %+v", got)
	}
	if got := signout.ClerkLimit("development"); got != development {
		t.Errorf("development: %+v", got)
	}
}
