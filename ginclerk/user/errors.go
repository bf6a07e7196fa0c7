package user

import (
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
)

// Categories of errors, matched by errors.Is. When the caller's context ends, the error matches context.Canceled or
// context.DeadlineExceeded, and none of these.
var (
	// ErrNotFound: Clerk has no such user. The user was deleted, or never existed.
	ErrNotFound = errors.New("user not found")
	// ErrUnavailable: Clerk could not be asked. The error says nothing about any user.
	ErrUnavailable = errors.New("clerk is unavailable")
)

// errOftenAsked says that the service has used up its requests to Clerk for now.
var errOftenAsked = fmt.Errorf("%w: it is asked about no more users just now", ErrUnavailable)

func fail(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, clerkwait.ErrSpent):
		return fmt.Errorf("user: %s: %w: %w", op, ErrUnavailable, err)
	}
	return fmt.Errorf("user: %s: %w", op, err)
}
