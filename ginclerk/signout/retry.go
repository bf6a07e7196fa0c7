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

// newRetries tries a failed request again, with growing delays, if Clerk was unavailable. It has no clock to inject and needs
// none: it only starts timers. The pacer obeys Retry-After and gives no slot before.
func newRetries() failsafe.Executor[any] {
	return failsafe.With(retrypolicy.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return passing(err) }).
		WithMaxAttempts(maxAttempts).
		WithBackoff(firstDelay, longestDelay).
		WithJitterFactor(jitter).
		ReturnLastFailure().
		Build())
}

// passing reports whether a later try may succeed. The end of a context counts, because it is the timeout of one call: the caller
// has checked before whether the job itself has to stop.
func passing(err error) bool {
	return errors.Is(err, session.ErrUnavailable) || ended(err)
}

func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
