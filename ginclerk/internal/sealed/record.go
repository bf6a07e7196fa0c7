package sealed

import "time"

// MaxRecord is the longest text that [Keyring.SealRecord] takes, in bytes: 16 MiB.
const MaxRecord = 16 << 20

// recordVersion differs from the version of cookie values, so that a record does not open as a cookie value, or the reverse.
const recordVersion = 2

// SealRecord is [Keyring.Seal] for records in a store, which may be larger than a cookie: it takes up to [MaxRecord] bytes of
// text and returns bytes. Errors are [ErrTooLarge] and [ErrNoExpiry].
func (k *Keyring) SealRecord(purpose Purpose, plaintext []byte, expiry time.Time, additional []byte) ([]byte, error) {
	if len(plaintext) > MaxRecord {
		return nil, ErrTooLarge
	}
	return k.seal(recordVersion, purpose, plaintext, expiry, additional)
}

// OpenRecord returns the text that [Keyring.SealRecord] sealed for the same purpose with the same additional data.
// Errors are [ErrInvalid], also for a value of [Keyring.Seal], and [ErrExpired].
func (k *Keyring) OpenRecord(purpose Purpose, record, additional []byte) ([]byte, error) {
	if len(record) > 1+overhead+expiryLength+MaxRecord {
		return nil, ErrInvalid
	}
	return k.open(recordVersion, purpose, record, additional)
}
