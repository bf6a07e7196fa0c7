package ginclerk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/clerkapi"
)

// refreshTimeout bounds a refresh that several requests wait for.
const refreshTimeout = 10 * time.Second

// authnBackend lets package authn ask the Backend API.
type authnBackend struct {
	api       *clerkapi.Client
	refreshes *singleflight.Group
}

// RefreshSession implements [authn.Backend]. A browser that opens several pages at once with an expired token is renewed
// once: all of its requests get the same cookies, so that none of them spends what another needs.
func (b authnBackend) RefreshSession(ctx context.Context, sessionID string, r authn.Refresh) ([]string, error) {
	key := strings.Join([]string{sessionID, r.RefreshToken, r.ExpiredToken, strconv.FormatBool(r.SuffixedCookies)}, "\n")
	result := b.refreshes.DoChan(key, func() (any, error) {
		shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
		defer cancel()
		return b.api.RefreshSession(shared, sessionID, clerkapi.RefreshParams{
			ExpiredToken:    r.ExpiredToken,
			RefreshToken:    r.RefreshToken,
			RequestOrigin:   r.RequestOrigin,
			RequestHeaders:  r.RequestHeaders,
			SuffixedCookies: r.SuffixedCookies,
		})
	})
	select {
	case <-ctx.Done():
		return nil, markUnreachable(ctx.Err())
	case done := <-result:
		setCookie, _ := done.Val.([]string) // nil with an error
		return slices.Clone(setCookie), markUnreachable(done.Err)
	}
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

// VerifyMachineToken implements [authn.MachineVerifier].
func (b authnBackend) VerifyMachineToken(ctx context.Context, kind authn.TokenType, raw string) (*authn.MachineToken, error) {
	machine, err := b.api.VerifyMachineToken(ctx, kind, raw)
	return machine, markUnreachable(err)
}
