package webhook

import "errors"

// Errors of [Receiver.Verify].
var (
	// ErrSignature means that headers are missing or malformed, or that no signature was made with one of the secrets.
	ErrSignature = errors.New("webhook: no valid signature")
	// ErrTimestamp means that the message is signed, but was sent too long ago, or in the future.
	ErrTimestamp = errors.New("webhook: sent too long ago or in the future")
	// ErrMalformed means that the message is signed, but is not an event: it is not JSON, or lacks a type or a field that its
	// type needs.
	ErrMalformed = errors.New("webhook: malformed event")
)

// errUnavailable means that the store or the other replicas could not be reached.
var errUnavailable = errors.New("webhook: unavailable")
