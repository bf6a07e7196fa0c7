package signout

import (
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sentinel"
)

// Categories of errors, matched by errors.Is. When the caller's context ends, the error matches context.Canceled or
// context.DeadlineExceeded, and none of these.
var (
	// ErrNotFound: the job does not exist, has expired, or is another user's. The error does not tell which.
	ErrNotFound = sentinel.ErrSignOutNotFound
	// ErrRequest: the request makes no sense, or selects more sessions than [MaxSelected].
	ErrRequest = sentinel.ErrSignOutRequest
	// ErrUnavailable: the store could not be reached, or is full.
	ErrUnavailable = sentinel.ErrSignOutsUnavailable
	// ErrClosed: the runner was closed.
	ErrClosed = sentinel.ErrSignOutsClosed
)

// The reasons for which a run ends before its job.
var (
	errStopped = errors.New("stopped")                     // the runner closes
	errLost    = errors.New("another process has the job") // the lease went to another process
	errStore   = errors.New("the store is unavailable")
	errPatient = errors.New("clerk asks to wait longer than a job may")
)

// fail names the operation.
func fail(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrRequest), errors.Is(err, ErrClosed), ended(err):
		return fmt.Errorf("signout: %s: %w", op, err)
	default:
		return fmt.Errorf("signout: %s: %w: %w", op, ErrUnavailable, err)
	}
}
