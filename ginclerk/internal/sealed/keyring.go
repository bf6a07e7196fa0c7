package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"

	"github.com/ginclerk/ginclerk/ginclerk/internal/snapshot"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// MinKeyLength is the shortest of [Config].Keys, in bytes.
const MinKeyLength = 32

const (
	keyLength = 32 // AES-256
	// labelPrefix is part of every derivation, so that other programs with the same secret have other keys.
	labelPrefix = "ginclerk sealed v1: "
)

// Purpose is the purpose of a value, such as "selection". A value for one purpose does not open for another.
type Purpose string

// Config configures a [Keyring].
type Config struct {
	// Keys are secrets of at least [MinKeyLength] random bytes: the first seals, all open.
	Keys [][]byte
	// SecretKey of the Clerk instance is the secret if Keys is empty. Required without Keys, unused with them.
	SecretKey instance.SecretKey
	// Now tells the time; nil means the wall clock.
	Now func() time.Time
}

// String keeps the keys out of text.
func (c Config) String() string { return "sealed.Config{…}" }

// Format keeps the keys out of text of every verb.
func (c Config) Format(state fmt.State, _ rune) { unprinted.Write(state, c.String()) }

// LogValue keeps the keys out of logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText keeps the keys out of JSON.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Keyring seals and opens. Make one with [NewKeyring]. It is safe for concurrent use.
type Keyring struct {
	secrets *[][]byte // a pointer, so that a printed holder of a Keyring does not show the keys
	ciphers *snapshot.Map[cipherOf, cipher.AEAD]
	now     func() time.Time
}

// NewKeyring makes a keyring. It reports every problem of the configuration at once and copies the keys.
func NewKeyring(cfg Config) (*Keyring, error) {
	ring := &Keyring{secrets: new([][]byte), ciphers: &snapshot.Map[cipherOf, cipher.AEAD]{}, now: clock.Or(cfg.Now)}
	if len(cfg.Keys) == 0 {
		if cfg.SecretKey == "" {
			return nil, errors.New("sealed: neither Keys nor SecretKey is given")
		}
		*ring.secrets = [][]byte{[]byte(cfg.SecretKey.Reveal())}
		return ring, nil
	}
	var problems []error
	for i, key := range cfg.Keys {
		if len(key) < MinKeyLength {
			problems = append(problems, fmt.Errorf("sealed: key %d has %d bytes; at least %d are needed", i, len(key), MinKeyLength))
		}
		*ring.secrets = append(*ring.secrets, slices.Clone(key))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return ring, nil
}

// String keeps the keys out of text.
func (k Keyring) String() string { return "sealed.Keyring{…}" }

// LogValue keeps the keys out of logs.
func (k Keyring) LogValue() slog.Value { return slog.StringValue(k.String()) }

// Format keeps the keys out of text of every verb.
func (k Keyring) Format(state fmt.State, _ rune) { unprinted.Write(state, k.String()) }

// MarshalText keeps the keys out of JSON.
func (k Keyring) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// cipherOf names a cipher: there is one for each secret, by its index, and purpose, and both are few.
type cipherOf struct {
	secret  int
	purpose Purpose
}

// cipher returns the cipher of a secret, by its index, for a purpose. None is derived for each cookie.
func (k *Keyring) cipher(secret int, purpose Purpose) (cipher.AEAD, error) {
	return k.ciphers.Get(cipherOf{secret, purpose}, func() (cipher.AEAD, error) { return aead((*k.secrets)[secret], purpose) })
}

// aead derives the cipher of one secret for one purpose. It appends the nonce and the tag by itself.
func aead(secret []byte, purpose Purpose) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, labelPrefix+string(purpose), keyLength)
	if err != nil {
		return nil, fmt.Errorf("sealed: derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("sealed: %w", err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("sealed: %w", err)
	}
	return gcm, nil
}
