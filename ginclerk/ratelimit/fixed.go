package ratelimit

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ulule/limiter/v3"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
)

// FixedWindowConfig configures [FixedWindows]. The zero value is usable.
type FixedWindowConfig struct {
	// Logger gets the warning that windows are fixed. Nil is slog.Default().
	Logger *slog.Logger
	// Now is the clock. Nil is the wall clock.
	Now func() time.Time
}

// FixedWindows makes any store of github.com/ulule/limiter/v3 a [Store], for applications that have one already. It logs a warning: such
// stores count in fixed windows, so that a caller can have twice the limit in a short time around the end of one, where [Memory] and package
// redisstore count in a sliding window. It differs from these in more:
//
//   - Charges are made one after the other. What one policy refuses is given back under the others, by Increment with a negative number; a
//     request that comes in between may be refused that would have had room.
//   - Retry-After may be later than the next request would be let in, never earlier.
//
// It is safe for concurrent use, as the store is.
func FixedWindows(store limiter.Store, config FixedWindowConfig) Store {
	logger := config.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Warn("ginclerk: this store counts in fixed windows: a caller can have twice the limit around the end of a window; ratelimit.NewMemory and redisstore.NewLimits count in a sliding one")
	return &fixedWindows{store: store, now: clock.Or(config.Now)}
}

type fixedWindows struct {
	store limiter.Store
	now   func() time.Time
}

func rateOf(p Policy) limiter.Rate {
	return limiter.Rate{Formatted: p.Name, Period: p.Window, Limit: p.Limit}
}

// keyOf tells counters apart as other stores do: by name, window and key.
func keyOf(c *Charge) string { return c.Policy.Name + "\n" + c.Policy.Window.String() + "\n" + c.Key }

// Decide implements [Store].
func (f *fixedWindows) Decide(ctx context.Context, charges ...Charge) (Decision, error) {
	if err := Check(charges); err != nil {
		return Decision{}, err
	}
	counts := make([]Counts, len(charges))
	refused := false
	for i := range charges {
		c := &charges[i]
		told, err := f.store.Increment(ctx, keyOf(c), c.Cost, rateOf(c.Policy))
		if err != nil {
			f.giveBack(ctx, charges[:i])
			return Decision{}, fmt.Errorf("ratelimit: decide: %w: %w", ErrUnavailable, err)
		}
		counts[i] = f.countsOf(c, told, c.Cost)
		refused = refused || told.Reached
	}
	if refused {
		f.giveBack(ctx, charges)
	}
	return Decide(f.now().UnixMilli(), charges, counts), nil
}

// giveBack takes charges back. Where the store does not answer, they are lost until their windows end.
func (f *fixedWindows) giveBack(ctx context.Context, charges []Charge) {
	ctx = context.WithoutCancel(ctx)
	for i := range charges {
		_, _ = f.store.Increment(ctx, keyOf(&charges[i]), -charges[i].Cost, rateOf(charges[i].Policy))
	}
}

// countsOf returns what was used before a charge, as one window that ends where the store says.
func (f *fixedWindows) countsOf(c *Charge, told limiter.Context, charged int64) Counts {
	used := c.Policy.Limit - told.Remaining - charged
	if told.Reached {
		used = c.Policy.Limit // or more: the store does not tell
	}
	length := c.Policy.Window.Milliseconds()
	now := f.now().UnixMilli()
	start := min(max(told.Reset*1000-length, now-length+1), now) // the store counts in whole seconds
	return Counts{Start: start, Current: max(used, 0)}
}

// Peek implements [Store].
func (f *fixedWindows) Peek(ctx context.Context, charges ...Charge) (Decision, error) {
	if err := Check(charges); err != nil {
		return Decision{}, err
	}
	counts := make([]Counts, len(charges))
	for i := range charges {
		told, err := f.store.Peek(ctx, keyOf(&charges[i]), rateOf(charges[i].Policy))
		if err != nil {
			return Decision{}, fmt.Errorf("ratelimit: peek: %w: %w", ErrUnavailable, err)
		}
		counts[i] = f.countsOf(&charges[i], told, 0)
	}
	return Peek(f.now().UnixMilli(), charges, counts), nil
}

// Reset implements [Store].
func (f *fixedWindows) Reset(ctx context.Context, charges ...Charge) error {
	if err := CheckCounters(charges); err != nil {
		return err
	}
	for i := range charges {
		if _, err := f.store.Reset(ctx, keyOf(&charges[i]), rateOf(charges[i].Policy)); err != nil {
			return fmt.Errorf("ratelimit: reset: %w: %w", ErrUnavailable, err)
		}
	}
	return nil
}
