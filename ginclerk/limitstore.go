package ginclerk

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// countTime is how long a request waits for a store that counts and has no time limit itself. A ratelimit.Fallback waits for
// less, and goes on without the store.
const countTime = 500 * time.Millisecond

// limitStore is a store that counts, in front of one that may answer late or never.
type limitStore struct {
	ratelimit.Store
	line *bounded.Line
}

// limitStores are the ways to one store.
type limitStores struct {
	strict ratelimit.Store // an error where the store does not answer
	local  ratelimit.Store // counts here where the store does not answer
}

// newLimitStores makes both. Nil is no logger, and the wall clock.
func newLimitStores(store ratelimit.Store, logger *slog.Logger, now func() time.Time) (limitStores, error) {
	strict := inTime(store)
	if strict == store {
		return limitStores{store, store}, nil
	}
	local, err := ratelimit.WithFallback(store, ratelimit.FallbackConfig{Observer: observe.Log(logger), Now: now})
	return limitStores{strict, local}, err
}

func (s limitStores) of(options LimitOptions) ratelimit.Store {
	if options.FailLocal {
		return s.local
	}
	return s.strict
}

// inTime returns a store that answers in time. Those in the memory of this process do, and so do those with a fallback.
func inTime(store ratelimit.Store) ratelimit.Store {
	switch store.(type) {
	case *ratelimit.Memory, *ratelimit.Fallback:
		return store
	default:
		return limitStore{store, bounded.NewLine(store, countTime)}
	}
}

// Decide implements [ratelimit.Store].
func (s limitStore) Decide(ctx context.Context, takes ...ratelimit.Charge) (ratelimit.Decision, error) {
	return s.ask(ctx, s.Store.Decide, takes)
}

// Peek implements [ratelimit.Store].
func (s limitStore) Peek(ctx context.Context, takes ...ratelimit.Charge) (ratelimit.Decision, error) {
	return s.ask(ctx, s.Store.Peek, takes)
}

func (s limitStore) ask(
	ctx context.Context, ask func(context.Context, ...ratelimit.Charge) (ratelimit.Decision, error), takes []ratelimit.Charge,
) (ratelimit.Decision, error) {
	takes = slices.Clone(takes) // the question may be left behind
	return bounded.Ask(ctx, s.line, func(ctx context.Context) (ratelimit.Decision, error) { return ask(ctx, takes...) })
}
