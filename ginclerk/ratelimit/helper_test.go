package ratelimit_test

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// epoch begins a window of every length that the tests use.
const epoch int64 = 1_767_225_600_000

// handClock is a clock that tests move.
type handClock struct{ milliseconds atomic.Int64 }

func clockAt(milliseconds int64) *handClock {
	c := &handClock{}
	c.milliseconds.Store(milliseconds)
	return c
}

func (c *handClock) now() time.Time                      { return time.UnixMilli(c.milliseconds.Load()) }
func (c *handClock) set(milliseconds int64)              { c.milliseconds.Store(milliseconds) }
func (c *handClock) add(d time.Duration)                 { c.milliseconds.Add(d.Milliseconds()) }
func (c *handClock) store(maxKeys int) *ratelimit.Memory { return memoryAt(c, maxKeys, 0) }

func memoryAt(c *handClock, maxKeys, shards int) *ratelimit.Memory {
	return ratelimit.NewMemory(ratelimit.Config{Now: c.now, MaxKeys: maxKeys, Shards: shards})
}

func decide(tb testing.TB, store ratelimit.Store, charges ...ratelimit.Charge) ratelimit.Decision {
	tb.Helper()
	d, err := store.Decide(tb.Context(), charges...)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func peek(tb testing.TB, store ratelimit.Store, charges ...ratelimit.Charge) ratelimit.Decision {
	tb.Helper()
	d, err := store.Peek(tb.Context(), charges...)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func charge(key string, limit int64, window time.Duration) ratelimit.Charge {
	return ratelimit.Charge{Key: key, Policy: ratelimit.Policy{Name: "user", Limit: limit, Window: window}, Cost: 1}
}

// random is the same in every run that names the same seed, and names it where a test fails.
func random(tb testing.TB, seed uint64) *rand.Rand {
	tb.Helper()
	return rand.New(rand.NewPCG(seed, 1))
}

func oneOf[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }
