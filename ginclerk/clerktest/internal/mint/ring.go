package mint

import (
	"errors"
	"fmt"
	"slices"
)

// Errors of [Ring.Withdraw].
var (
	ErrUnknownKey = errors.New("there is no such key")
	ErrLastKey    = errors.New("it is the only key")
)

// Ring has the signing keys of an instance: all are published, and the newest signs. Make one with [NewRing]. It is not safe
// for concurrent use.
type Ring struct {
	keys []*Key // the newest is the last; never empty
}

// NewRing returns a ring with one key.
func NewRing(first *Key) *Ring { return &Ring{keys: []*Key{first}} }

// Newest returns the key that signs.
func (r *Ring) Newest() *Key { return r.keys[len(r.keys)-1] }

// Add publishes a key. It signs from now on.
func (r *Ring) Add(key *Key) { r.keys = append(r.keys, key) }

// Holds reports whether one of the keys satisfies the condition.
func (r *Ring) Holds(condition func(*Key) bool) bool { return slices.ContainsFunc(r.keys, condition) }

// Withdraw stops publishing the key with the id. Errors wrap [ErrUnknownKey] or [ErrLastKey].
func (r *Ring) Withdraw(id string) error {
	i := slices.IndexFunc(r.keys, func(k *Key) bool { return k.id == id })
	if i < 0 {
		return fmt.Errorf("withdraw key %q: %w", id, ErrUnknownKey)
	}
	if len(r.keys) == 1 {
		return fmt.Errorf("withdraw key %q: %w", id, ErrLastKey)
	}
	r.keys = slices.Delete(r.keys, i, i+1)
	return nil
}

// Sign signs with the newest key, see [Key.Sign].
func (r *Ring) Sign(category Category, claims map[string]any, anonymous bool) (string, error) {
	return r.Newest().Sign(category, claims, anonymous)
}

// Open checks the signature by each of the keys, see [Key.Open].
func (r *Ring) Open(raw string) (map[string]any, error) {
	var problems []error
	for _, key := range slices.Backward(r.keys) {
		claims, err := key.Open(raw)
		if err == nil {
			return claims, nil
		}
		problems = append(problems, err)
	}
	return nil, errors.Join(problems...)
}

// PEM returns the newest public key as PEM, see [Key.PEM].
func (r *Ring) PEM() (string, error) { return r.Newest().PEM() }

// JWKS returns the set of all keys.
func (r *Ring) JWKS() JWKS {
	var set JWKS
	for _, key := range r.keys {
		set.Keys = append(set.Keys, key.JWKS().Keys...)
	}
	return set
}
