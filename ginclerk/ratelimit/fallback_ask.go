package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
)

// errNoAnswer marks an error of the store itself, as opposed to one about the request.
var errNoAnswer = errors.New("ratelimit: no answer")

// prompt is an optional method of a store: it returns true where no call takes longer than its context. Other stores are called in
// a goroutine that can be left behind, which costs a few microseconds.
type prompt interface{ ObeysContext() bool }

type question = func(context.Context, ...Charge) (Decision, error)

// ask calls the store and waits for the timeout at most. A caller that gives up is no failure of the store: the call goes on
// without it, and only the outcome of the call counts.
func (f *Fallback) ask(ctx context.Context, charges []Charge, ask question) (Decision, error) {
	if err := ctx.Err(); err != nil {
		return Decision{}, fmt.Errorf("ratelimit: %w", err)
	}
	if !f.breaker.TryAcquirePermit() {
		return Decision{}, fmt.Errorf("%w: the circuit breaker is open", errNoAnswer)
	}
	if f.prompt {
		limited := f.deadlines.limit(ctx)
		defer limited.release()
		decision, err := ask(limited, charges...) //nolint:contextcheck // the question goes on without its caller
		f.record(err)
		return reply{decision, err}.result()
	}
	timed, cancel := context.WithTimeout(context.WithoutCancel(ctx), f.config.Timeout)
	return f.askAside(ctx, timed, cancel, slices.Clone(charges), ask) // the caller may reuse its charges before the store is done
}

// askAside asks in a goroutine, and leaves that alone when the time is over.
func (f *Fallback) askAside(ctx, timed context.Context, cancel context.CancelFunc, charges []Charge, ask question) (Decision, error) {
	told := make(chan reply, 1)
	var recorded atomic.Bool
	record := func(err error) {
		if !recorded.Swap(true) {
			f.record(err)
		}
	}
	go func() {
		defer cancel()
		decision, err := ask(timed, charges...)
		record(err)
		told <- reply{decision, err}
	}()
	select {
	case r := <-told:
		return r.result()
	case <-ctx.Done():
		context.AfterFunc(timed, func() { record(timed.Err()) }) // the probe must end even if its caller has left
		return Decision{}, fmt.Errorf("ratelimit: %w", ctx.Err())
	case <-timed.Done():
	}
	select { // it may have ended by answering
	case r := <-told:
		return r.result()
	default:
		record(timed.Err())
		return Decision{}, fmt.Errorf("%w: %w", errNoAnswer, timed.Err())
	}
}

// record tells the circuit breaker once how a question went.
func (f *Fallback) record(err error) {
	if f.state.failed(err) {
		f.breaker.RecordFailure()
	} else {
		f.breaker.RecordSuccess()
	}
}

// reply is what the store says.
type reply struct {
	decision Decision
	err      error
}

func (r reply) result() (Decision, error) {
	if r.err == nil || errors.Is(r.err, ErrInvalid) {
		return r.decision, r.err
	}
	return Decision{}, fmt.Errorf("%w: %w", errNoAnswer, r.err)
}
