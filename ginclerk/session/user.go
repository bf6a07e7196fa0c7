package session

import "context"

// ForUser returns the active sessions of the user on all devices: the current one first, if it is active, then by
// activity, the newest first.
func (s *Service) ForUser(ctx context.Context, userID, currentSessionID string) ([]Session, error) {
	const op = "sessions of user"
	if userID == "" {
		return nil, fail(op, ErrNotFound)
	}
	all, err := s.reader.OfUser(ctx, userID, Active)
	if err != nil {
		return nil, fail(op, err)
	}
	sessions := owned(all, userID)
	arrange(sessions, currentSessionID)
	return sessions, nil
}

// Current returns one session of the user, whatever its status. A session of another user is [ErrNotFound].
func (s *Service) Current(ctx context.Context, userID, sessionID string) (Session, error) {
	return s.ofUser(ctx, "session", userID, sessionID)
}

// Revoke ends one session of the user. A session that has already ended is no error. A session of another user is [ErrNotFound].
func (s *Service) Revoke(ctx context.Context, userID, sessionID string) error {
	const op = "revoke"
	target, err := s.ofUser(ctx, op, userID, sessionID)
	if err != nil {
		return err
	}
	return fail(op, s.end(ctx, target))
}

// RevokeSession ends a session that this service has just returned, without reading it again. The caller knows that its user may end it. A
// session that has already ended is no error.
func (s *Service) RevokeSession(ctx context.Context, one Session) error {
	const op = "revoke"
	if one.ID == "" {
		return fail(op, ErrNotFound)
	}
	return fail(op, s.end(ctx, one))
}

// ofUser reads a session and checks that it belongs to the user.
func (s *Service) ofUser(ctx context.Context, op, userID, sessionID string) (Session, error) {
	got, err := s.reader.Session(ctx, sessionID)
	if err != nil {
		return Session{}, fail(op, err)
	}
	if userID == "" || got.UserID != userID || got.ID != sessionID {
		return Session{}, fail(op, ErrNotFound)
	}
	return got, nil
}
