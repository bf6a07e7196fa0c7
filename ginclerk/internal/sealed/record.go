package sealed

import "time"

// MaxRecord is the longest text that [Keyring.SealRecord] takes, in bytes: 16 MiB.
const MaxRecord = 16 << 20

// recordVersion differs from that of values for cookies, so that neither opens as the other.
const recordVersion = 2

// SealRecord is [Keyring.Seal] for records that the server keeps in a store, where the limit of a cookie does not apply: up to
// [MaxRecord] bytes of text, and the result is bytes. Errors are [ErrTooLarge] and [ErrNoExpiry].
func (k *Keyring) SealRecord(purpose Purpose, plaintext []byte, expiry time.Time, additional []byte) ([]byte, error) {
	if len(plaintext) > MaxRecord {
		return nil, ErrTooLarge
	}
	return k.seal(recordVersion, purpose, plaintext, expiry, additional)
}

// OpenRecord returns the text of what [Keyring.SealRecord] sealed for the same purpose with the same additional data.
// Errors are [ErrInvalid], also for a value of [Keyring.Seal], and [ErrExpired].
func (k *Keyring) OpenRecord(purpose Purpose, record, additional []byte) ([]byte, error) {
	if len(record) > 1+overhead+expiryLength+MaxRecord {
		return nil, ErrInvalid
	}
	return k.open(recordVersion, purpose, record, additional)
}
