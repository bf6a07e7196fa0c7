package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Categories of errors, matched by errors.Is. When the caller's context ends, the error matches context.Canceled or
// context.DeadlineExceeded, and none of these.
var (
	// ErrNotFound: the session does not exist, or is not the caller's. The error does not tell which.
	ErrNotFound = errors.New("session not found")
	// ErrNotActive: the session is the caller's and has ended, or cannot be used yet.
	ErrNotActive = errors.New("session is not active")
	// ErrNoCredential: the browser's credential for the Frontend API is missing, or Clerk refuses it.
	ErrNoCredential = errors.New("no credential of the browser")
	// ErrOrganizationNotFound: the organization does not exist, or the user is not a member of it. The error does not tell which.
	ErrOrganizationNotFound = errors.New("organization not found")
	// ErrNotOfBrowser: the session is not the browser's own, so that the browser can't have Clerk change it.
	ErrNotOfBrowser = errors.New("the session is not the browser's own")
	// ErrUnavailable: Clerk could not be asked. The error says nothing about any session.
	ErrUnavailable = errors.New("clerk is unavailable")
)

// RetryAfter returns how long Clerk asked to wait before the next request; 0 if Clerk did not say, and for a nil error. It asks
// the first error of the chain that has a method ErrorRetryAfter() time.Duration.
func RetryAfter(err error) time.Duration {
	asked, ok := errors.AsType[interface {
		error
		ErrorRetryAfter() time.Duration
	}](err)
	if !ok {
		return 0
	}
	return asked.ErrorRetryAfter()
}

// fail names the operation. It drops the details of "not found", which would tell what does not exist from what is another user's.
func fail(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("session: %s: %w", op, ErrNotFound)
	case errors.Is(err, ErrOrganizationNotFound):
		return fmt.Errorf("session: %s: %w", op, ErrOrganizationNotFound)
	default:
		return fmt.Errorf("session: %s: %w", op, err)
	}
}

// ended reports whether the error says that the caller's context has ended.
func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
