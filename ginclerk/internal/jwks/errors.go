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

// mismatch is the error for a key id that the instance does not have.
func mismatch() error {
	return &token.Error{Reason: token.ReasonJWKKidMismatch, Err: jwt.ErrTokenUnverifiable}
}

// unavailable is the error when it is not known whether a key exists. It says nothing about the token.
func unavailable(cause error) error {
	return &token.Error{
		Reason: token.ReasonJWKRemoteFailedToLoad,
		Err:    fmt.Errorf("jwks: %w: %w", token.ErrKeysUnavailable, cause),
	}
}

// failed returns the error of a fetch without an answer.
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

// unusable is the error of an answer that is not a key set, or has no key. Clerk's SDK treats the latter as a failure to load.
func unusable(cause error) error {
	if errors.Is(cause, errNoKeys) {
		return unavailable(cause)
	}
	return &token.Error{
		Reason: token.ReasonJWKRemoteInvalid,
		Err:    fmt.Errorf("jwks: %w: %w", token.ErrKeysUnavailable, cause),
	}
}
