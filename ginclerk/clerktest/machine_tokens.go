package clerktest

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// MachineTokenKind is the kind of a machine credential.
type MachineTokenKind string

// The kinds of credentials, by the prefix of their secrets.
const (
	// APIKey is a key that a user or an organization gives to a program.
	APIKey MachineTokenKind = "ak_"
	// M2MToken is a token that one machine presents to another.
	M2MToken MachineTokenKind = "mt_"
	// OAuthToken is an access token that a user gave to an OAuth application.
	OAuthToken MachineTokenKind = "oat_"
)

// jwtLifetime is the default lifetime of JWTs for machines: Clerk's default for a machine.
const jwtLifetime = world.DefaultMachineTokenLifetime

// MachineToken is a credential to be created.
type MachineToken struct {
	// Kind is required.
	Kind MachineTokenKind
	// Subject is the id of a user, an organization or a machine; "" = a made-up machine. OAuth tokens need a user.
	Subject string
	// Name is the name of an API key; ClientID is the OAuth application. Both may be "".
	Name, ClientID string
	// Scopes are the token's scopes; those of an M2M token are ids of machines (mch_…). Nil for an M2M token of a machine that
	// [Server.CreateMachine] made = the machine's scopes. An M2M token that is a JWT has them as aud, and in the claim scopes,
	// separated by spaces.
	Scopes []string
	// Claims are additional claims of an API key, an M2M token or any JWT; aud and act (who acts for the user) of an OAuth token are
	// among them. The claims that Clerk itself writes into all JWTs (iss, sub, exp, nbf, iat, jti) can't be replaced.
	Claims map[string]any
	// Lifetime is how long it is valid; 0 = for ever, or an hour for a JWT, which counts whole seconds. A negative one has
	// expired already.
	Lifetime time.Duration
	// JWT makes the token a JWT that is signed with the server's key. API keys are never JWTs. The server keeps no JWT: it
	// can't be revoked, and the Backend API verifies none.
	JWT bool
}

// IssuedMachineToken is a credential that was created.
type IssuedMachineToken struct {
	// ID is for revoking it. Secret is what its bearer sends. Subject is who it represents.
	ID, Secret, Subject string
}

// CreateMachineToken creates a credential that the Backend API verifies, or a JWT. An error says that the kind is unknown, or
// wraps [ErrNotFound] if an OAuth token's subject is not a user.
func (s *Server) CreateMachineToken(t MachineToken) (issued IssuedMachineToken, err error) {
	if err := t.check(); err != nil {
		return IssuedMachineToken{}, fmt.Errorf("clerktest: create machine token: %w", err)
	}
	s.core.Do(func() {
		w := s.core.World
		if t.Kind == OAuthToken && w.User(t.Subject) == nil {
			err = fmt.Errorf("clerktest: create machine token: user %q: %w", t.Subject, ErrNotFound)
			return
		}
		if t.JWT {
			issued, err = mintMachineToken(s.core.Minter, t)
			return
		}
		kept := w.AddMachineToken(t.world(w))
		issued = IssuedMachineToken{ID: kept.ID, Secret: kept.Secret, Subject: kept.Subject}
	})
	return issued, err
}

func (t MachineToken) check() error {
	switch t.Kind {
	case M2MToken, OAuthToken:
		return nil
	case APIKey:
		if t.JWT {
			return errors.New("API keys are never JWTs")
		}
		return nil
	default:
		return fmt.Errorf("there is no kind %q", t.Kind)
	}
}

func (t MachineToken) world(w *world.World) world.MachineToken {
	out := world.MachineToken{
		Kind: world.MachineKind(t.Kind), Subject: cmp.Or(t.Subject, world.NewID("mch_")), Name: t.Name, ClientID: t.ClientID,
		Scopes: t.Scopes, Claims: t.Claims,
	}
	if m := w.Machine(t.Subject); m != nil && t.Kind == M2MToken && t.Scopes == nil {
		out.Scopes = m.ScopeIDs()
	}
	if t.Lifetime != 0 {
		out.ExpireAt = w.Now().Add(t.Lifetime)
	}
	return out
}

func mintMachineToken(m *mint.Minter, t MachineToken) (IssuedMachineToken, error) {
	t.Lifetime = cmp.Or(t.Lifetime, jwtLifetime)
	made := m.World.NewMachineToken(t.world(m.World))
	sign := m.OAuth
	if t.Kind == M2MToken {
		sign = m.M2M
	}
	token, err := sign(made)
	if err != nil {
		return IssuedMachineToken{}, fmt.Errorf("clerktest: create machine token: %w", err)
	}
	return IssuedMachineToken{ID: made.ID, Secret: token, Subject: made.Subject}, nil
}

// RevokeMachineToken revokes a credential by its id. Errors wrap [ErrNotFound]; for a JWT it always fails.
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
