package ratelimit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

func TestAFailingStoreMeansWhatThePolicySays(t *testing.T) {
	t.Parallel()
	config := ratelimit.FallbackConfig{Policies: map[string]ratelimit.FailurePolicy{"open": ratelimit.FailOpen, "closed": ratelimit.FailClosed}}
	for name, fail := range map[string]func(context.Context) error{"refuses": refuse, "hangs": hang} {
		t.Run("local counts on where the store was when it "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, config)
				if in := allowed(t, f, 4, under("local", "a", 10)); in != 4 {
					t.Fatalf("%d are let in", in)
				}
				allowed(t, f.store, 3, under("local", "a", 10)) // by another process
				allowed(t, f, 1, under("local", "a", 10))
				f.store.fail(fail)
				if in := allowed(t, f, 20, under("local", "a", 10)); in != 2 {
					t.Errorf("%d more are let in, want 2", in)
				}
				if in := allowed(t, f, 20, under("local", "new", 10)); in != 10 {
					t.Errorf("%d of somebody new are let in, want 10", in)
				}
			})
		})
		t.Run("open lets in what fits when it "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, config)
				allowed(t, f, 10, under("open", "a", 10))
				f.store.fail(fail)
				if in := allowed(t, f, 50, under("open", "a", 10)); in != 50 {
					t.Errorf("%d are let in, want all 50", in)
				}
				if in := allowed(t, f, 5, under("open", "a", 0)); in != 0 {
					t.Errorf("%d are let in where the limit is 0", in)
				}
				if d := decide(t, f, under("open", "a", 10)); d.Len() != 1 || d.At(0).Remaining != 9 {
					t.Errorf("remaining %d of %d results, want 9 of 1", d.At(0).Remaining, d.Len())
				}
			})
		})
		t.Run("closed lets nothing in when it "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, config)
				f.store.fail(fail)
				for range 50 {
					d, err := f.Decide(t.Context(), under("closed", "a", 10))
					if !errors.Is(err, ratelimit.ErrUnavailable) || d.Allowed {
						t.Fatalf("allowed %t, %v, want ErrUnavailable", d.Allowed, err)
					}
				}
			})
		})
	}
}

func TestPoliciesThatFailDifferentlyStayAllOrNothing(t *testing.T) {
	t.Parallel()
	config := ratelimit.FallbackConfig{Policies: map[string]ratelimit.FailurePolicy{"open": ratelimit.FailOpen, "closed": ratelimit.FailClosed}}
	f := newFixture(t, config)
	f.store.fail(refuse)
	local, open, closed := under("local", "a", 2), under("open", "a", 5), under("closed", "a", 5)
	never := under("open", "b", 0)
	if d := decide(t, f, local, never); d.Allowed || d.At(0).Remaining != 2 || !d.At(0).Allowed || d.At(1).Allowed {
		t.Errorf("an open policy of limit 0: %+v", d)
	}
	if _, err := f.Decide(t.Context(), local, closed); !errors.Is(err, ratelimit.ErrUnavailable) {
		t.Errorf("with a closed policy: %v", err)
	}
	if d := mustPeekAll(t, f, open, local); !d.Allowed || d.At(0).Remaining != 5 || d.At(1).Remaining != 2 {
		t.Errorf("peek: %+v", d)
	}
	for want := int64(1); want >= 0; want-- {
		d := decide(t, f, open, local)
		if !d.Allowed || d.At(0).Charge.Policy.Name != "open" || d.At(1).Remaining != want {
			t.Errorf("open and local: %+v", d)
		}
	}
	if d := decide(t, f, open, local); d.Allowed || d.At(0).Remaining != 5 || d.RetryAfter() == 0 {
		t.Errorf("a local policy that is used up: %+v", d)
	}
}

func mustPeekAll(tb testing.TB, store ratelimit.Store, charges ...ratelimit.Charge) ratelimit.Decision {
	tb.Helper()
	d, err := store.Peek(tb.Context(), charges...)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestReplicasShareTheLimitWhileTheStoreIsAway(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		replicas    int
		limit, cost int64
		want        int
	}{
		{1, 10, 1, 10}, {4, 10, 1, 3}, {100, 10, 1, 1}, {4, 10, 5, 1}, {4, 10, 11, 0}, {4, 0, 1, 0},
	} {
		f := newFixture(t, ratelimit.FallbackConfig{Replicas: row.replicas})
		f.store.fail(refuse)
		asked := under("local", "a", row.limit)
		asked.Cost = row.cost
		if in := allowed(t, f, 20, asked); in != row.want {
			t.Errorf("%d of cost %d under a limit of %d are let in by one of %d replicas, want %d", in, row.cost, row.limit, row.replicas, row.want)
		}
	}
}

func TestNoDecisionWaitsLongerThanTheTimeout(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"obeys its context", "obeys its context and says so", "is deaf"} {
		t.Run("of a store that "+kind, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store, release := &flakyStore{Memory: ratelimit.NewMemory(ratelimit.Config{})}, make(chan struct{})
				store.fail(hang)
				var behind ratelimit.Store = store
				switch kind {
				case "is deaf":
					store.fail(func(context.Context) error { <-release; return nil })
				case "obeys its context and says so":
					behind = promptStore{store}
				}
				f, err := ratelimit.WithFallback(behind, ratelimit.FallbackConfig{Failures: 3})
				if err != nil {
					t.Fatal(err)
				}
				for i := range 10 {
					begin := time.Now()
					decide(t, f, under("local", "a", 100))
					want := ratelimit.DefaultTimeout
					if i >= 3 {
						want = 0 // the circuit breaker is open
					}
					if took := time.Since(begin); took != want {
						t.Errorf("decision %d took %s, want %s", i, took, want)
					}
				}
				store.answer()
				<-time.After(2 * time.Second)
				if decide(t, f, under("local", "a", 100)); !f.Available() {
					t.Error("the store answers, and is not asked")
				}
				close(release)
			})
		})
	}
}

func TestTheStoreIsAskedAgainWithoutARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, ratelimit.FallbackConfig{Failures: 3, Probe: time.Second})
		asked := under("local", "a", 1000)
		allowed(t, f, 5, asked)
		f.store.fail(refuse)
		allowed(t, f, 50, asked)
		if n := f.store.asked.Load(); n != 5+3 || f.Available() {
			t.Errorf("asked %d times, available %t; want 8 and no more", n, f.Available())
		}
		for range 5 { // a probe a second, which fails
			<-time.After(1100 * time.Millisecond)
			allowed(t, f, 50, asked)
		}
		if n := f.store.asked.Load(); n != 8+5 {
			t.Errorf("asked %d times, want 5 probes more", n)
		}
		f.store.answer()
		<-time.After(1100 * time.Millisecond)
		before := f.store.asked.Load()
		allowed(t, f, 50, asked)
		if n := f.store.asked.Load() - before; n != 50 || !f.Available() {
			t.Errorf("asked %d times of 50 after it came back", n)
		}
		want := []string{
			"WARN ginclerk: outage began kind=outage began target=rate limits error=connection refused",
			"INFO ginclerk: outage ended kind=outage ended target=rate limits",
		}
		if got := f.lines.read(); !slices.Equal(got, want) {
			t.Errorf("the log says:\n%s", strings.Join(got, "\n"))
		}
	})
}

func TestARequestThatIsGivenUpIsNoFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, ratelimit.FallbackConfig{Failures: 2})
		f.store.fail(slow)
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			if _, err := f.Decide(ctx, under("local", "a", 10)); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ratelimit.ErrUnavailable) {
				t.Errorf("given up: %v", err)
			}
			cancel()
			if _, err := f.Decide(ctx, under("local", "a", 10)); err == nil {
				t.Error("a request that is over is decided")
			}
		}
		<-time.After(time.Second)
		if !f.Available() {
			t.Error("clients that go away made the store look away")
		}
	})
}

func TestAProbeWhoseClientGoesAwayStillCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, ratelimit.FallbackConfig{Failures: 1})
		f.store.fail(refuse)
		allowed(t, f, 1, under("local", "a", 10))
		<-time.After(1100 * time.Millisecond)
		f.store.fail(slow)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := f.Decide(ctx, under("local", "a", 10)); err == nil {
			t.Error("answered too soon")
		}
		<-time.After(time.Second)
		if !f.Available() {
			t.Error("the probe was answered, and nobody noticed")
		}
	})
}

func TestAProbeThatIsNeverAnsweredEndsThoughItsClientWentAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, release := newFixture(t, ratelimit.FallbackConfig{Failures: 1}), make(chan struct{})
		defer close(release)
		f.store.fail(refuse)
		allowed(t, f, 1, under("local", "a", 10))
		<-time.After(1100 * time.Millisecond)
		f.store.fail(func(context.Context) error { <-release; return nil })
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := f.Decide(ctx, under("local", "a", 10)); err == nil {
			t.Error("answered by a store that is deaf")
		}
		f.store.answer()
		<-time.After(1200 * time.Millisecond)
		if allowed(t, f, 1, under("local", "a", 10)); !f.Available() {
			t.Error("the store answers, and is not asked")
		}
	})
}

func TestResetForgetsHereAndThere(t *testing.T) {
	t.Parallel()
	f := newFixture(t, ratelimit.FallbackConfig{})
	asked := under("local", "a", 3)
	allowed(t, f, 3, asked)
	if err := f.Reset(t.Context(), asked); err != nil {
		t.Fatal(err)
	}
	if in := allowed(t, f.store, 5, asked); in != 3 {
		t.Errorf("%d are let in by the store after a reset", in)
	}
	f.store.fail(refuse)
	if in := allowed(t, f, 5, asked); in != 3 {
		t.Errorf("%d are let in here after a reset", in)
	}
	if err := f.Reset(t.Context(), asked); !errors.Is(err, ratelimit.ErrUnavailable) {
		t.Errorf("a reset that the store did not hear of: %v", err)
	}
	if in := allowed(t, f, 5, asked); in != 3 {
		t.Errorf("%d are let in here after a reset without the store", in)
	}
}

func TestAStoreWhoseClockDiffersIsFollowed(t *testing.T) {
	t.Parallel()
	clock, ahead := clockAt(epoch+30_000), clockAt(epoch+30_000+600_000)
	store := &flakyStore{Memory: ahead.store(0)}
	f, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	asked := under("local", "a", 10)
	allowed(t, f, 10, asked)
	store.fail(refuse)
	clock.add(45 * time.Second) // a quarter of the next window: 7 of 10 still count
	if in := allowed(t, f, 20, asked); in != 3 {
		t.Errorf("%d are let in, want 3", in)
	}
}

func TestInvalidQuestionsAreNoFailures(t *testing.T) {
	t.Parallel()
	f := newFixture(t, ratelimit.FallbackConfig{Default: ratelimit.FailOpen, Failures: 1})
	f.store.fail(refuse)
	wrong := under("local", "a", -1)
	_, decided := f.Decide(t.Context(), wrong)
	_, peeked := f.Peek(t.Context(), wrong)
	for _, err := range []error{decided, peeked, f.Reset(t.Context(), wrong)} {
		if !errors.Is(err, ratelimit.ErrInvalid) {
			t.Errorf("%v, want ErrInvalid", err)
		}
	}
	if !f.Available() {
		t.Error("an invalid question made the store look away")
	}
}

func TestAFallbackNamesWhatIsWrongWithItsConfiguration(t *testing.T) {
	t.Parallel()
	_, err := ratelimit.WithFallback(nil, ratelimit.FallbackConfig{
		Default: 7, Policies: map[string]ratelimit.FailurePolicy{"api": -1},
		Replicas: -1, LocalKeys: -1, Timeout: -1, Failures: -1, Probe: -1,
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, word := range []string{"store", "Default", `"api"`, "Replicas", "LocalKeys", "Timeout", "Failures", "Probe"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("nothing about %s in: %v", word, err)
		}
	}
}

// said is a store that says what it is told to.
type said struct {
	*flakyStore
	counts ratelimit.Counts
}

func (s *said) Decide(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	if _, err := s.flakyStore.Decide(ctx, charges...); err != nil {
		return ratelimit.Decision{}, err
	}
	return ratelimit.Decide(epoch, charges, []ratelimit.Counts{s.counts}), nil
}

func TestAnswersThatOvertakeEachOtherForgetNothing(t *testing.T) {
	t.Parallel()
	clock := clockAt(epoch)
	store := &said{flakyStore: &flakyStore{Memory: clock.store(0)}}
	f, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	asked := under("local", "a", 10)
	for _, current := range []int64{2, 6, 4} {
		store.counts = ratelimit.Counts{Start: epoch, Current: current}
		decide(t, f, asked)
	}
	store.fail(refuse)
	if in := allowed(t, f, 10, asked); in != 3 {
		t.Errorf("%d are let in, want the 3 that 7 of 10 leave", in)
	}
}

func TestADecisionSaysWhetherItWasMadeWithoutTheStore(t *testing.T) {
	t.Parallel()
	f := newFixture(t, ratelimit.FallbackConfig{
		Timeout: 10 * time.Second, // a loaded machine
		Default: ratelimit.FailLocal, Policies: map[string]ratelimit.FailurePolicy{"open": ratelimit.FailOpen},
	})
	for name, charges := range map[string][]ratelimit.Charge{
		"one policy":   {under("local", "a", 10)},
		"several ones": {under("local", "b", 10), under("open", "b", 10)},
	} {
		f.store.answer()
		if decide(t, f, charges...).WithoutStore {
			t.Errorf("%s: the store answered, and the decision says that it did not", name)
		}
		f.store.fail(refuse)
		if !decide(t, f, charges...).WithoutStore {
			t.Errorf("%s: the store failed, and the decision does not say so", name)
		}
		if d, err := f.Peek(t.Context(), charges...); err != nil || !d.WithoutStore {
			t.Errorf("%s: peek: %v, %v", name, d.WithoutStore, err)
		}
	}
}
