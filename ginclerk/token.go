package ginclerk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Errors of [Auth.Token]. Beside these they match [ErrClerkUnreachable] and those of package outgoing.
var (
	// ErrSignedOut: no user is signed in, so the request has no token. Put a guard such as [Clerk.RequireSession] in front.
	ErrSignedOut = answer.ErrSignedOut
	// ErrNoSession: the request is authenticated, but has no session that tokens can be made for: with a machine token, or with a
	// session token that names no session.
	ErrNoSession = answer.ErrNoSession
)

// ownToken returns the session token of the browser. Where it is about to expire, the session is renewed with the refresh token, and
// the token stays what it is where that fails.
func (k *tenant) ownToken(c *gin.Context) outgoing.Token {
	auth := From(c)
	if auth.own.left(k.now()) < outgoing.DefaultMargin && !auth.decision.renewed() {
		if state, renewed := k.renew(c); renewed && !state.Pending() {
			k.adoptRenewed(c, state)
			auth = From(c)
		}
	}
	if auth.own == nil {
		return outgoing.Token{}
	}
	return outgoing.Token{Value: auth.own.raw, Expires: auth.own.expires}
}

// errOtherClerk is a request of one tenant on the transport of another.
var errOtherClerk = errors.New("ginclerk: the request was authenticated by another Clerk: use the transport of that one")

// ownToken is the session token that a request came with, or was renewed to. It is only ever pointed to, so that
// printing what holds an [Auth] does not print it.
type ownToken struct {
	raw     string
	expires time.Time
}

func newOwnToken(state *authn.State, claims *token.Claims) *ownToken {
	return &ownToken{raw: state.Token, expires: claims.ExpiresAt}
}

// left is how much of its life the token has; an [Auth] without one has none.
func (t *ownToken) left(now time.Time) time.Duration {
	if t == nil {
		return 0
	}
	return t.expires.Sub(now)
}

// Token returns a token of the request's session for calls to other services: the request's own session token while it has
// enough of its life left and no option asks for another, else one that Clerk makes, after the session has been found
// active, the user's, and still in the request's organization. Made tokens are kept in memory until shortly before they
// expire. The options are [outgoing.Template], [outgoing.Lifetime] and [outgoing.MinimumLife].
//
// A made token names no authorized party (azp), as no browser took part. Services that compare azp refuse it: with this
// package, those that set Origins or AuthorizedParties. A service that is called so sets neither.
//
// Errors match [ErrSignedOut], [ErrNoSession], [ErrClerkUnreachable] where Clerk could not be asked,
// [outgoing.ErrSessionEnded], [outgoing.ErrUnknownTemplate], [outgoing.ErrOrganizationChanged] or
// [outgoing.ErrShortLived]. The token is a secret: it must not be logged, and belongs only to services that you trust with
// the user's session. [Clerk.Transport] keeps it to them.
func (a *Auth) Token(ctx context.Context, options ...outgoing.Option) (string, error) { //nolint:contextcheck // Gin's context is the request's
	if c, ok := ctx.(*gin.Context); ok {
		ctx = requestOf(c) // a token is made for all who wait for it, which may take longer than this request
	}
	request := outgoing.Request{SessionID: a.SessionID, UserID: a.UserID, OrganizationID: a.OrganizationID}
	for _, option := range options {
		option(&request)
	}
	made, err := a.outgoingToken(ctx, request)
	switch {
	case err == nil:
		return made.Value, nil
	case errors.Is(err, outgoing.ErrUnavailable):
		return "", fmt.Errorf("ginclerk: token: %w: %w", ErrClerkUnreachable, err)
	default:
		return "", fmt.Errorf("ginclerk: token: %w", err)
	}
}

func (a *Auth) outgoingToken(ctx context.Context, r outgoing.Request) (outgoing.Token, error) {
	if err := a.noToken(); err != nil {
		return outgoing.Token{}, err
	}
	if a.by.revocations.Revoked(a.SessionID, a.UserID, a.Claims.IssuedAt) { // since the request was authenticated
		a.by.core.Tokens.Forget(a.SessionID)
		return outgoing.Token{}, outgoing.ErrSessionEnded
	}
	own := r.Template == "" && r.Lifetime == 0
	if own && a.own.left(a.by.now()) >= max(r.MinimumLife, outgoing.DefaultMargin) {
		return outgoing.Token{Value: a.own.raw, Expires: a.own.expires}, nil
	}
	return a.by.core.Tokens.Token(ctx, r)
}

// noToken says why there can't be a token; nil where there can.
func (a *Auth) noToken() error {
	switch {
	case a.unavailable != nil:
		return fmt.Errorf("%w: %w", outgoing.ErrUnavailable, a.unavailable)
	case a.Machine != nil:
		return fmt.Errorf("%w: it came with a machine token", ErrNoSession)
	case a.by == nil:
		return fmt.Errorf("%w: the context is not that of a request behind Attach or a guard: pass Gin's context or c.Request.Context() on", ErrSignedOut)
	case !a.SignedIn() && a.Reason == "":
		return ErrSignedOut
	case !a.SignedIn():
		return fmt.Errorf("%w: %s", ErrSignedOut, a.Reason)
	case a.SessionID == "":
		return fmt.Errorf("%w: its token names none", ErrNoSession)
	default:
		return nil
	}
}

// Transport returns a transport for an http.Client that calls other services in the name of the request at hand: it puts
// the session's token on requests to the listed origins, which are exact (https://api.example.com; http for this machine
// alone), and on no others. Make one client of it at start; who is at hand is in the context of each outgoing request:
//
//	r, err := http.NewRequestWithContext(c.Request.Context(), http.MethodGet, "https://api.example.com/invoices", nil)
//
// Where no user is signed in, a request to a listed origin fails before anything is sent, with an error that matches
// [ErrSignedOut]; see [Auth.Token] for the other errors. A request that has an Authorization header is sent as it is, and
// a redirect to another origin never gets a token. base sends the requests; nil means http.DefaultTransport.
// Requests that another Clerk has authenticated fail; a Clerk of [NewTenants] takes those of all its tenants.
func (k *Clerk) Transport(base http.RoundTripper, origins ...string) (http.RoundTripper, error) {
	return outgoing.NewTransport(outgoing.TransportConfig{
		Base: base, Origins: origins,
		Token: func(ctx context.Context) (string, error) {
			auth := FromContext(ctx)
			if k.own != nil && auth.by != nil && auth.by != k.own {
				return "", errOtherClerk
			}
			return auth.Token(ctx)
		},
	})
}
