package token

import (
	"errors"
	"fmt"
)

// Reason says why a token was refused, in Clerk's spelling (@clerk/backend, file errors.ts). Reasons that only this package has
// start with "ginclerk-".
type Reason string

// Reasons that the token gives.
const (
	ReasonExpired                  Reason = "token-expired"
	ReasonInvalid                  Reason = "token-invalid"
	ReasonInvalidAlgorithm         Reason = "token-invalid-algorithm"
	ReasonInvalidAuthorizedParties Reason = "token-invalid-authorized-parties"
	ReasonInvalidIssuer            Reason = "token-invalid-issuer"
	ReasonInvalidSignature         Reason = "token-invalid-signature"
	ReasonNotActiveYet             Reason = "token-not-active-yet"
	ReasonIssuedInTheFuture        Reason = "token-iat-in-the-future"
	ReasonVerificationFailed       Reason = "token-verification-failed"
	ReasonTypeMismatch             Reason = "token-type-mismatch"

	// ReasonSessionIDMissing is our own: a token without a session id can't be revoked.
	ReasonSessionIDMissing Reason = "ginclerk-session-id-missing"
	// ReasonLifetime is our own: the token lives longer than Config.MaxLifetime, or does not say how long it lives.
	ReasonLifetime Reason = "ginclerk-token-lifetime"
)

// Reasons that the signing keys give.
const (
	ReasonSecretKeyInvalid      Reason = "secret-key-invalid"
	ReasonJWKLocalMissing       Reason = "jwk-local-missing"
	ReasonJWKRemoteFailedToLoad Reason = "jwk-remote-failed-to-load"
	ReasonJWKRemoteInvalid      Reason = "jwk-remote-invalid"
	ReasonJWKRemoteMissing      Reason = "jwk-remote-missing"
	ReasonJWKFailedToResolve    Reason = "jwk-failed-to-resolve"
	ReasonJWKKidMismatch        Reason = "jwk-kid-mismatch"
)

// ErrKeysUnavailable matches errors that say nothing about the token: the signing keys could not be had, so it is not known whether
// the token is good. Answer 503, not 401.
var ErrKeysUnavailable = errors.New("signing keys unavailable")

// Error is a refusal. It never contains the token. Read it with errors.As, or its reason with [ReasonOf].
type Error struct {
	// Reason is why, in Clerk's words.
	Reason Reason
	// Err is the cause; nil when the reason says everything. It wraps golang-jwt's sentinel when one fits, such as
	// jwt.ErrTokenExpired.
	Err error
}

// Error returns the reason and its cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return "token: " + string(e.Reason)
	}
	return fmt.Sprintf("token: %s: %v", e.Reason, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ReasonOf returns the reason of the first [Error] in err's tree; "" without one.
func ReasonOf(err error) Reason {
	if err == nil {
		return ""
	}
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal.Reason
	}
	return ""
}

func refuse(reason Reason, err error) *Error { return &Error{Reason: reason, Err: err} }
