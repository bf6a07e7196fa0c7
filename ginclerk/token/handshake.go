package token

import (
	"context"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// maxDirectives is far above the handful of cookies that a handshake sets.
const maxDirectives = 64

// VerifyHandshake returns the Set-Cookie values that a handshake token carries (@clerk/backend, file tokens/handshake.ts).
// Type, algorithm, category and signature are verified, and that the token is about nobody ([Unverified.MayBeHandshake]);
// such a token has no times and no parties. A token that carries no list of strings has no directives. Errors are those of [Verifier.Verify].
func (v *Verifier) VerifyHandshake(ctx context.Context, raw string) ([]string, error) {
	u, err := readUpTo(raw, maxHandshakeSize)
	if err != nil {
		return nil, err
	}
	// A machine's token, a template's and a customized session token may have a claim of that name, which Clerk did not write.
	if !u.MayBeHandshake() {
		return nil, refuse(ReasonInvalid, fmt.Errorf("%w: not a handshake token", jwt.ErrTokenInvalidClaims))
	}
	if err := v.verifySignature(ctx, u, (*Unverified).isPlainJWT); err != nil {
		return nil, err
	}
	list, ok := u.claims.payload["handshake"].([]any)
	if !ok {
		return nil, nil
	}
	directives := texts(u.claims.payload["handshake"])
	if len(directives) != len(list) || len(list) > maxDirectives {
		return nil, refuse(ReasonInvalid, fmt.Errorf("%w: handshake is no list of cookies", jwt.ErrTokenMalformed))
	}
	return directives, nil
}
