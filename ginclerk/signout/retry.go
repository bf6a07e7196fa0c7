package signout

import (
	"context"
	"errors"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

const (
	maxAttempts  = 6
	firstDelay   = 200 * time.Millisecond
	longestDelay = 5 * time.Second
	jitter       = 0.5 // of the delay, more or less
	callTimeout  = 30 * time.Second
)

// newRetries tries again, later and later, what failed since Clerk was unavailable. It has no clock to inject, and needs
// none: it only lets timers run, and Retry-After is heeded by the pacer, which gives no slot before.
func newRetries() failsafe.Executor[any] {
	return failsafe.With(retrypolicy.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return passing(err) }).
		WithMaxAttempts(maxAttempts).
		WithBackoff(firstDelay, longestDelay).
		WithJitterFactor(jitter).
		ReturnLastFailure().
		Build())
}

// passing reports whether an error may go away by itself. The end of a context is that of a call which took too long:
// the end of the job itself is looked at before.
func passing(err error) bool {
	return errors.Is(err, session.ErrUnavailable) || ended(err)
}

func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
