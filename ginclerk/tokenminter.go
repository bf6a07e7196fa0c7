package ginclerk

import (
	"context"
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerksource"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// tokenMinter has tokens made by the Backend API.
type tokenMinter struct {
	api      *clerkapi.Client
	sessions session.Reader
}

// makeTokens makes the source of outgoing tokens.
func (k *Clerk) makeTokens() error {
	if k.api == nil {
		return nil // reported by connect
	}
	var err error
	k.tokens, err = outgoing.NewSource(outgoing.Config{
		Minter: tokenMinter{api: k.api, sessions: clerksource.NewBackend(k.api)}, Now: k.now,
	})
	return err
}

// Mint implements [outgoing.Minter]. The session may have ended, and its active organization may have changed, since the
// request was authenticated, so both are read again first.
func (m tokenMinter) Mint(ctx context.Context, r outgoing.Request) (string, error) {
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

// notMinted marks the errors which mean that Clerk could not be asked. A refused secret key is one: it says nothing about
// the session.
func notMinted(err error) error {
	if errors.Is(err, clerkapi.ErrUnavailable) || errors.Is(err, clerkapi.ErrUnauthorized) || errors.Is(err, session.ErrUnavailable) {
		return fmt.Errorf("%w: %w", outgoing.ErrUnavailable, err)
	}
	return err
}
