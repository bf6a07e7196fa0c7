package sealed

import "errors"

// Errors of [Keyring.Seal] and [Keyring.Open].
var (
	// ErrInvalid: not a value of ours, changed, for another purpose, with other additional data, or of a secret that the
	// keyring does not have. Which of these is not told.
	ErrInvalid = errors.New("sealed: invalid value")
	// ErrExpired: a value of ours whose time is over.
	ErrExpired = errors.New("sealed: expired value")
	// ErrTooLarge: more text than [MaxPlaintext].
	ErrTooLarge = errors.New("sealed: text is too large")
	// ErrNoExpiry: the zero time as expiry.
	ErrNoExpiry = errors.New("sealed: expiry is missing")
)
