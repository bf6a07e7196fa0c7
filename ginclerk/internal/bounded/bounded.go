// Package bounded limits how long a caller waits for a slow store.
//
// A Redis client may hold a call for ten seconds and more, whatever the context of the call says. Meanwhile a page that
// does not need the answer waits. [Ask] returns when the time is over, and the call continues in the background.
package bounded

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// maxLeftBehind is the number of calls that may run at once. With more, the store counts as unavailable: callers may have left
// these calls behind.
const maxLeftBehind = 256

var (
	errLate = fmt.Errorf("%w: it did not answer in time", storage.ErrUnavailable)
	errBusy = fmt.Errorf("%w: too many calls are under way", storage.ErrUnavailable)
)

// Within returns a context that ends after a time. If this time ends, and not the caller's context, the error of [Ask] matches
// storage.ErrUnavailable.
func Within(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, most, errLate)
}

// Line bounds the calls to one store. Make one with [NewLine]; it is safe for concurrent use.
type Line struct {
	most    time.Duration
	obeys   bool
	waiting chan struct{}
}

// NewLine returns a line whose calls take at most that long. Each call runs in a goroutine that can be left behind, unless the
// store has a method ObeysContext() bool that returns true: its calls end with their context.
func NewLine(to any, most time.Duration) *Line {
	prompt, ok := to.(interface{ ObeysContext() bool })
	return &Line{most: most, obeys: ok && prompt.ObeysContext(), waiting: make(chan struct{}, maxLeftBehind)}
}

type answer[T any] struct {
	value T
	err   error
}

// Ask makes a call and waits no longer than the line and the context allow. The error of a late call matches
// storage.ErrUnavailable; then it is unknown whether the call had an effect. The call must keep no reference to memory that the
// caller changes later.
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
	select { // the call may have ended with an answer
	case a := <-answers:
		return a.value, a.err
	default:
		return none, context.Cause(timed)
	}
}

// inTime replaces the error of a context by the context's cause, which tells whether the line's time or the caller's ended.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		return fmt.Errorf("%w: %s", context.Cause(ctx), err.Error())
	}
	return err
}
