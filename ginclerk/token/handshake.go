package token

import (
	"context"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// maxDirectives is far more than the few cookies that a handshake sets.
const maxDirectives = 64

// VerifyHandshake returns the Set-Cookie values that a handshake token carries (@clerk/backend, file tokens/handshake.ts). It reads
// the token itself, up to 64 KiB, and verifies type, algorithm, category and signature, and that the token names no subject and no
// session ([Unverified.MayBeHandshake]). Such a token has no times and no parties to check. It returns nil for a token without a list
// of cookies. Errors are those of [Read] and [Verifier.Verify].
func (v *Verifier) VerifyHandshake(ctx context.Context, raw string) ([]string, error) {
	u, err := readUpTo(raw, maxHandshakeSize)
	if err != nil {
		return nil, err
	}
	// Clerk writes the claim "handshake" into handshake tokens only. In other tokens it is a custom claim.
	if !u.MayBeHandshake() {
		return nil, refuse(ReasonInvalid, fmt.Errorf("%w: not a handshake token", jwt.ErrTokenInvalidClaims))
	}
	if _, err := v.verifySignature(ctx, u, (*Unverified).isPlainJWT); err != nil {
		return nil, err
	}
	list := u.read().claims.read().written.member("handshake")
	if !list.isList() {
		return nil, nil
	}
	directives, ok := allTexts(list)
	if !ok || len(directives) > maxDirectives {
		return nil, refuse(ReasonInvalid, fmt.Errorf("%w: handshake is not a list of cookies", jwt.ErrTokenMalformed))
	}
	return directives, nil
}
