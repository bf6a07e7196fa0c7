package clerktest

import (
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// pooledTries is how many keys of the pool are tried before a new one is made.
const pooledTries = 64

// RotateKey makes a new signing key, and returns its id. The key signs tokens from now on. The older keys stay published, and
// their tokens valid, until [Server.WithdrawKey]. [Server.JWTKey] returns the new key. An error means that no key could be
// made.
func (s *Server) RotateKey() (keyID string, err error) {
	private, err := s.nextKey()
	if err != nil {
		return "", err
	}
	key := mint.NewKey(world.NewID("ins_"), private)
	s.core.Do(func() { s.core.Minter.Key.Add(key) })
	return key.ID(), nil
}

// WithdrawKey removes a signing key from the key set, as after a leak: verifiers that fetch the set then refuse its tokens. If
// it was the newest, the key before it signs again. Errors wrap [ErrNotFound], or say that it is the only key.
func (s *Server) WithdrawKey(keyID string) (err error) {
	s.core.Do(func() { err = s.core.Minter.Key.Withdraw(keyID) })
	switch {
	case errors.Is(err, mint.ErrUnknownKey):
		return fmt.Errorf("clerktest: withdraw key %q: %w", keyID, ErrNotFound)
	case err != nil:
		return fmt.Errorf("clerktest: %w", err)
	}
	return nil
}

// KeyID returns the id of the key that signs now.
func (s *Server) KeyID() (id string) {
	s.core.Do(func() { id = s.core.Minter.Key.Newest().ID() })
	return id
}

// JWTKey returns the public key of session tokens as PEM (CLERK_JWT_KEY): the newest signing key.
func (s *Server) JWTKey() (text string) {
	s.core.Do(func() {
		var err error
		if text, err = s.core.Minter.Key.PEM(); err != nil {
			s.core.Logger.Error("embedded Clerk failed to encode its key", "error", err)
		}
	})
	return text
}

// nextKey takes a key from the pool if the first one came from there, and otherwise makes one.
func (s *Server) nextKey() (*rsa.PrivateKey, error) {
	for range pooledTries {
		if !s.pooled {
			break
		}
		private, err := pooledKey()
		if err != nil {
			return nil, err
		}
		inUse := false
		s.core.Do(func() {
			inUse = s.core.Minter.Key.Holds(func(k *mint.Key) bool { return k.Is(private) })
		})
		if !inUse {
			return private, nil
		}
	}
	return freshKey()
}
