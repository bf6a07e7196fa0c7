package sealed

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// MaxPlaintext is the longest text that can be sealed, in bytes. The sealed value fits into the 4096 bytes that browsers keep for
// a cookie with its name and attributes (RFC 6265 §6.1).
const MaxPlaintext = 2800

const (
	version        = 1
	expiryLength   = 8
	overhead       = 12 + 16 // nonce and tag
	maxSealedBytes = 1 + overhead + expiryLength + MaxPlaintext
)

// Seal encrypts a text. Until the expiry, Open returns the text for the same purpose with the same additional data. The result
// has only characters of the URL-safe base64 alphabet. Errors are [ErrTooLarge] and [ErrNoExpiry].
func (k *Keyring) Seal(purpose Purpose, plaintext []byte, expiry time.Time, additional []byte) (string, error) {
	if len(plaintext) > MaxPlaintext {
		return "", ErrTooLarge
	}
	raw, err := k.seal(version, purpose, plaintext, expiry, additional)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// Open returns the text of a sealed value. Errors are [ErrInvalid] and [ErrExpired]; a value can no longer be opened at
// its expiry.
func (k *Keyring) Open(purpose Purpose, value string, additional []byte) ([]byte, error) {
	raw, err := decode(value)
	if err != nil {
		return nil, err
	}
	return k.open(version, purpose, raw, additional)
}

// seal returns the version, the nonce, the encrypted expiry and text, and the tag.
func (k *Keyring) seal(version byte, purpose Purpose, plaintext []byte, expiry time.Time, additional []byte) ([]byte, error) {
	if expiry.IsZero() {
		return nil, ErrNoExpiry
	}
	gcm, err := k.cipher(0, purpose)
	if err != nil {
		return nil, err
	}
	body := make([]byte, 0, expiryLength+len(plaintext))
	body = binary.BigEndian.AppendUint64(body, uint64(expiry.UnixMilli()))
	body = append(body, plaintext...)
	out := make([]byte, 1, 1+overhead+len(body))
	out[0] = version
	return gcm.Seal(out, nil, body, bound(version, additional)), nil //nolint:gosec // The cipher itself makes the nonce, at random.
}

// open decrypts the output of seal with the first secret that fits.
func (k *Keyring) open(version byte, purpose Purpose, raw, additional []byte) ([]byte, error) {
	if len(raw) < 1+overhead+expiryLength || raw[0] != version {
		return nil, ErrInvalid
	}
	for secret := range *k.secrets {
		gcm, err := k.cipher(secret, purpose)
		if err != nil {
			return nil, err
		}
		body, err := gcm.Open(nil, nil, raw[1:], bound(version, additional))
		if err != nil || len(body) < expiryLength {
			continue // Another secret may fit.
		}
		expiry := time.UnixMilli(int64(binary.BigEndian.Uint64(body))) //nolint:gosec // Written by seal.
		if !k.now().Before(expiry) {
			return nil, ErrExpired
		}
		return body[expiryLength:], nil
	}
	return nil, ErrInvalid
}

// decode accepts only the spelling that Seal writes, so that a value has one spelling.
func decode(value string) ([]byte, error) {
	if len(value) > base64.RawURLEncoding.EncodedLen(maxSealedBytes) || strings.ContainsAny(value, "\r\n") {
		return nil, ErrInvalid
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(value)
	if err != nil {
		return nil, ErrInvalid
	}
	return raw, nil
}

// bound returns the authenticated data: the additional data with the version in front, so that neither can be changed.
func bound(version byte, additional []byte) []byte { return append([]byte{version}, additional...) }
