package ratelimit

import (
	"context"
	"fmt"
	"time"

	"github.com/ulule/limiter/v3"
)

// ululePolicy names the counters that ulule's API uses: it has no names for rates.
const ululePolicy = "limiter"

// UluleStore makes a [Store] a store of github.com/ulule/limiter/v3, so that limiter.New and ulule's middleware count in a sliding
// window. It differs from ulule's own stores in what a sliding window changes:
//
//   - A refused request uses nothing, and Increment by 0 or less is an error that matches [ErrInvalid].
//   - Reached says that the request was refused; in Peek's answer, that the next one (of cost 1) would be.
//   - Reset is the Unix second, rounded up, from which more is let in: the same request again if this one was refused, else one
//     unit more than Remaining. Ulule's own is the end of a fixed window. A request that never fits has the end of all that is used.
//   - A key has one count for each Period; rates of one Period that differ in Limit share it.
//   - Period is in whole milliseconds, as [Policy] says.
//
// It is safe for concurrent use, as the store is.
func UluleStore(store Store) limiter.Store {
	memory, _ := store.(*Memory)
	return ululeStore{store, memory}
}

// ululeStore calls a Memory by its own type: through an interface every charge would be allocated.
type ululeStore struct {
	store  Store
	memory *Memory
}

// Get implements limiter.Store.
func (u ululeStore) Get(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	return u.Increment(ctx, key, 1, rate)
}

// Increment implements limiter.Store.
func (u ululeStore) Increment(ctx context.Context, key string, count int64, rate limiter.Rate) (limiter.Context, error) {
	decision, err := u.decide(ctx, key, count, rate)
	if err != nil {
		return limiter.Context{}, fmt.Errorf("ratelimit: increment: %w", err)
	}
	return ululeContext(&decision, rate), nil
}

func (u ululeStore) decide(ctx context.Context, key string, count int64, rate limiter.Rate) (Decision, error) {
	if u.memory != nil {
		return u.memory.Decide(ctx, ululeCharge(key, count, rate))
	}
	return u.store.Decide(ctx, ululeCharge(key, count, rate))
}

// Peek implements limiter.Store.
func (u ululeStore) Peek(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	decision, err := u.store.Peek(ctx, ululeCharge(key, 1, rate))
	if err != nil {
		return limiter.Context{}, fmt.Errorf("ratelimit: peek: %w", err)
	}
	return ululeContext(&decision, rate), nil
}

// Reset implements limiter.Store.
func (u ululeStore) Reset(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	if err := u.store.Reset(ctx, ululeCharge(key, 1, rate)); err != nil {
		return limiter.Context{}, fmt.Errorf("ratelimit: reset: %w", err)
	}
	return u.Peek(ctx, key, rate)
}

func ululeCharge(key string, count int64, rate limiter.Rate) Charge {
	return Charge{Key: key, Policy: Policy{Name: ululePolicy, Limit: rate.Limit, Window: rate.Period}, Cost: count}
}

// ululeContext also handles a decision without results, such as that of a store that lets everything in while its server is away.
func ululeContext(d *Decision, rate limiter.Rate) limiter.Context {
	c := limiter.Context{Limit: rate.Limit, Reached: !d.Allowed}
	if d.count == 1 {
		r := &d.single
		c.Remaining, c.Reset = r.Remaining, r.resetSecond()
	} else if d.Allowed {
		c.Remaining = rate.Limit
	}
	return c
}

// resetSecond is when to come back, as Unix seconds rounded up: the form of ulule's Context and of X-RateLimit-Reset.
func (r *Result) resetSecond() int64 {
	wait := r.reset()
	if !r.Allowed {
		wait = r.RetryAfter()
	}
	if wait == Never {
		wait = Wait(r.Full())
	}
	at := r.now + time.Duration(wait).Milliseconds()
	return (at + mod(-at, 1000)) / 1000
}
