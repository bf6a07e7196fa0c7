package ginclerk

import (
	"context"
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

// errOtherClerk is a request of one tenant on the transport of another.
var errOtherClerk = errors.New("ginclerk: the request was authenticated by another Clerk: use the transport of that one")

// Transport returns a transport for an http.Client that calls other services in the name of the request at hand: it puts
// the session's token on requests to the listed origins, which are exact (https://api.example.com; http for this machine
// alone), and on no others. Make one client of it at start; who is at hand is in the context of each outgoing request:
//
//	r, err := http.NewRequestWithContext(c.Request.Context(), http.MethodGet, "https://api.example.com/invoices", nil)
//
// Where nobody is signed in, a request to a listed origin fails before anything is sent, with an error that matches
// [ErrSignedOut]; see [Auth.Token] for the other errors. A request that has an Authorization header is sent as it is, and
// a redirect to another origin never gets a token. base sends the requests; nil means http.DefaultTransport.
func (k *Clerk) Transport(base http.RoundTripper, origins ...string) (http.RoundTripper, error) {
	return outgoing.NewTransport(outgoing.TransportConfig{
		Base:    base,
		Origins: origins,
		Token: func(ctx context.Context) (string, error) {
			auth := FromContext(ctx)
			if auth.by != nil && auth.by != k {
				return "", errOtherClerk
			}
			return auth.Token(ctx)
		},
	})
}
