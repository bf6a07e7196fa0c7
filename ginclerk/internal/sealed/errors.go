package sealed

import "errors"

// Errors of [Keyring.Seal] and [Keyring.Open].
var (
	// ErrInvalid: the keyring did not seal the value, the value was changed, it is for another purpose or has other additional
	// data, or the keyring does not have its secret. The error does not tell which.
	ErrInvalid = errors.New("sealed: invalid value")
	// ErrExpired: the keyring sealed the value, and it has expired.
	ErrExpired = errors.New("sealed: expired value")
	// ErrTooLarge: the text is longer than [MaxPlaintext].
	ErrTooLarge = errors.New("sealed: text is too large")
	// ErrNoExpiry: the expiry is the zero time.
	ErrNoExpiry = errors.New("sealed: expiry is missing")
)
