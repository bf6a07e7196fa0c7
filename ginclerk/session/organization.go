package session

import (
	"context"
	"errors"
)

// SwitchOrganization has Clerk make an organization the active one of a session of the user, with the browser's credential. An empty id
// means the personal account. The session must be the browser's. SwitchOrganization writes no cookies: the next handshake changes them.
//
// Errors are [ErrOrganizationNotFound] for an organization that the user is not a member of, [ErrNoCredential] if the browser's
// credential is missing or refused, [ErrNotFound] for a session of another browser, and [ErrUnavailable]. With [ErrNoCredential] the
// user has been found to be a member.
func (s *Service) SwitchOrganization(ctx context.Context, b Browser, userID, sessionID, organizationID string) error {
	const op = "switch organization"
	if err := s.member(ctx, userID, organizationID); err != nil {
		return fail(op, err)
	}
	if s.toucher == nil || !b.HasCredential() {
		return fail(op, ErrNoCredential)
	}
	return fail(op, s.toucher.SelectOrganization(ctx, b, sessionID, organizationID))
}

// member asks Clerk whether the user is a member of an organization. Everybody is of the personal account.
func (s *Service) member(ctx context.Context, userID, organizationID string) error {
	if organizationID == "" {
		return nil
	}
	if s.profiles == nil || userID == "" {
		return ErrOrganizationNotFound
	}
	names, err := s.profiles.OrganizationNames(ctx, userID)
	if errors.Is(err, ErrNotFound) {
		return ErrOrganizationNotFound // Clerk does not know the user, who is a member of nothing then
	}
	if err != nil {
		return err
	}
	if _, found := names[organizationID]; !found {
		return ErrOrganizationNotFound
	}
	return nil
}
