package clerkapi

import (
	"context"
	"net/http"

	"github.com/clerk/clerk-sdk-go/v2"
)

// MaxKeySet is the longest key set that is accepted, in bytes.
const MaxKeySet = 1 << 20

// rawBody keeps an answer unparsed.
type rawBody struct{ clerk.APIResource }

// JWKS returns the instance's signing keys as Clerk wrote them: JSON of at most [MaxKeySet] bytes, which it does not parse.
func (c *Client) JWKS(ctx context.Context) ([]byte, error) {
	const op = "get jwks"
	var out rawBody
	if err := c.call(ctx, op, http.MethodGet, "/jwks", nil, &out); err != nil {
		return nil, err
	}
	if out.Response == nil || len(out.Response.RawJSON) == 0 || len(out.Response.RawJSON) > MaxKeySet {
		return nil, garbage(op)
	}
	return out.Response.RawJSON, nil
}
