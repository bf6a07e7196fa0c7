package session

import (
	"context"
	"errors"
)

// end ends a session. Its caller has checked the owner. A session that has already ended is no error.
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
	// Clerk refuses. That is no error if the session has ended in the meantime.
	now, readErr := s.reader.Session(ctx, target.ID)
	if errors.Is(readErr, ErrNotFound) || (readErr == nil && !now.Status.Live()) {
		return nil
	}
	return err
}
