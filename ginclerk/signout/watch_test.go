package signout_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// A job goes on while no page watches it: once, within seconds, however its process ended and however many runners watch.
func TestAJobThatWasLeftAloneGoesOnByItself(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		end      func(*testing.T, *process, *signout.Runner)
		replicas int
		twice    int // sessions that may be asked for twice: those under way when the process died
	}{
		{"its process was closed", func(t *testing.T, _ *process, r *signout.Runner) {
			t.Helper()
			if err := r.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, 1, 0},
		{"its process died", func(_ *testing.T, p *process, _ *signout.Runner) { p.fromClerk.Store(true); p.fromStore.Store(true) }, 1, 26},
		{"its process died and three others watch", func(_ *testing.T, p *process, _ *signout.Runner) {
			p.fromClerk.Store(true)
			p.fromStore.Store(true)
		}, 3, 26},
		{"its process lost the store for a while", func(_ *testing.T, p *process, _ *signout.Runner) { p.fromStore.Store(true) }, 3, 26},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClerk()
				c.add(ann, session.Active, names("a", 600)...)
				store := memory()
				one := &process{clerk: c, store: store}
				first := one.runner(t)
				for range row.replicas {
					newRunner(t, c, store, production).Watch()
				}
				job := start(t, first, signout.Request{UserID: ann, Scope: signout.Everywhere})
				until(t, first, job.ID, func(j signout.Job) bool { return j.Revoked > 100 })
				row.end(t, one, first)
				wait(t, 30*time.Second) // 500 sessions at the limit take ten seconds
				one.fromStore.Store(false)
				if live := len(c.live(ann)); live > 0 {
					t.Errorf("%d sessions live on", live)
				}
				if again := len(c.revocations()) - 600; again > row.twice {
					t.Errorf("%d sessions were asked for twice", again)
				}
				c.checkPace(t, 500)
				seen, err := newRunner(t, c, store, production).Latest(t.Context(), ann)
				if diff := cmp.Diff(counts{Total: 600, Revoked: 600}, count(seen)); err != nil || diff != "" || !seen.Complete() {
					t.Errorf("%v %s", err, diff)
				}
			})
		})
	}
}

// A retry is a job like any other.
func TestARetryThatWasLeftAloneGoesOnByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 300)...)
		refuse := true
		c.answer = func(_ int, id string) (bool, error) {
			if refuse && id != "" {
				return false, context.DeadlineExceeded
			}
			return false, nil
		}
		store := memory()
		one := newRunner(t, c, store, production)
		job := finish(t, one, start(t, one, everywhere()).ID)
		refuse = false
		if _, err := one.Retry(t.Context(), ann, job.ID); err != nil {
			t.Fatal(err)
		}
		until(t, one, job.ID, func(j signout.Job) bool { return j.Revoked > 20 })
		if err := one.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		newRunner(t, c, store, production).Watch()
		wait(t, 20*time.Second)
		if live := len(c.live(ann)); live > 0 {
			t.Errorf("%d sessions live on", live)
		}
	})
}

// After all processes were down, the replicas take over the jobs of all users and share them.
func TestAllJobsThatWereLeftAloneGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		store := memory()
		one := newRunner(t, c, store, production)
		users := names("user", 120)
		for _, user := range users {
			c.add(user, session.Active, user+"a", user+"b")
			start(t, one, signout.Request{UserID: user, Scope: signout.Everywhere})
		}
		if err := one.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		ended := len(c.revocations())
		for range 3 {
			newRunner(t, c, store, production).Watch()
		}
		wait(t, time.Minute)
		for _, user := range users {
			if live := c.live(user); len(live) > 0 {
				t.Errorf("%s: %v live on", user, live)
			}
		}
		if got := c.revocations(); len(got) != 240 || len(slices.Compact(sorted(got))) != 240 {
			t.Errorf("%d requests, %d before the restart; want 240", len(got), ended)
		}
		c.checkPace(t, 500)
	})
}

// counting is a store that counts its calls.
type counting struct {
	storage.Store
	loads, swaps atomic.Int64
}

func (s *counting) Load(ctx context.Context, key string) ([]byte, error) {
	s.loads.Add(1)
	return s.Store.Load(ctx, key)
}

func (s *counting) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	s.swaps.Add(1)
	return s.Store.CompareAndSwap(ctx, key, old, replacement, lifetime)
}

// Watching costs one read every two seconds, and one more for each job of another process per lease.
func TestToWatchIsCheap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		store := memory()
		idle := &counting{Store: store}
		newRunner(t, c, idle, production).Watch()
		wait(t, 10*time.Minute)
		if loads, swaps := idle.loads.Load(), idle.swaps.Load(); loads < 200 || loads > 400 || swaps != 0 {
			t.Errorf("%d reads and %d writes in ten minutes without a job", loads, swaps)
		}
		c.answer = func(_ int, id string) (bool, error) { // 20 jobs that take their time
			if id != "" {
				return false, outage{retryAfter: 110 * time.Second}
			}
			return false, nil
		}
		one := newRunner(t, c, store, production)
		for _, user := range names("user", 20) {
			c.add(user, session.Active, user+"a")
			start(t, one, signout.Request{UserID: user, Scope: signout.Everywhere})
		}
		wait(t, time.Second)
		idle.loads.Store(0)
		idle.swaps.Store(0)
		wait(t, time.Minute)
		if loads, swaps := idle.loads.Load(), idle.swaps.Load(); loads < 40 || loads > 30+20*20+20 || swaps != 0 {
			t.Errorf("%d reads and %d writes in a minute beside 20 jobs of others", loads, swaps)
		}
	})
}

// The watcher does not read finished jobs again, and asks a store again after an outage.
func TestWatchingEndsAndComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 600)...)
		store := memory()
		one, two := &process{clerk: c, store: store}, &process{clerk: c, store: store}
		first, second := one.runner(t), two.runner(t)
		second.Watch()
		second.Watch() // does nothing
		job := start(t, first, everywhere())
		until(t, first, job.ID, func(j signout.Job) bool { return j.Revoked > 100 })
		two.fromStore.Store(true)
		if err := first.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		wait(t, time.Minute)
		if live := len(c.live(ann)); live == 0 {
			t.Fatal("nothing was left to do")
		}
		two.fromStore.Store(false)
		wait(t, 30*time.Second)
		if live := len(c.live(ann)); live > 0 {
			t.Errorf("%d sessions live on", live)
		}
		late := &counting{Store: store}
		third := newRunner(t, c, late, production)
		third.Watch()
		wait(t, 20*time.Second)
		if loads := late.loads.Load(); loads > 14 {
			t.Errorf("%d reads in 20 seconds although nothing is left to do", loads)
		}
		if err := third.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		loads := late.loads.Load()
		third.Watch()
		wait(t, time.Minute)
		if late.loads.Load() != loads {
			t.Error("a closed runner watches")
		}
	})
}
