package session

import (
	"context"
	"fmt"
)

// Switch has Clerk make another active session of the same browser the current one, with the browser's credential. The session
// keeps its active organization. Switch writes no cookies: the next handshake changes them.
//
// Errors are [ErrNoCredential] if the browser's credential is missing or refused, [ErrNotFound] for a session of another browser,
// [ErrNotActive] if either session has ended or the target is still pending, and [ErrUnavailable].
func (s *Service) Switch(ctx context.Context, b Browser, currentSessionID, targetSessionID string) error {
	const op = "switch"
	if s.toucher == nil || !b.HasCredential() {
		return fail(op, ErrNoCredential)
	}
	target, err := s.switchable(ctx, op, currentSessionID, targetSessionID)
	if err != nil {
		return err
	}
	return fail(op, s.toucher.Touch(ctx, b, target.ID, target.OrganizationID))
}

// Switchable returns a session of the same browser that may become the current one, and changes nothing. Errors are those of
// [Service.Switch].
func (s *Service) Switchable(ctx context.Context, currentSessionID, targetSessionID string) (Session, error) {
	return s.switchable(ctx, "switchable", currentSessionID, targetSessionID)
}

func (s *Service) switchable(ctx context.Context, op, currentID, targetID string) (Session, error) {
	target, err := s.sibling(ctx, op, currentID, targetID)
	if err != nil {
		return Session{}, err
	}
	if target.Status != Active {
		return Session{}, fail(op, fmt.Errorf("status %q: %w", target.Status, ErrNotActive))
	}
	return target, nil
}
