package clerktest

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Machine is a machine to be created: a program that makes M2M tokens.
type Machine struct {
	// Name is the displayed name; "" = a made-up name.
	Name string
	// Scopes are the ids of the machines that may see its tokens. Nil means none.
	Scopes []string
	// TokenLifetime is the lifetime of its tokens, in whole seconds; 0 = an hour.
	TokenLifetime time.Duration
}

// CreatedMachine is a machine that was created.
type CreatedMachine struct {
	// ID is the subject of its tokens (mch_…).
	ID string
	// SecretKey (ak_…) authenticates it to the Backend API: CLERK_MACHINE_SECRET_KEY of Clerk's SDKs.
	SecretKey string
}

// CreateMachine creates a machine with a new secret key. Errors wrap [ErrNotFound] if a scope is not a machine, or say that the
// lifetime is negative.
func (s *Server) CreateMachine(m Machine) (created CreatedMachine, err error) {
	if m.TokenLifetime < 0 {
		return CreatedMachine{}, errors.New("clerktest: create machine: the lifetime of tokens is negative")
	}
	s.core.Do(func() {
		w := s.core.World
		scopes := make([]*world.Machine, 0, len(m.Scopes))
		for _, id := range m.Scopes {
			to := w.Machine(id)
			if to == nil {
				err = fmt.Errorf("clerktest: create machine: scope %q: %w", id, ErrNotFound)
				return
			}
			scopes = append(scopes, to)
		}
		added := w.AddMachine(cmp.Or(m.Name, "machine"), cmp.Or(m.TokenLifetime, world.DefaultMachineTokenLifetime))
		for _, to := range scopes {
			w.Scope(added, to)
		}
		created = CreatedMachine{ID: added.ID, SecretKey: added.SecretKey}
	})
	return created, err
}
