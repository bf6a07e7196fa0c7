package webhook

import "errors"

// Errors of [Receiver.Verify].
var (
	// ErrSignature: headers are missing or malformed, or no signature is of one of the secrets.
	ErrSignature = errors.New("webhook: no valid signature")
	// ErrTimestamp: signed, but sent too long ago, or in the future.
	ErrTimestamp = errors.New("webhook: sent too long ago or in the future")
	// ErrMalformed: signed, but not an event: not JSON, or without a type or what its type needs.
	ErrMalformed = errors.New("webhook: malformed event")
)

// errUnavailable: the store or the other replicas could not be reached.
var errUnavailable = errors.New("webhook: unavailable")
