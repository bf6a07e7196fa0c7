package session

import (
	"context"
	"errors"
)

// end ends a session whose owner has been checked. It reports whether this call did it: false means that the session was
// gone already.
func (s *Service) end(ctx context.Context, target Session) (bool, error) {
	if !target.Status.Live() {
		return false, nil
	}
	err := s.revoker.Revoke(ctx, target.ID)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrNotFound):
		return false, nil
	case ended(err), errors.Is(err, ErrUnavailable):
		return false, err
	}
	// Clerk refuses. If that is because somebody else was quicker, all is well.
	now, readErr := s.reader.Session(ctx, target.ID)
	if errors.Is(readErr, ErrNotFound) || (readErr == nil && !now.Status.Live()) {
		return false, nil
	}
	return false, err
}
