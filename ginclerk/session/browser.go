package session

import (
	"context"
	"slices"
)

// ForBrowser returns the accounts that are signed in on the browser of the given session: the current one first, then by
// activity, the newest first. [ErrNotActive] means that the given session itself has ended.
//
// If Clerk does not return the names of organizations, the accounts come without them.
func (s *Service) ForBrowser(ctx context.Context, currentSessionID string) ([]Account, error) {
	const op = "accounts of browser"
	current, err := s.live(ctx, op, currentSessionID)
	if err != nil {
		return nil, err
	}
	sessions, err := s.onBrowserOf(ctx, current)
	if err != nil {
		return nil, fail(op, err)
	}
	arrange(sessions, currentSessionID)
	accounts, err := s.accounts(ctx, sessions, currentSessionID)
	return accounts, fail(op, err)
}

// RevokeForBrowser ends another session of the browser of the current session, of any user: it signs another account out in this
// browser. A session that has already ended is no error. A session of another browser is [ErrNotFound].
func (s *Service) RevokeForBrowser(ctx context.Context, currentSessionID, targetSessionID string) error {
	const op = "revoke on browser"
	target, err := s.sibling(ctx, op, currentSessionID, targetSessionID)
	if err != nil {
		return err
	}
	return fail(op, s.end(ctx, target))
}

// onBrowserOf returns the live sessions of the browser. A session without a client is alone on its browser.
func (s *Service) onBrowserOf(ctx context.Context, current Session) ([]Session, error) {
	if current.ClientID == "" {
		return []Session{current}, nil
	}
	all, err := s.reader.OfClient(ctx, current.ClientID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(other Session) bool {
		return other.ClientID != current.ClientID || !other.Status.Live()
	}), nil
}

// live reads the session that the caller is signed in to.
func (s *Service) live(ctx context.Context, op, sessionID string) (Session, error) {
	got, err := s.reader.Session(ctx, sessionID)
	if err != nil {
		return Session{}, fail(op, err)
	}
	if got.ID != sessionID {
		return Session{}, fail(op, ErrNotFound)
	}
	if !got.Status.Live() {
		return Session{}, fail(op, ErrNotActive)
	}
	return got, nil
}

// sibling reads a session and checks that it is on the browser of the current session. If Clerk names no client, only the current
// session itself is on its browser.
func (s *Service) sibling(ctx context.Context, op, currentID, targetID string) (Session, error) {
	current, err := s.live(ctx, op, currentID)
	if err != nil {
		return Session{}, err
	}
	if targetID == currentID {
		return current, nil
	}
	target, err := s.reader.Session(ctx, targetID)
	if err != nil {
		return Session{}, fail(op, err)
	}
	if current.ClientID == "" || target.ClientID != current.ClientID || target.ID != targetID {
		return Session{}, fail(op, ErrNotFound)
	}
	return target, nil
}
