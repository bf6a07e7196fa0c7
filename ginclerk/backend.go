package ginclerk

import (
	"context"
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// authnBackend lets package authn ask the Backend API.
type authnBackend struct{ api *clerkapi.Client }

// RefreshSession implements [authn.Backend].
func (b authnBackend) RefreshSession(ctx context.Context, sessionID string, r authn.Refresh) ([]string, error) {
	setCookie, err := b.api.RefreshSession(ctx, sessionID, clerkapi.RefreshParams{
		ExpiredToken:    r.ExpiredToken,
		RefreshToken:    r.RefreshToken,
		RequestOrigin:   r.RequestOrigin,
		RequestHeaders:  r.RequestHeaders,
		SuffixedCookies: r.SuffixedCookies,
	})
	return setCookie, markUnreachable(err)
}

// HandshakePayload implements [authn.Backend].
func (b authnBackend) HandshakePayload(ctx context.Context, nonce string) ([]string, error) {
	setCookie, err := b.api.HandshakePayload(ctx, nonce)
	return setCookie, markUnreachable(err)
}

// markUnreachable tells authn which errors mean that Clerk could not be asked. A refused secret key is one: it says
// nothing about the browser.
func markUnreachable(err error) error {
	if errors.Is(err, clerkapi.ErrUnavailable) || errors.Is(err, clerkapi.ErrUnauthorized) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w: %w", authn.ErrUnreachable, err)
	}
	return err
}

// rememberingRevoker has what was ended at Clerk refused here at once.
type rememberingRevoker struct {
	next    session.Revoker
	revoked *revocation.Set
}

// Revoke implements [session.Revoker].
func (r rememberingRevoker) Revoke(ctx context.Context, sessionID string) error {
	if err := r.next.Revoke(ctx, sessionID); err != nil {
		return err
	}
	r.revoked.Add(sessionID)
	return nil
}
