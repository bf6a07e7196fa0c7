package session

import (
	"context"
	"errors"
)

// end ends a session. Its caller has checked the owner. A session that was gone already is no error.
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
	// Clerk refuses. If the session has ended meanwhile, that is the wanted result.
	now, readErr := s.reader.Session(ctx, target.ID)
	if errors.Is(readErr, ErrNotFound) || (readErr == nil && !now.Status.Live()) {
		return nil
	}
	return err
}
