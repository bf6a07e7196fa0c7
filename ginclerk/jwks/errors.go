package jwks

import (
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// secretKeyInvalid is the code of Clerk's answer to a secret key that it does not know.
const secretKeyInvalid = "clerk_key_invalid"

var errClosed = errors.New("closed")

// mismatch is the refusal of a key id that the instance does not have.
func mismatch() error {
	return &token.Error{Reason: token.ReasonJWKKidMismatch, Err: jwt.ErrTokenUnverifiable}
}

// unavailable is for what keeps us from knowing; it is not the token's fault.
func unavailable(cause error) error {
	return &token.Error{
		Reason: token.ReasonJWKRemoteFailedToLoad,
		Err:    fmt.Errorf("jwks: %w: %w", token.ErrKeysUnavailable, cause),
	}
}

// failed is for a key server that gave no answer, or a bad one.
func failed(cause error) error {
	var coded interface{ ErrorCode() string }
	if errors.As(cause, &coded) && coded.ErrorCode() == secretKeyInvalid {
		return &token.Error{
			Reason: token.ReasonSecretKeyInvalid,
			Err:    fmt.Errorf("jwks: %w: %w", token.ErrKeysUnavailable, cause),
		}
	}
	return unavailable(cause)
}

// unusable is for an answer without keys, which Clerk's SDK counts as one that failed to load, and for one that is no key
// set.
func unusable(cause error) error {
	if errors.Is(cause, errNoKeys) {
		return unavailable(cause)
	}
	return &token.Error{
		Reason: token.ReasonJWKRemoteInvalid,
		Err:    fmt.Errorf("jwks: %w: %w", token.ErrKeysUnavailable, cause),
	}
}
