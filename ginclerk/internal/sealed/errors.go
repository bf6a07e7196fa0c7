package sealed

import "errors"

// Errors of [Keyring.Seal] and [Keyring.Open].
var (
	// ErrInvalid: the keyring did not seal the value, the value was changed, it is for another purpose or other additional data, or
	// its secret is not in the keyring. The error does not tell which.
	ErrInvalid = errors.New("sealed: invalid value")
	// ErrExpired: the keyring sealed the value, and it has expired.
	ErrExpired = errors.New("sealed: expired value")
	// ErrTooLarge: more text than [MaxPlaintext].
	ErrTooLarge = errors.New("sealed: text is too large")
	// ErrNoExpiry: the zero time as expiry.
	ErrNoExpiry = errors.New("sealed: expiry is missing")
)
