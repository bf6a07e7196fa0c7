package signout_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

func memory() storage.Store { return storage.NewMemory(storage.MemoryConfig{Now: time.Now}) }

func TestHalfOfTheLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		limit signout.Limit
		n     int
		most  time.Duration
	}{
		{"production", production, 1000, 26 * time.Second},
		{"development", development, 200, 52 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClerk()
				c.add(ann, session.Active, names("a", tt.n-1)...)
				c.add(ann, session.Active, current)
				c.answer = func(n int, _ string) (bool, error) {
					switch n % 20 {
					case 7:
						return n%40 == 7, outage{} // with and without effect
					default:
						return false, nil
					}
				}
				r := newRunner(t, c, memory(), tt.limit)
				began := time.Now()
				job := finish(t, r, start(t, r, everywhere()).ID)
				took := time.Since(began)
				t.Logf("%d sessions by %d requests in %s", tt.n, len(c.requests), took)
				if diff := cmp.Diff(counts{Total: tt.n, Revoked: tt.n}, count(job)); diff != "" || !job.Complete() {
					t.Error(diff)
				}
				if left := c.live(ann); len(left) > 0 {
					t.Errorf("%d sessions live", len(left))
				}
				c.checkPace(t, tt.limit.Requests/2)
				if took > tt.most {
					t.Errorf("took %s, at most %s are allowed", took, tt.most)
				}
			})
		})
	}
}

func TestManyJobsShareTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		users := []string{"user_1", "user_2", "user_3", "user_4"}
		for _, u := range users {
			c.add(u, session.Active, names(u, 300)...)
		}
		store := memory()
		replicas := []*signout.Runner{newRunner(t, c, store, production), newRunner(t, c, store, production)}
		var group sync.WaitGroup
		for i, u := range users {
			group.Go(func() {
				r := replicas[i%2]
				job := start(t, r, signout.Request{UserID: u, Scope: signout.Everywhere})
				if job = finishOf(t, r, u, job.ID); job.Revoked != 300 || !job.Complete() {
					t.Errorf("got %+v", count(job))
				}
			})
		}
		group.Wait()
		c.checkPace(t, 500)
	})
}

func TestRetryAfterIsObeyedByAllReplicas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 300)...)
		c.add(bob, session.Active, names("b", 300)...)
		var asked time.Time
		c.answer = func(n int, id string) (bool, error) {
			if n == 100 {
				asked = time.Now()
				return false, outage{retryAfter: 30 * time.Second}
			}
			return false, nil
		}
		store := memory()
		one, two := newRunner(t, c, store, production), newRunner(t, c, store, production)
		other := start(t, two, signout.Request{UserID: bob, Scope: signout.Everywhere})
		job := finish(t, one, start(t, one, everywhere()).ID)
		if !job.Complete() || job.Revoked != 300 {
			t.Errorf("got %+v", count(job))
		}
		if other = finishOf(t, two, bob, other.ID); other.Revoked != 300 {
			t.Errorf("got %+v", count(other))
		}
		late := 0
		for _, r := range c.requests {
			if since := r.at.Sub(asked); since > 0 && since < 30*time.Second {
				late++
				if since > 500*time.Millisecond {
					t.Fatalf("a request %s after Clerk asked to wait for 30s", since)
				}
			}
		}
		// The other replica learns of it with its next slots.
		if late > 13 {
			t.Errorf("%d requests after Clerk asked to wait", late)
		}
		c.checkPace(t, 500)
	})
}

func TestARetryAfterThatIsTooLongFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 30)...)
		c.add(ann, session.Active, current)
		c.answer = func(n int, _ string) (bool, error) {
			if n == 10 {
				return false, outage{retryAfter: time.Hour}
			}
			return false, nil
		}
		r := newRunner(t, c, memory(), production)
		began := time.Now()
		job := finish(t, r, start(t, r, everywhere()).ID)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("took %s", took)
		}
		if job.Complete() || !job.CurrentKept || job.Revoked+len(job.Failed) != 30 || len(job.Failed) == 0 {
			t.Errorf("got %+v", count(job))
		}
		sent := len(c.requests)
		again, err := r.Retry(t.Context(), ann, job.ID)
		if err != nil {
			t.Fatal(err)
		}
		if again = finish(t, r, again.ID); len(c.requests) != sent {
			t.Errorf("%d requests while Clerk asks to wait", len(c.requests)-sent)
		}
		if again.Problem != signout.Unavailable || !again.CurrentKept {
			t.Errorf("got %+v", count(again))
		}
		wait(t, time.Hour-2*time.Minute)
		if _, err := r.Job(t.Context(), ann, job.ID); err != nil {
			t.Fatalf("the job is not readable for an hour: %v", err)
		}
		again, err = r.Retry(t.Context(), ann, job.ID)
		if err != nil {
			t.Fatal(err)
		}
		if again = finish(t, r, again.ID); !again.Complete() || again.Revoked != 31 {
			t.Errorf("got %+v", count(again))
		}
	})
}

func wait(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

func TestTheCurrentSessionIsLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, current)
		c.add(ann, session.Active, names("a", 40)...)
		c.add(ann, session.Pending, "sess_pending")
		appeared := false
		c.after = func(_ int, id string) {
			if id == "sess_a00039" && !appeared {
				appeared = true
				c.add(ann, session.Active, "sess_new")
			}
		}
		r := newRunner(t, c, memory(), production)
		job := finish(t, r, start(t, r, everywhere()).ID)
		if diff := cmp.Diff(counts{Total: 43, Revoked: 43}, count(job)); diff != "" {
			t.Error(diff)
		}
		order := c.revocations()
		if order[len(order)-1] != current || order[len(order)-2] != "sess_new" || len(order) != 43 {
			t.Errorf("the order ends with %v", order[len(order)-2:])
		}
	})
}

func TestTheCurrentSessionIsKeptWhenOthersFail(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, current)
		c.add(ann, session.Active, names("a", 40)...)
		broken := true
		c.answer = func(_ int, id string) (bool, error) {
			switch {
			case id == "sess_a00003" && broken:
				return false, outage{}
			case id == "sess_a00005" && broken:
				return false, errors.New("422")
			}
			return false, nil
		}
		r := newRunner(t, c, memory(), production)
		job := finish(t, r, start(t, r, everywhere()).ID)
		if diff := cmp.Diff(counts{Total: 41, Revoked: 38, Failed: 2, Kept: true}, count(job)); diff != "" {
			t.Fatal(diff)
		}
		want := map[string]signout.Reason{"sess_a00003": signout.Unavailable, "sess_a00005": signout.Refused}
		if diff := cmp.Diff(want, failures(job)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{current, "sess_a00003", "sess_a00005"}, c.live(ann)); diff != "" {
			t.Error(diff)
		}
		broken = false
		before := len(c.revocations())
		if _, err := r.Retry(t.Context(), ann, job.ID); err != nil {
			t.Fatal(err)
		}
		if job = finish(t, r, job.ID); !job.Complete() || job.Revoked != 41 {
			t.Errorf("got %+v", count(job))
		}
		asked := c.revocations()[before:]
		slices.Sort(asked[:2])
		if diff := cmp.Diff([]string{"sess_a00003", "sess_a00005", current}, asked); diff != "" {
			t.Errorf("retried: %s", diff)
		}
		if again, err := r.Retry(t.Context(), ann, job.ID); err != nil || again.State != signout.Finished {
			t.Errorf("a complete job runs again: %+v, %v", again, err)
		}
	})
}

// What has ended is told before anybody can see that the job is finished, and what has not ended is not told.
func TestWhatHasEndedIsToldBeforeTheJobIsFinished(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Ended, "sess_old")
		c.add(ann, session.Active, "sess_1", "sess_kept", "sess_unselected")
		c.answer = func(_ int, id string) (bool, error) {
			if id == "sess_kept" {
				return false, errors.New("403")
			}
			return false, nil
		}
		var told []string
		var r *signout.Runner
		var err error
		r, err = signout.New(signout.Config{
			Sessions: c, Revoker: c, Store: memory(), Limit: production, Now: time.Now,
			Settled: func(ctx context.Context, userID string, ids []string) {
				job, err := r.Latest(ctx, userID)
				if err != nil || job.State != signout.Running {
					t.Errorf("the job is %s: %v", job.State, err)
				}
				told = append(told, ids...)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		job := finish(t, r, start(t, r, signout.Request{
			UserID: ann, Scope: signout.Selected, SessionIDs: []string{"sess_1", "sess_old", "sess_kept", "sess_unknown"},
		}).ID)
		slices.Sort(told)
		if diff := cmp.Diff([]string{"sess_1", "sess_old"}, told); diff != "" || job.Revoked != 1 {
			t.Errorf("%+v: %s", count(job), diff)
		}
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestEverySessionIsReportedAsItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Ended, "sess_old")
		c.add(ann, session.Active, "sess_1", "sess_ends", "sess_vanishes", "sess_lost", "sess_refused")
		c.add(bob, session.Active, "sess_foreign")
		tries := map[string]int{}
		c.answer = func(_ int, id string) (bool, error) {
			tries[id]++
			switch {
			case id == "sess_ends": // by its user, just before
				c.set(id, session.Ended)
			case id == "sess_vanishes":
				c.mu.Lock()
				delete(c.sessions, id)
				c.order = slices.DeleteFunc(c.order, func(s string) bool { return s == id })
				c.mu.Unlock()
			case id == "sess_lost" && tries[id] == 1:
				return true, outage{}
			case id == "sess_lost":
				return false, errors.New("400: ended already")
			case id == "sess_refused":
				c.set(id, session.Removed)
				return false, errors.New("400: ended already")
			}
			return false, nil
		}
		r := newRunner(t, c, memory(), production)
		job := finish(t, r, start(t, r, signout.Request{
			UserID: ann, Scope: signout.Selected,
			SessionIDs: []string{
				"sess_1", "sess_old", "sess_foreign", "sess_ends", "sess_vanishes", "sess_lost", "sess_refused", "<script>", "sess_1",
			},
		}).ID)
		if diff := cmp.Diff(counts{Total: 8, Revoked: 2, AlreadyGone: 4, Failed: 2}, count(job)); diff != "" {
			t.Error(diff)
		}
		want := map[string]signout.Reason{"sess_foreign": signout.NotFound, "<script>": signout.NotFound}
		if diff := cmp.Diff(want, failures(job)); diff != "" {
			t.Error(diff)
		}
		if slices.Contains(c.revocations(), "sess_foreign") || len(c.live(bob)) != 1 {
			t.Error("a session of somebody else was ended")
		}
	})
}

func TestAListIsNotTrusted(t *testing.T) {
	t.Parallel()
	for _, req := range []signout.Request{
		{UserID: ann, Scope: signout.Everywhere},
		{UserID: ann, Scope: signout.Selected, SessionIDs: []string{"sess_1", "sess_foreign"}},
	} {
		t.Run(string(req.Scope), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClerk()
				c.careless = true
				c.add(ann, session.Active, "sess_1")
				c.add(bob, session.Active, "sess_foreign")
				r := newRunner(t, c, memory(), production)
				finish(t, r, start(t, r, req).ID)
				if diff := cmp.Diff([]string{"sess_1"}, c.revocations()); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		req  signout.Request
		want []string // in their order
	}{
		{"everywhere ends all", signout.Request{CurrentSessionID: current, Scope: signout.Everywhere}, []string{"sess_1", "sess_2", current}},
		{"everywhere without a current session", signout.Request{Scope: signout.Everywhere}, []string{current, "sess_1", "sess_2"}},
		{"others keeps the current one", signout.Request{CurrentSessionID: current, Scope: signout.Others}, []string{"sess_1", "sess_2"}},
		{
			"selected ends what is named",
			signout.Request{CurrentSessionID: current, Scope: signout.Selected, SessionIDs: []string{"sess_2"}},
			[]string{"sess_2"},
		},
		{
			"selected ends the current one last",
			signout.Request{CurrentSessionID: current, Scope: signout.Selected, SessionIDs: []string{current, "sess_2"}},
			[]string{"sess_2", current},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClerk()
				c.add(ann, session.Active, current, "sess_1", "sess_2")
				r := newRunner(t, c, memory(), production)
				tt.req.UserID = ann
				job := finish(t, r, start(t, r, tt.req).ID)
				if diff := cmp.Diff(tt.want, c.revocations()); diff != "" || !job.Complete() {
					t.Errorf("%+v %s", count(job), diff)
				}
			})
		})
	}
}

func TestSessionsThatKeepAppearing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, current, "sess_0")
		fresh := names("new", 50)
		c.after = func(_ int, id string) {
			if id != "" && id != current {
				c.add(ann, session.Active, fresh[0])
				fresh = fresh[1:]
			}
		}
		r := newRunner(t, c, memory(), production)
		job := finish(t, r, start(t, r, everywhere()).ID)
		if diff := cmp.Diff(counts{Total: 7, Revoked: 5, Failed: 1, Kept: true}, count(job)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(map[string]signout.Reason{"sess_new00004": signout.StillAppearing}, failures(job)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOutages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 500)...)
		c.add(ann, session.Active, current)
		listDown, revokeDown := true, true
		c.answer = func(_ int, id string) (bool, error) {
			if (id == "" && listDown) || (id != "" && revokeDown) {
				return false, outage{}
			}
			return false, nil
		}
		r := newRunner(t, c, memory(), production)
		began := time.Now()
		job := finish(t, r, start(t, r, everywhere()).ID)
		if diff := cmp.Diff(counts{Problem: signout.Unavailable}, count(job)); diff != "" || job.Complete() {
			t.Errorf("no list: %s", diff)
		}
		listDown = false
		if _, err := r.Retry(t.Context(), ann, job.ID); err != nil {
			t.Fatal(err)
		}
		job = finish(t, r, job.ID)
		if diff := cmp.Diff(counts{Total: 501, Failed: 500, Kept: true}, count(job)); diff != "" {
			t.Errorf("no revocations: %s", diff)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("it took %s to give up", took)
		}
		revokeDown = false
		if _, err := r.Retry(t.Context(), ann, job.ID); err != nil {
			t.Fatal(err)
		}
		if job = finish(t, r, job.ID); !job.Complete() || job.Revoked != 501 {
			t.Errorf("got %+v", count(job))
		}
		c.checkPace(t, 500)
	})
}

func TestMoreSessionsThanOneJobEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, current)
		c.add(ann, session.Active, names("a", 20_100)...)
		r := newRunner(t, c, memory(), signout.Limit{Requests: 20_000, Per: 10 * time.Second})
		job := start(t, r, everywhere())
		for job.State == signout.Running {
			wait(t, 5*time.Second)
			var err error
			if job, err = r.Job(t.Context(), ann, job.ID); err != nil {
				t.Fatal(err)
			}
		}
		want := counts{Total: 20_000, Revoked: 19_999, Kept: true, Problem: signout.TooMany}
		if diff := cmp.Diff(want, count(job)); diff != "" {
			t.Error(diff)
		}
		job = finish(t, r, start(t, r, everywhere()).ID)
		if diff := cmp.Diff(counts{Total: 102, Revoked: 102}, count(job)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRetriesHaveJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 12)...)
		down := true
		c.answer = func(_ int, id string) (bool, error) {
			if id != "" && down {
				return false, outage{}
			}
			return false, nil
		}
		r := newRunner(t, c, memory(), production)
		finish(t, r, start(t, r, everywhere()).ID)
		tries := map[string][]time.Time{}
		for _, q := range c.requests {
			tries[q.id] = append(tries[q.id], q.at)
		}
		delete(tries, "")
		delays := map[time.Duration]bool{}
		for id, at := range tries {
			if len(at) != 6 {
				t.Errorf("%s was tried %d times, want 6", id, len(at))
			}
			for i := 1; i < len(at); i++ {
				if i > 1 && at[i].Sub(at[i-1]) < 100*time.Millisecond {
					t.Errorf("tried again after %s", at[i].Sub(at[i-1]))
				}
			}
			delays[at[len(at)-1].Sub(at[len(at)-2])] = true
		}
		if len(delays) < 6 {
			t.Errorf("the last delays are only %v", delays)
		}
	})
}

func TestProgressIsSavedAndTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 10_000)...)
		store := &spy{Store: memory()}
		r := newRunner(t, c, store, production)
		began := time.Now()
		job := start(t, r, everywhere())
		steps, before := 0, 0
		for job.State == signout.Running {
			changed := r.Changed(job.ID)
			var err error
			if job, err = r.Job(t.Context(), ann, job.ID); err != nil {
				t.Fatal(err)
			}
			if job.Settled() > before {
				steps++
			}
			before = job.Settled()
			if job.State == signout.Running {
				<-changed
			}
		}
		if job.Revoked != 10_000 || !job.Complete() {
			t.Errorf("got %+v", count(job))
		}
		took := time.Since(began)
		writes, largest := store.seen() // while the job is taken off the list of unfinished ones
		t.Logf("%s, %d steps, %d writes, largest record %d bytes", took, steps, writes, largest)
		if per := took / time.Duration(writes); per < 80*time.Millisecond {
			t.Errorf("a write each %s", per)
		}
		if largest > 20_000 {
			t.Errorf("a record has %d bytes", largest)
		}
		if steps < 500 {
			t.Errorf("%d steps of progress", steps)
		}
	})
}

// spy counts the writes.
type spy struct {
	storage.Store
	mu              sync.Mutex
	writes, largest int
}

func (s *spy) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	s.mu.Lock()
	s.writes++
	s.largest = max(s.largest, len(replacement))
	s.mu.Unlock()
	return s.Store.CompareAndSwap(ctx, key, old, replacement, lifetime)
}

func (s *spy) seen() (writes, largest int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes, s.largest
}

func TestTheObserverIsToldOfJobsAndTheirWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, told := newClerk(), &events{}
		c.add(ann, session.Active, names("a", 9)...)
		c.add(ann, session.Active, current)
		r, err := signout.New(signout.Config{Sessions: c, Revoker: c, Store: memory(), Now: time.Now, Observer: told})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := r.Close(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
		job := finish(t, r, start(t, r, everywhere()).ID)
		synctest.Wait() // for what tells the observer
		ended := told.of(observe.SignOutEnded)
		if len(ended) != 1 || ended[0].Count != 10 || ended[0].Reason != "" || ended[0].Duration < job.Finished.Sub(job.Started) || ended[0].Err != nil {
			t.Errorf("told %+v of a job that has taken %s", ended, job.Finished.Sub(job.Started))
		}
		waits := told.of(observe.ClerkAwaited)
		if len(waits) == 0 || len(waits) > len(c.requests) {
			t.Errorf("told of %d waits of %d requests", len(waits), len(c.requests))
		}
	})
}

// events is an observer that keeps what it is told.
type events struct {
	mu   sync.Mutex
	told []observe.Event
}

func (e *events) Observe(_ context.Context, event observe.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.told = append(e.told, event)
}

func (e *events) of(kind observe.Kind) (of []observe.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, event := range e.told {
		if event.Kind == kind {
			of = append(of, event)
		}
	}
	return of
}
