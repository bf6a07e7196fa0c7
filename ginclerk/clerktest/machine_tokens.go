package clerktest

import (
	"cmp"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// MachineTokenKind tells the credentials of machines apart.
type MachineTokenKind string

// The kinds of credentials, by the prefix that the secrets have.
const (
	// APIKey is a key that a user or an organization gives to a program.
	APIKey MachineTokenKind = "ak_"
	// M2MToken is what one machine shows to another.
	M2MToken MachineTokenKind = "mt_"
	// OAuthToken is an access token that a user gave to an OAuth application.
	OAuthToken MachineTokenKind = "oat_"
)

// MachineToken is a credential to be created.
type MachineToken struct {
	// Kind is required.
	Kind MachineTokenKind
	// Subject is the id of a user, an organization or a machine; "" = a machine made up. OAuth tokens need a user.
	Subject string
	// Name is that of an API key; ClientID is the OAuth application. Both may be "".
	Name, ClientID string
	// Scopes are the token's, for an M2M token ids of machines (mch_…); Claims are what an API key or an M2M token carries beside.
	Scopes []string
	Claims map[string]any
	// Lifetime is how long it is good; 0 = for ever.
	Lifetime time.Duration
}

// IssuedMachineToken is a credential that was created.
type IssuedMachineToken struct {
	// ID is by what it is revoked; Secret is what its bearer sends; Subject is whom it stands for.
	ID, Secret, Subject string
}

// CreateMachineToken creates a credential that the Backend API verifies. An error says that there is no such kind, or wraps
// [ErrNotFound] where an OAuth token's subject is no user.
func (s *Server) CreateMachineToken(t MachineToken) (issued IssuedMachineToken, err error) {
	switch t.Kind {
	case APIKey, M2MToken, OAuthToken:
	default:
		return IssuedMachineToken{}, fmt.Errorf("clerktest: create machine token: there is no kind %q", t.Kind)
	}
	s.core.Do(func() {
		w := s.core.World
		if t.Kind == OAuthToken && w.User(t.Subject) == nil {
			err = fmt.Errorf("clerktest: create machine token: user %q: %w", t.Subject, ErrNotFound)
			return
		}
		added := world.MachineToken{
			Kind: world.MachineKind(t.Kind), Subject: cmp.Or(t.Subject, world.NewID("mch_")), Name: t.Name, ClientID: t.ClientID,
			Scopes: t.Scopes, Claims: t.Claims,
		}
		if t.Lifetime != 0 {
			added.ExpireAt = w.Now().Add(t.Lifetime)
		}
		kept := w.AddMachineToken(added)
		issued = IssuedMachineToken{ID: kept.ID, Secret: kept.Secret, Subject: kept.Subject}
	})
	return issued, err
}

// RevokeMachineToken takes a credential back, by its id. Errors wrap [ErrNotFound].
func (s *Server) RevokeMachineToken(id string) (err error) {
	s.core.Do(func() {
		t := s.core.World.MachineToken(id)
		if t == nil {
			err = fmt.Errorf("clerktest: machine token %q: %w", id, ErrNotFound)
			return
		}
		s.core.World.RevokeMachineToken(t, "")
	})
	return err
}
