package outgoing

import (
	"context"
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
)

// Categories of errors, matched by errors.Is. When the caller's context ends, the error matches context.Canceled or
// context.DeadlineExceeded, and none of these.
var (
	// ErrSessionEnded: the session has ended, cannot be used yet, or is not the user's. The three can't be told apart.
	ErrSessionEnded = errors.New("the session has ended")
	// ErrUnknownTemplate: Clerk has no JWT template of that name.
	ErrUnknownTemplate = errors.New("unknown JWT template")
	// ErrOrganizationChanged: the active organization of the session has changed since the request was authenticated. A token
	// would be for the new organization.
	ErrOrganizationChanged = errors.New("the active organization of the session has changed")
	// ErrShortLived: a token of this kind does not live as long as the caller needs. Set a Lifetime, or a smaller MinimumLife.
	ErrShortLived = errors.New("such tokens do not live that long")
	// ErrUnavailable: Clerk could not be asked, or gave no usable answer. The error says nothing about the session.
	ErrUnavailable = errors.New("clerk is unavailable")
)

// errTimeout is the cause for callers that still wait when the minting takes too long.
var errTimeout = errors.New("it took too long")

// unusable is the error of an answer that is not the requested token.
func unusable(why string) error {
	return fmt.Errorf("%w: %s", ErrUnavailable, why)
}

// fail names the operation.
func fail(err error) error {
	if errors.Is(err, clerkwait.ErrSpent) {
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return fmt.Errorf("outgoing: token: %w", err)
}

// isEnd reports whether the error says that a context has ended.
func isEnd(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
