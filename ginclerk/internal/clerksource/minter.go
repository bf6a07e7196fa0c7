package clerksource

import (
	"context"
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Minter is an [outgoing.Minter] that gets tokens from the Backend API. Make one with [NewMinter].
type Minter struct {
	api      *clerkapi.Client
	sessions session.Reader
}

// NewMinter returns a minter that gets tokens with the client. It is safe for concurrent use.
func NewMinter(api *clerkapi.Client) *Minter { return &Minter{api: api, sessions: NewBackend(api)} }

// Mint implements [outgoing.Minter]. It first reads the session again, because the session may have ended or changed its
// active organization since the request was authenticated.
func (m *Minter) Mint(ctx context.Context, r outgoing.Request) (string, error) {
	current, err := m.sessions.Session(ctx, r.SessionID)
	switch {
	case errors.Is(err, session.ErrNotFound):
		return "", outgoing.ErrSessionEnded
	case err != nil:
		return "", notMinted(err)
	case current.UserID != r.UserID || current.Status != session.Active:
		return "", outgoing.ErrSessionEnded
	case current.OrganizationID != r.OrganizationID:
		return "", outgoing.ErrOrganizationChanged
	}
	made, err := m.api.SessionToken(ctx, r.SessionID, clerkapi.TokenParams{Template: r.Template, Lifetime: r.Lifetime})
	switch {
	case errors.Is(err, clerkapi.ErrNotFound) && r.Template != "":
		return "", fmt.Errorf("%w: %q", outgoing.ErrUnknownTemplate, r.Template)
	case errors.Is(err, clerkapi.ErrNotFound):
		return "", outgoing.ErrSessionEnded
	case err != nil:
		return "", notMinted(err)
	default:
		return made, nil
	}
}

// notMinted marks errors that say that Clerk could not be asked. A refused secret key is one of them, because it says nothing
// about the session.
func notMinted(err error) error {
	if errors.Is(err, clerkapi.ErrUnavailable) || errors.Is(err, clerkapi.ErrUnauthorized) || errors.Is(err, session.ErrUnavailable) {
		return fmt.Errorf("%w: %w", outgoing.ErrUnavailable, err)
	}
	return err
}
