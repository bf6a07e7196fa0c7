package clerksource

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Backend asks the Backend API. It is a [session.Reader], [session.Revoker] and [session.Profiles]. Make one with
// [NewBackend]. It is safe for concurrent use.
type Backend struct{ api *clerkapi.Client }

// NewBackend makes a source of a client, which must not be nil.
func NewBackend(api *clerkapi.Client) *Backend { return &Backend{api: api} }

// Session returns a session of any status.
func (b *Backend) Session(ctx context.Context, sessionID string) (session.Session, error) {
	got, err := b.api.Session(ctx, sessionID)
	if err != nil {
		return session.Session{}, translate(err)
	}
	return sessionFrom(got), nil
}

// OfUser returns the sessions of a user that have one of the states; without states, all sessions. Clerk's filter takes one state
// and does not accept "pending", so OfUser otherwise reads all sessions.
func (b *Backend) OfUser(ctx context.Context, userID string, states ...session.Status) ([]session.Session, error) {
	filter := clerkapi.SessionFilter{UserID: userID, BeforeNext: session.AwaitTurn}
	if len(states) == 1 && states[0] != session.Pending {
		filter.Status = string(states[0])
	}
	got, err := b.api.ListSessions(ctx, filter)
	if err != nil {
		return nil, translate(err)
	}
	sessions := sessionsFrom(got)
	if len(states) == 0 {
		return sessions, nil
	}
	return slices.DeleteFunc(sessions, func(s session.Session) bool { return !slices.Contains(states, s.Status) }), nil
}

// OfClient returns the sessions of a browser, of any status.
func (b *Backend) OfClient(ctx context.Context, clientID string) ([]session.Session, error) {
	got, err := b.api.BrowserClient(ctx, clientID)
	if err != nil {
		return nil, translate(err)
	}
	return sessionsFrom(got.Sessions), nil
}

// Revoke ends a session. If the answer says that the session is still live, the error is an outage.
func (b *Backend) Revoke(ctx context.Context, sessionID string) error {
	got, err := b.api.RevokeSession(ctx, sessionID)
	if err != nil {
		return translate(err)
	}
	if status := session.Status(got.Status); status == "" || status.Live() {
		return fmt.Errorf("clerk answers that the session is %q: %w", status, session.ErrUnavailable)
	}
	return nil
}

// Profiles returns the profiles of the users that exist, by id.
func (b *Backend) Profiles(ctx context.Context, userIDs []string) (map[string]session.Profile, error) {
	users, err := b.api.Users(ctx, userIDs...)
	if err != nil {
		return nil, translate(err)
	}
	profiles := make(map[string]session.Profile, len(users))
	for _, u := range users {
		profiles[u.ID] = profileFrom(u)
	}
	return profiles, nil
}

// OrganizationNames returns the names of the organizations of a user, by id.
func (b *Backend) OrganizationNames(ctx context.Context, userID string) (map[string]string, error) {
	memberships, err := b.api.OrganizationMemberships(ctx, userID)
	if err != nil {
		return nil, translate(err)
	}
	names := make(map[string]string, len(memberships))
	for _, m := range memberships {
		names[m.Organization.ID] = m.Organization.Name
	}
	return names, nil
}

// Frontend asks the Frontend API. It is a [session.Toucher] and a [reverify.Frontend]. Make one with [NewFrontend]. It is safe
// for concurrent use.
type Frontend struct{ api *clerkapi.Frontend }

// NewFrontend makes a source of a client, which must not be nil.
func NewFrontend(api *clerkapi.Frontend) *Frontend { return &Frontend{api: api} }

// Touch makes the session the current one of the browser. If the user has left the organization, Touch leaves the choice of the
// active organization to Clerk.
func (f *Frontend) Touch(ctx context.Context, b session.Browser, sessionID, organizationID string) error {
	browser := browserFor(b)
	err := f.api.Touch(ctx, browser, sessionID, &organizationID)
	if organizationID != "" && leftOrganization(err) {
		err = f.api.Touch(ctx, browser, sessionID, nil)
	}
	return translate(err)
}

// SelectOrganization implements [session.Toucher].
func (f *Frontend) SelectOrganization(ctx context.Context, b session.Browser, sessionID, organizationID string) error {
	err := f.api.SelectOrganization(ctx, browserFor(b), sessionID, organizationID)
	if leftOrganization(err) {
		return fmt.Errorf("%w: %w", session.ErrOrganizationNotFound, err)
	}
	return translate(err)
}

// leftOrganization reports whether Clerk refuses only the organization.
func leftOrganization(err error) bool {
	answer, ok := errors.AsType[*clerkapi.Error](err)
	return ok && (answer.Code == "organization_not_found_or_unauthorized" || answer.Code == "not_a_member_in_organization")
}

// translate adds the category of package session to an error of clerkapi.
func translate(err error) error {
	for _, pair := range []struct{ from, to error }{
		{clerkapi.ErrNotFound, session.ErrNotFound},
		{clerkapi.ErrCredential, session.ErrNoCredential},
		{clerkapi.ErrUnavailable, session.ErrUnavailable},
	} {
		if errors.Is(err, pair.from) {
			return fmt.Errorf("%w: %w", pair.to, err)
		}
	}
	return err
}

func sessionsFrom(got []*clerk.Session) []session.Session {
	sessions := make([]session.Session, 0, len(got))
	for _, s := range got {
		sessions = append(sessions, sessionFrom(s))
	}
	return sessions
}
