package ratelimit

import (
	"context"
	"errors"
	"fmt"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// ErrUnavailable says that the store did not answer and the policy fails closed. The request was not charged, as far as that is
// known; a server should answer 503.
var ErrUnavailable = errors.New("ratelimit: the store did not answer")

// Fallback is a [Store] in front of another one, which may be slow or away. Each decision waits for that store until the timeout at
// most; then each policy does what its [FailurePolicy] says. After a number of failures in a row a circuit breaker opens: only one
// request from time to time probes the store, and the first probe that is answered closes the breaker. Make one with
// [WithFallback]; it is safe for concurrent use and needs no closing: a call that was left behind ends when the store answers, or
// when its context ends.
//
// Only failures of the store count as such, not requests that are given up by their client.
type Fallback struct {
	store  Store
	prompt bool // the store never takes longer than its context
	config *FallbackConfig
	// deadlines are those of calls to a prompt store.
	deadlines deadlines
	breaker   circuitbreaker.CircuitBreaker[any]
	local     *local
	state     *storeState
}

// WithFallback returns a store that asks the given one, and does without it where it fails. An error names what is wrong with the
// configuration.
func WithFallback(store Store, config FallbackConfig) (*Fallback, error) {
	if err := config.validate(store); err != nil {
		return nil, err
	}
	config = config.withDefaults()
	f := &Fallback{store: store, config: &config, state: &storeState{observer: config.Observer}, local: newLocal(config), deadlines: deadlines{timeout: config.Timeout}}
	if p, ok := store.(prompt); ok {
		f.prompt = p.ObeysContext()
	}
	f.breaker = circuitbreaker.NewBuilder[any]().
		WithFailureThreshold(uint(config.Failures)).
		WithSuccessThreshold(1).
		WithDelay(config.Probe).
		OnStateChanged(f.state.changed).
		Build()
	return f, nil
}

// Available reports whether the circuit breaker is closed, so whether the store is asked: for pages that show what works.
func (f *Fallback) Available() bool { return f.breaker.IsClosed() }

// Decide implements [Store].
func (f *Fallback) Decide(ctx context.Context, charges ...Charge) (Decision, error) {
	if err := Check(charges); err != nil {
		return Decision{}, fmt.Errorf("ratelimit: decide: %w", err)
	}
	decision, err := f.ask(ctx, charges, f.store.Decide)
	if errors.Is(err, errNoAnswer) {
		return f.without(ctx, charges, err, true)
	}
	if err == nil {
		f.local.learn(decision, f.config)
	}
	return decision, err
}

// Peek implements [Store].
func (f *Fallback) Peek(ctx context.Context, charges ...Charge) (Decision, error) {
	if err := Check(charges); err != nil {
		return Decision{}, fmt.Errorf("ratelimit: peek: %w", err)
	}
	decision, err := f.ask(ctx, charges, f.store.Peek)
	if errors.Is(err, errNoAnswer) {
		return f.without(ctx, charges, err, false)
	}
	return decision, err
}

// Reset implements [Store]. Where the store fails the error matches [ErrUnavailable], and only what is known in this process is
// forgotten.
func (f *Fallback) Reset(ctx context.Context, charges ...Charge) error {
	if err := CheckCounters(charges); err != nil {
		return fmt.Errorf("ratelimit: reset: %w", err)
	}
	_, err := f.ask(ctx, charges, func(ctx context.Context, charges ...Charge) (Decision, error) {
		return Decision{}, f.store.Reset(ctx, charges...)
	})
	if problem := f.local.store.Reset(ctx, charges...); problem != nil {
		return problem
	}
	if errors.Is(err, errNoAnswer) {
		return fmt.Errorf("ratelimit: reset: %w: %w", ErrUnavailable, err)
	}
	return err
}
