package clerkapi

import (
	"context"
	"net/http"
	"net/url"

	"github.com/clerk/clerk-sdk-go/v2"
)

// maxNonceLength is much longer than every nonce that Clerk makes.
const maxNonceLength = 1024

// BrowserClient returns a client: a browser, with the sessions of all accounts that are or were signed in on it.
func (c *Client) BrowserClient(ctx context.Context, id string) (*clerk.Client, error) {
	const op = "get client"
	if !validID(id, prefixClient) {
		return nil, noSuch(op)
	}
	got, err := c.clients.Get(named(ctx, op), id)
	if err != nil {
		return nil, failure(ctx, op, err)
	}
	if got.ID != id || got.Sessions == nil {
		return nil, garbage(op)
	}
	for _, s := range got.Sessions {
		if s == nil || s.ID == "" {
			return nil, garbage(op)
		}
	}
	return got, nil
}

type nonceParams struct {
	clerk.APIParams
	nonce string
}

// ToQuery returns the nonce as a query.
func (p *nonceParams) ToQuery() url.Values { return url.Values{"nonce": {p.nonce}} }

type handshakePayload struct {
	clerk.APIResource
	Directives []string `json:"directives"`
}

// HandshakePayload returns the Set-Cookie directives of the handshake with this nonce, as Clerk wrote them. An unknown
// or spent nonce is [ErrNotFound].
//
// GET /v1/clients/handshake_payload, which Clerk's OpenAPI document does not list (@clerk/backend, file
// tokens/handshake.ts).
func (c *Client) HandshakePayload(ctx context.Context, nonce string) ([]string, error) {
	const op = "get handshake payload"
	if nonce == "" || len(nonce) > maxNonceLength {
		return nil, noSuch(op)
	}
	var out handshakePayload
	err := c.call(ctx, op, http.MethodGet, "/clients/handshake_payload", &nonceParams{nonce: nonce}, &out)
	if err != nil {
		return nil, err
	}
	if out.Directives == nil {
		return nil, garbage(op)
	}
	return out.Directives, nil
}
