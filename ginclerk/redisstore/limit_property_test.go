package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// model decides with the rules of package ratelimit and a map. A refused request changes nothing in Redis, not even the time of
// the counter, except that a counter in the future is moved back.
type model struct {
	counters map[string]ratelimit.Counts
	now      func() int64
}

func (m *model) decide(charges []ratelimit.Charge, decide func(int64, []ratelimit.Charge, []ratelimit.Counts) ratelimit.Decision) ratelimit.Decision {
	now, counts := m.now(), make([]ratelimit.Counts, len(charges))
	for i := range charges {
		counts[i] = m.counters[counter(charges[i])]
	}
	d := decide(now, charges, counts)
	for i, t := range charges {
		if after := counts[i].At(now, t.Policy.Window); after.Start < counts[i].Start {
			m.counters[counter(t)] = after
		}
		if charged := d.At(i).Counts(); d.Allowed && charged.Current > counts[i].At(now, t.Policy.Window).Current {
			m.counters[counter(t)] = charged
		}
	}
	return d
}

func counter(t ratelimit.Charge) string { return fmt.Sprint(t.Policy.Window, t.Policy.Name, t.Key) }

func (m *model) Decide(_ context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return m.decide(charges, ratelimit.Decide), nil
}

func (m *model) Peek(_ context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return m.decide(charges, ratelimit.Peek), nil
}

func (m *model) Reset(_ context.Context, charges ...ratelimit.Charge) error {
	for _, t := range charges {
		delete(m.counters, counter(t))
	}
	return nil
}

// TestRedisDecidesAsMemoryDoes holds Redis against the store in memory and against the model: the same requests at the same
// times, with huge costs, several policies, looks and resets, and a clock that jumps; back only for the model, since the store in
// memory remembers of refused requests that time went on.
func TestRedisDecidesAsMemoryDoes(t *testing.T) {
	t.Parallel()
	cluster := redistest.Cluster(t)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 6))
			limits := newTimedLimits(t, redistest.Start(t).Client(t))
			if seed%2 == 1 {
				limits = newTimedLimits(t, cluster.Client(t))
			}
			limits.now = 1_767_225_600_000
			var reference ratelimit.Store = &model{counters: map[string]ratelimit.Counts{}, now: func() int64 { return limits.now }}
			if seed < 2 {
				reference = ratelimit.NewMemory(ratelimit.Config{Now: func() time.Time { return time.UnixMilli(limits.now) }})
			}
			for step := range 1500 {
				by := jump(r)
				if seed < 2 {
					by = max(by, -by)
				}
				limits.now += by
				charges := randomCharges(r, seed)
				want, got := sameStep(t, r.IntN(20), reference, limits, charges)
				if diff := cmp.Diff(described(want), described(got)); diff != "" {
					t.Fatalf("step %d at %d: %+v\n-want +Redis:\n%s", step, limits.now, charges, diff)
				}
			}
		})
	}
}

// sameStep makes the same call to both stores.
func sameStep(tb testing.TB, what int, reference ratelimit.Store, limits *timedLimits, charges []ratelimit.Charge) (want, got ratelimit.Decision) {
	tb.Helper()
	switch what {
	case 0:
		want, got = mustPeek(tb, reference, charges...), mustPeek(tb, limits, charges...)
		limits.last(tb, charges)
	case 1:
		if err := errors.Join(reference.Reset(tb.Context(), charges...), limits.Reset(tb.Context(), charges...)); err != nil {
			tb.Fatal(err)
		}
	default:
		want, got = mustDecide(tb, reference, charges...), limits.decide(tb, charges...)
	}
	return want, got
}

// jump is how the time goes on: mostly a little, at times to a window's edge or far, also back.
func jump(r *rand.Rand) int64 {
	switch r.IntN(12) {
	case 0:
		return r.Int64N(20_000_000) - 10_000_000
	case 1:
		return -r.Int64N(200)
	case 2:
		return 0
	case 3:
		return 2000
	case 4:
		return r.Int64N(20_000)
	default:
		return r.Int64N(600)
	}
}

func randomCharges(r *rand.Rand, seed uint64) []ratelimit.Charge {
	windows := []time.Duration{2 * time.Second, 2001 * time.Millisecond, 10 * time.Second, time.Hour}
	limits := []int64{0, 1, 3, 10, 1000, ratelimit.MaxLimit}
	var charges []ratelimit.Charge
	for _, kind := range []string{"user", "org", "route"}[:1+r.IntN(3)] {
		limit := limits[r.IntN(len(limits))]
		t := charge(fmt.Sprint(seed, kind, r.IntN(3)), limit, windows[r.IntN(len(windows))])
		t.Policy.Name = kind
		if kind == "route" {
			t.Key = charges[0].Key
		}
		if r.IntN(3) == 0 {
			t.Cost = 1 + r.Int64N(max(limit, 2))
		}
		charges = append(charges, t)
	}
	return charges
}

// described is all that a decision says. Where the counters are on several nodes each has its own time, and all are told the same
// here.
func described(d ratelimit.Decision) []string {
	var all []string
	for _, r := range d.Results() {
		all = append(all, fmt.Sprintf("%t %t %d %+v %s %s %s", d.Allowed, r.Allowed, r.Remaining, r.Counts(), r.RetryAfter(), r.Reset(), d.RetryAfter()))
	}
	return all
}

// TestAClockThatJumpsLocksNobodyOut: after any jump of the clock, a caller that waits for RetryAfter is let in.
func TestAClockThatJumpsLocksNobodyOut(t *testing.T) {
	t.Parallel()
	limits := newTimedLimits(t, redistest.Start(t).Client(t))
	const start = 1_767_225_600_000
	for _, by := range []time.Duration{-time.Millisecond, -11 * time.Second, -25 * time.Second, -time.Hour, -year, time.Millisecond, time.Hour, year} {
		asked := charge(by.String(), 3, 10*time.Second)
		limits.now = start + 5000
		for range 3 {
			limits.decide(t, asked)
		}
		limits.now += by.Milliseconds()
		waited := time.Duration(0)
		for d := limits.decide(t, asked); !d.Allowed; d = limits.decide(t, asked) {
			wait, _ := d.RetryAfter().Duration()
			waited += wait
			if wait <= 0 || waited > 40*time.Second {
				t.Fatalf("after a jump by %s: still refused after %s, and told to wait %s", by, waited, wait)
			}
			limits.now += 100 // it comes too early again and again
			waited -= wait - 100*time.Millisecond
		}
	}
}

// TestAClockThatWaversAboutABoundary: a counter that is ahead by a window waits at its window's first moment.
func TestAClockThatWaversAboutABoundary(t *testing.T) {
	t.Parallel()
	limits := newTimedLimits(t, redistest.Start(t).Client(t))
	const start = 1_767_225_600_000
	asked := charge("a", 10, 10*time.Second)
	first := asked
	first.Cost = 6
	limits.now = start + 9000
	limits.decide(t, first)
	limits.now = start + 10_000
	limits.decide(t, asked)
	limits.now = start + 5000
	for want := int64(2); want >= 0; want-- {
		if d := limits.decide(t, asked); !d.Allowed || d.At(0).Remaining != want {
			t.Errorf("%+v, want %d remaining", d, want)
		}
	}
	if d := limits.decide(t, asked); d.Allowed {
		t.Errorf("%+v, want it refused", d)
	}
}
