// Package bounded limits how long a caller waits for a store that answers late or never.
//
// A client of Redis may hold a call for ten seconds and more whatever the context of the call says, while a page waits that could
// do without the answer. [Ask] returns when the time is over, and leaves the call behind.
package bounded

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// maxLeftBehind is how many calls may run whose callers may have left; above it, the store counts as unavailable.
const maxLeftBehind = 256

var (
	errLate = fmt.Errorf("%w: it did not answer in time", storage.ErrUnavailable)
	errBusy = fmt.Errorf("%w: too many calls are under way", storage.ErrUnavailable)
)

// Within returns a context that ends after a time. [Ask] distinguishes that end from the end of the caller's own context: its
// error then matches storage.ErrUnavailable.
func Within(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, most, errLate)
}

// Line bounds the calls to one store. Make one with [NewLine]; it is safe for concurrent use.
type Line struct {
	most    time.Duration
	obeys   bool
	waiting chan struct{}
}

// NewLine returns a line whose calls take that long at most. Each call runs in a goroutine that can be left behind, unless the store
// has a method ObeysContext() bool that returns true: no call takes longer than its context.
func NewLine(to any, most time.Duration) *Line {
	prompt, ok := to.(interface{ ObeysContext() bool })
	return &Line{most: most, obeys: ok && prompt.ObeysContext(), waiting: make(chan struct{}, maxLeftBehind)}
}

type answer[T any] struct {
	value T
	err   error
}

// Ask makes a call and waits no longer than the line and the context allow. The error of a late call matches storage.ErrUnavailable;
// whether the call had an effect is then unknown. The call must keep no reference to memory that the caller changes later.
func Ask[T any](ctx context.Context, l *Line, question func(context.Context) (T, error)) (T, error) {
	timed, cancel := Within(ctx, l.most)
	if l.obeys {
		defer cancel()
		value, err := question(timed)
		return value, inTime(timed, err)
	}
	var none T
	select {
	case l.waiting <- struct{}{}:
	default:
		cancel()
		return none, errBusy
	}
	answers := make(chan answer[T], 1)
	go func() {
		defer cancel()
		defer func() { <-l.waiting }()
		value, err := question(timed)
		answers <- answer[T]{value, inTime(timed, err)}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-timed.Done():
	}
	select { // it may have ended by answering
	case a := <-answers:
		return a.value, a.err
	default:
		return none, context.Cause(timed)
	}
}

// inTime replaces the end of a context by its cause, which tells the line from the caller.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		return fmt.Errorf("%w: %s", context.Cause(ctx), err.Error())
	}
	return err
}
