package ratelimit

import (
	"math"
	"time"
)

// Wait is how long to wait, in whole milliseconds as a [time.Duration] is written, or [Never]. Never is longer than every
// other, so waits compare as numbers do.
type Wait time.Duration

// Never is the wait of a request that no waiting lets in: its cost is above the limit.
const Never Wait = math.MaxInt64

// Duration is the wait; false if it is [Never].
func (w Wait) Duration() (time.Duration, bool) {
	if w == Never {
		return 0, false
	}
	return time.Duration(w), true
}

// Seconds is the wait in whole seconds, rounded up, as Retry-After counts; false if it is [Never].
func (w Wait) Seconds() (int64, bool) {
	if w == Never {
		return 0, false
	}
	return int64((w + Wait(time.Second) - 1) / Wait(time.Second)), true
}

// String is the duration, or "never".
func (w Wait) String() string {
	if w == Never {
		return "never"
	}
	return time.Duration(w).String()
}

// RetryAfter is how long to wait until this policy lets the same request in, if no other request uses the key meanwhile: 0 if it
// has room now, [Never] if the cost is above the limit. A millisecond less is too early.
func (r Result) RetryAfter() Wait {
	if r.Allowed {
		return 0
	}
	return r.until(r.Charge.Policy.Limit - r.Charge.Cost)
}

// Reset is how long it takes until more than Remaining is free, if no other request uses the key meanwhile. Where nothing
// remains, that is when the next unit is free. It is 0 if nothing is used, and [Never] if the limit is 0. Otherwise it is at most a
// window and a millisecond, plus the time by which the clock was stepped back. A millisecond less is too early.
func (r Result) Reset() Wait { return r.reset() }

func (r *Result) reset() Wait {
	policy := &r.Charge.Policy
	if policy.Limit > 0 && r.counts.used(r.now, policy.Window.Milliseconds()) == 0 {
		return 0
	}
	return r.until(policy.Limit - r.Remaining - 1)
}

// Full is how long it takes until the whole limit is free again, if no other request uses the key meanwhile: at most two windows,
// plus the time by which the clock was stepped back.
func (r Result) Full() time.Duration { return time.Duration(r.until(0)) }

// until is how long it takes until at most room units count.
func (r *Result) until(room int64) Wait {
	if room < 0 {
		return Never
	}
	length, c := r.Charge.Policy.Window.Milliseconds(), r.counts
	if c.used(r.now, length) <= room {
		return 0
	}
	at := c.Start + length
	if c.Current <= room {
		at = c.Start + lapse(c.Previous, room-c.Current, length)
	} else {
		at += lapse(c.Current, room, length)
	}
	return Wait(at-r.now) * Wait(time.Millisecond)
}

// lapse is the first elapsed time at which at most room of the previous window's units are left, or the window's length if that is
// in none. What is left never grows with time, in float64 either (each step rounds monotonically), so halving finds it; the
// exact solution, which float64 misses by a step or two, tells where to look.
func lapse(previous, room, length int64) int64 {
	low, high := int64(0), length
	near := int64(float64(length) * (1 - float64(room+1)/float64(previous)))
	if from := near - 2; from > low && decayed(previous, from, length) > room {
		low = from + 1
	}
	if to := near + 2; to < high && decayed(previous, to, length) <= room {
		high = to
	}
	for low < high {
		if middle := low + (high-low)/2; decayed(previous, middle, length) <= room {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}
