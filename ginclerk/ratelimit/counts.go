package ratelimit

import (
	"math"
	"time"
)

// Counts is all that a store keeps for one counter: how much was used in the window that it is in, and in the one before.
// Windows are aligned to the Unix epoch, as those of the limiter whose decisions are recorded. The zero value has counted
// nothing.
type Counts struct {
	// Start is when the current window begins, in Unix milliseconds; a multiple of the window.
	Start int64
	// Current and Previous are the units used in the current window and in the one before it. Never negative.
	Current, Previous int64
}

// At is what the counts are at now (Unix milliseconds), with nothing used since.
//
// A clock that steps back: by less than the window that now is in and the one after it, the counts wait where they are, at
// their window's first moment, so a clock that wavers about a boundary forgets nothing. By more, they move to the window of
// now as they are, so that a clock that was far ahead for a while locks a caller out for two windows at most.
func (c Counts) At(now int64, window time.Duration) Counts {
	length := window.Milliseconds()
	if elapsed := now - c.Start; elapsed >= 0 && elapsed < length {
		return c // most of the time: no division
	}
	start := now - mod(now, length)
	switch {
	case start == c.Start, start == c.Start-length:
		return c
	case start == c.Start+length:
		return Counts{Start: start, Previous: c.Current}
	case start > c.Start:
		return Counts{Start: start}
	default:
		return Counts{Start: start, Current: c.Current, Previous: c.Previous}
	}
}

// used is how much counts at now; the counts are those of now already.
func (c Counts) used(now, length int64) int64 {
	return decayed(c.Previous, now-c.Start, length) + c.Current
}

// decayed is what is left of the previous window's units: floor((1 − elapsed/window) × previous), in float64 and in this order,
// as JavaScript and Redis's Lua count. In integers it would differ where the exact product is whole: at 9 of 10 ms, ten units
// have decayed to 0, not 1, since 1 − 0.9 is below 0.1.
func decayed(previous, elapsed, length int64) int64 {
	if elapsed <= 0 {
		return previous
	}
	return int64(math.Floor((1 - float64(elapsed)/float64(length)) * float64(previous)))
}

// mod is the remainder that is never negative: before 1970 windows begin below their times too.
func mod(a, b int64) int64 {
	if m := a % b; m < 0 {
		return m + b
	} else {
		return m
	}
}
