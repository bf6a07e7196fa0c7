package ginclerk

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/attach"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

// Errors of [Auth.Token]. Beside these they match [ErrClerkUnreachable] and those of package outgoing.
var (
	// ErrSignedOut: no user is signed in, so the request has no token. Put a guard such as [Clerk.RequireSession] in front.
	ErrSignedOut = answer.ErrSignedOut
	// ErrNoSession: the request is authenticated, but has no session that tokens can be made for: with a machine token, or with a
	// session token that names no session.
	ErrNoSession = answer.ErrNoSession
)

// errOtherClerk is a request of one tenant on the transport of another.
var errOtherClerk = errors.New("ginclerk: the request was authenticated by another Clerk: use the transport of that one")

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
func (a *Auth) Token(ctx context.Context, options ...outgoing.Option) (string, error) {
	request := outgoing.Request{}
	for _, option := range options {
		option(&request)
	}
	made, err := a.token(waiting(ctx), request)
	switch {
	case err == nil:
		return made.Value, nil
	case errors.Is(err, outgoing.ErrUnavailable):
		return "", fmt.Errorf("ginclerk: token: %w: %w", ErrClerkUnreachable, err)
	default:
		return "", fmt.Errorf("ginclerk: token: %w", err)
	}
}

func (a *Auth) token(ctx context.Context, asked outgoing.Request) (outgoing.Token, error) {
	if a.by == nil {
		return outgoing.Token{}, attach.NoToken(a.identity())
	}
	return a.by.Token(ctx, a.who, asked)
}

// requestOf is the context of the request that Gin's context is about, or one that was made of it: these do not end with the
// request, and Gin uses its own again for another one. Any other context stays what it is.
func requestOf(ctx context.Context) context.Context {
	if c, ok := ctx.Value(gin.ContextKey).(*gin.Context); ok && c.Request != nil {
		return c.Request.Context()
	}
	return ctx
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
			if own := only(k); own != nil && auth.by != nil && auth.by != own {
				return "", errOtherClerk
			}
			return auth.Token(ctx)
		},
	})
}
