package outgoing

import (
	"context"
	"errors"
	"fmt"
)

// Categories of errors, matched by errors.Is. The end of the caller's context comes as context.Canceled or
// context.DeadlineExceeded and as none of these.
var (
	// ErrSessionEnded: the session has ended, cannot be used yet, or is not the user's. The three can't be told apart.
	ErrSessionEnded = errors.New("the session has ended")
	// ErrUnknownTemplate: Clerk has no JWT template of that name.
	ErrUnknownTemplate = errors.New("there is no such JWT template")
	// ErrOrganizationChanged: another organization has become the active one of the session since the request was
	// authenticated. A token would speak for that one.
	ErrOrganizationChanged = errors.New("the active organization of the session has changed")
	// ErrShortLived: tokens of that kind never live as long as the caller needs. Ask for a lifetime, or for less.
	ErrShortLived = errors.New("such tokens do not live that long")
	// ErrUnavailable: Clerk could not be asked, or gave no usable answer. Nothing is known about the session.
	ErrUnavailable = errors.New("clerk is unavailable")
)

// errTimeout is the cause for callers that were still waiting when the minting took too long.
var errTimeout = errors.New("it took too long")

// unusable is an answer that is not the token that was asked for.
func unusable(why string) error {
	return fmt.Errorf("%w: %s", ErrUnavailable, why)
}

// fail names the operation.
func fail(err error) error { return fmt.Errorf("outgoing: token: %w", err) }

// isEnd reports whether the error is the end of a context.
func isEnd(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
