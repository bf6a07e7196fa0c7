package ratelimit_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// exactLog remembers every unit that was let in, which the store does not. Times are those that count: a clock that steps back
// by less than a window waits at the counter's window, one that steps back further takes the log along by whole windows.
type exactLog struct {
	limit, length int64
	start         int64 // of the window that the counter is in
	entries       []entry
}

type entry struct{ at, cost int64 }

// moveTo is what the clock's reading counts as.
func (l *exactLog) moveTo(now int64) int64 {
	start := now - ((now%l.length)+l.length)%l.length
	switch {
	case len(l.entries) == 0 || start >= l.start:
		l.start = start
	case start == l.start-l.length:
		return l.start
	default:
		for i := range l.entries {
			l.entries[i].at += start - l.start
		}
		l.start = start
	}
	return now
}

// between sums what was let in from the first time on and before the last.
func (l *exactLog) between(first, last int64) int64 {
	sum := int64(0)
	for _, e := range l.entries {
		if e.at >= first && e.at < last {
			sum += e.cost
		}
	}
	return sum
}

// allows is the rule, from the log.
func (l *exactLog) allows(at, cost int64) bool {
	current, previous := l.between(l.start, math.MaxInt64), l.between(l.start-l.length, l.start)
	weight := 1 - float64(at-l.start)/float64(l.length)
	return int64(math.Floor(weight*float64(previous)))+current+cost <= l.limit
}

// most is how much the window that ends now may hold: the limit, and of the previous window's units those that the weight left out: elapsed/window × previous,
// rounded up, and one where float64 falls short of a whole number. With nothing in the previous window it is exact.
func (l *exactLog) most(at int64) int64 {
	elapsed, previous := at-l.start, l.between(l.start-l.length, l.start)
	if elapsed*previous == 0 {
		return l.limit
	}
	return l.limit + (elapsed*previous+l.length-1)/l.length + 1
}

// TestAgainstExactLog runs random histories: the store decides as the rule does on the log, and over any window it never lets in
// more than the limit and the error of the approximation.
func TestAgainstExactLog(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		r := random(t, seed)
		h := newHistory(r)
		for range 300 {
			h.step(t)
			if t.Failed() {
				t.Fatalf("seed %d: %d in %d ms", seed, h.log.limit, h.log.length)
			}
		}
	}
}

type history struct {
	r     *rand.Rand
	clock *handClock
	store *ratelimit.Memory
	log   exactLog
}

func newHistory(r *rand.Rand) *history {
	clock := clockAt(epoch + r.Int64N(1e6))
	log := exactLog{limit: oneOf(r, 1, 1, 2, 3, 10, 100, 1+r.Int64N(1000)), length: oneOf(r, 1, 2, 10, 1000, 10_000, 60_000, 1+r.Int64N(1e5))}
	return &history{r: r, clock: clock, store: clock.store(0), log: log}
}

func (h *history) step(t *testing.T) {
	t.Helper()
	h.moveClock()
	asked := charge("key", h.log.limit, time.Duration(h.log.length)*time.Millisecond)
	asked.Cost = oneOf(h.r, 1, 1, 1, 1+h.r.Int64N(h.log.limit), h.log.limit+1)
	at := h.log.moveTo(h.clock.milliseconds.Load())
	want := h.log.allows(at, asked.Cost)
	d := decide(t, h.store, asked)
	if d.Allowed != want {
		t.Errorf("allowed %t, the log says %t", d.Allowed, want)
	}
	if left := d.At(0).Remaining; left < 0 || left > h.log.limit {
		t.Errorf("%d remaining", left)
	}
	if !d.Allowed {
		h.wait(t, asked, d)
		return
	}
	h.log.entries = append(h.log.entries, entry{at, asked.Cost})
	if got, most := h.log.between(at-h.log.length+1, math.MaxInt64), h.log.most(at); got > most || got > 2*h.log.limit {
		t.Errorf("%d in one window, want %d at most", got, min(most, 2*h.log.limit))
	}
	if got := h.log.between(h.log.start, math.MaxInt64); got > h.log.limit {
		t.Errorf("%d in one aligned window, want the limit at most", got)
	}
}

// wait checks, now and then, that the store lets the request in when it said that it would.
func (h *history) wait(t *testing.T, asked ratelimit.Charge, d ratelimit.Decision) {
	t.Helper()
	wait, ends := d.RetryAfter().Duration()
	if ends != (asked.Cost <= h.log.limit) || ends && (wait <= 0 || wait > 3*asked.Policy.Window) {
		t.Errorf("retry after %v", d.RetryAfter())
	}
	if !ends || h.r.IntN(4) != 0 {
		return
	}
	h.clock.add(wait - time.Millisecond)
	if h.log.moveTo(h.clock.milliseconds.Load()); decide(t, h.store, asked).Allowed {
		t.Errorf("let in before %v are over", wait)
	}
	h.clock.add(time.Millisecond)
	at := h.log.moveTo(h.clock.milliseconds.Load())
	if !decide(t, h.store, asked).Allowed {
		t.Errorf("not let in after %v", wait)
	}
	h.log.entries = append(h.log.entries, entry{at, asked.Cost})
}

func (h *history) moveClock() {
	length, now := h.log.length, h.clock.milliseconds.Load()
	end := now - now%length + length
	h.clock.set(oneOf(h.r,
		now, now, now+1, now+h.r.Int64N(length+1), now+h.r.Int64N(length/8+1), now+h.r.Int64N(length/8+1), // requests
		end-1, end, end+1, end+length-1, // boundaries
		now+h.r.Int64N(5*length), now-h.r.Int64N(length/2+1), now-h.r.Int64N(length+1), now-h.r.Int64N(9*length), // jumps
	))
}
