package session

import (
	"context"
	"errors"
)

// end ends a session whose owner has been checked. That it was gone already is no error.
func (s *Service) end(ctx context.Context, target Session) error {
	if !target.Status.Live() {
		return nil
	}
	err := s.revoker.Revoke(ctx, target.ID)
	switch {
	case err == nil, errors.Is(err, ErrNotFound):
		return nil
	case ended(err), errors.Is(err, ErrUnavailable):
		return err
	}
	// Clerk refuses. If that is because somebody else was quicker, all is well.
	now, readErr := s.reader.Session(ctx, target.ID)
	if errors.Is(readErr, ErrNotFound) || (readErr == nil && !now.Status.Live()) {
		return nil
	}
	return err
}
