// Package limitstore bounds how long a request waits for a store that counts rate limits.
package limitstore

import (
	"context"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// wait is how long a request waits for a store that counts and has no time limit itself. A ratelimit.Fallback waits for
// less, and goes on without the store.
const wait = 500 * time.Millisecond

// timed is a store that counts, in front of one that may answer late or never.
type timed struct {
	ratelimit.Store
	line *bounded.Line
}

// Stores are the two ways to one store. Make them with [New].
type Stores struct {
	strict ratelimit.Store // an error where the store does not answer
	local  ratelimit.Store // counts in this process where the store does not answer
}

// New returns both ways to a store. The observer is told of outages of the store; nil means none. A nil clock is the system's.
func New(store ratelimit.Store, observer observe.Observer, now func() time.Time) (Stores, error) {
	strict := inTime(store)
	if strict == store {
		return Stores{store, store}, nil
	}
	local, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Observer: observer, Now: now})
	return Stores{strict, local}, err
}

// Store returns the way that gives an error where the store does not answer in time, or the one that then counts locally.
func (s Stores) Store(failLocal bool) ratelimit.Store {
	if failLocal {
		return s.local
	}
	return s.strict
}

// inTime returns a store that answers in time. A store in the memory of this process does, and so does one with a fallback.
func inTime(store ratelimit.Store) ratelimit.Store {
	switch store.(type) {
	case *ratelimit.Memory, *ratelimit.Fallback:
		return store
	default:
		return timed{store, bounded.NewLine(store, wait)}
	}
}

// Decide implements [ratelimit.Store].
func (s timed) Decide(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return s.ask(ctx, s.Store.Decide, charges)
}

// Peek implements [ratelimit.Store].
func (s timed) Peek(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return s.ask(ctx, s.Store.Peek, charges)
}

func (s timed) ask(
	ctx context.Context, ask func(context.Context, ...ratelimit.Charge) (ratelimit.Decision, error), charges []ratelimit.Charge,
) (ratelimit.Decision, error) {
	charges = slices.Clone(charges) // the question may be left behind
	return bounded.Ask(ctx, s.line, func(ctx context.Context) (ratelimit.Decision, error) { return ask(ctx, charges...) })
}
