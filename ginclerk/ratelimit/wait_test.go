package ratelimit_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// TestWaitsAreExact: a request after RetryAfter is let in, one a millisecond earlier is not; Reset and Full alike.
func TestWaitsAreExact(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20_000) {
		r := random(t, seed)
		now, asked, counts := randomState(r)
		holdWaits(t, now, asked, counts)
		if t.Failed() {
			t.Fatalf("seed %d: %+v at %d with %+v", seed, asked, now, counts)
		}
	}
}

func holdWaits(t *testing.T, now int64, asked ratelimit.Charge, counts ratelimit.Counts) {
	t.Helper()
	result := ratelimit.Peek(now, []ratelimit.Charge{asked}, []ratelimit.Counts{counts}).At(0)
	later := func(ms int64) ratelimit.Result {
		return ratelimit.Peek(now+ms, []ratelimit.Charge{asked}, []ratelimit.Counts{result.Counts()}).At(0)
	}
	limit, window := asked.Policy.Limit, asked.Policy.Window
	if wait, ends := result.RetryAfter().Duration(); ends != (asked.Cost <= limit) {
		t.Errorf("retry after %v for a cost of %d of %d", result.RetryAfter(), asked.Cost, limit)
	} else if ends {
		holdWait(t, "retry after", wait, 3*window, func(ms int64) bool { return later(ms).Allowed })
	}
	if wait, ends := result.Reset().Duration(); ends != (limit > 0) {
		t.Errorf("reset in %v for a limit of %d", result.Reset(), limit)
	} else if ends && result.Remaining < limit {
		holdWait(t, "reset", wait, 3*window, func(ms int64) bool { return later(ms).Remaining > result.Remaining })
	} else if ends && wait != 0 {
		t.Errorf("reset in %v where nothing is used", wait)
	}
	if limit > 0 {
		holdWait(t, "full", result.Full(), 3*window, func(ms int64) bool { return later(ms).Remaining == limit })
	}
}

// holdWait says that over is false a millisecond before the wait ends and true when it does. It may take two windows, and as
// much as one more where the clock stepped back.
func holdWait(t *testing.T, name string, wait, most time.Duration, over func(ms int64) bool) {
	t.Helper()
	ms := wait.Milliseconds()
	switch {
	case wait < 0 || wait > most || wait%time.Millisecond != 0:
		t.Errorf("%s: %v is no wait of at most %v", name, wait, most)
	case !over(ms):
		t.Errorf("%s: %v is too short", name, wait)
	case ms > 0 && over(ms-1):
		t.Errorf("%s: %v is longer than it has to be", name, wait)
	}
}

// randomState is some moment of some counter, used up or nearly more often than not.
func randomState(r *rand.Rand) (int64, ratelimit.Charge, ratelimit.Counts) {
	window := oneOf(r, 1, 2, 3, 7, 10, 500, 1000, 10_000, 86_400_000, ratelimit.MaxWindow.Milliseconds(), 1+r.Int64N(1e6))
	limit := oneOf(r, 0, 1, 2, 3, 10, 100, 1e6, ratelimit.MaxLimit, r.Int64N(1000), r.Int64N(ratelimit.MaxLimit))
	most := oneOf(r, 1, limit, limit, limit, 2*min(limit, ratelimit.MaxLimit/2)) // the limit may have been lowered
	near := func() int64 {
		return oneOf(r, 0, most, max(0, most-1), max(0, most-r.Int64N(5)), r.Int64N(most+1))
	}
	start := (epoch/window + r.Int64N(5)) * window
	counts := ratelimit.Counts{Start: start, Current: near(), Previous: near()}
	now := start + oneOf(r, 0, 1, window-1, window, r.Int64N(window), r.Int64N(window), r.Int64N(3*window), -1, -r.Int64N(window), -r.Int64N(9*window+1))
	asked := charge("key", limit, time.Duration(window)*time.Millisecond)
	asked.Cost = oneOf(r, 1, 1, 1, 2, max(1, limit), min(limit+1, ratelimit.MaxLimit), 1+r.Int64N(max(1, limit)))
	return now, asked, counts
}

func TestWaitIsWrittenForPeopleAndHeaders(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		wait    ratelimit.Wait
		text    string
		seconds int64
		ends    bool
	}{
		{0, "0s", 0, true},
		{wait(time.Millisecond), "1ms", 1, true},
		{wait(time.Second), "1s", 1, true},
		{wait(1001 * time.Millisecond), "1.001s", 2, true},
		{ratelimit.Never, "never", 0, false},
	} {
		seconds, ends := row.wait.Seconds()
		duration, alsoEnds := row.wait.Duration()
		if row.wait.String() != row.text || seconds != row.seconds || ends != row.ends || alsoEnds != row.ends {
			t.Errorf("%v: %d %t, %v %t", row.wait, seconds, ends, duration, alsoEnds)
		}
	}
	if ratelimit.Never <= wait(ratelimit.MaxWindow) {
		t.Error("never is not longer than a wait")
	}
}
