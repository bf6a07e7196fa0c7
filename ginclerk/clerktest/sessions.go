package clerktest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// ErrNotFound is wrapped by errors about users, clients, sessions and organizations that don't exist.
var ErrNotFound = errors.New("not found")

// Session is a session of an embedded Clerk. It is a copy, with the state at the time of the call.
type Session struct {
	ID, ClientID, UserID string
	// Status is Clerk's word: active, pending, ended, removed, revoked, expired, abandoned or replaced.
	Status string
	// OrganizationID is the active organization; "" = the personal account.
	OrganizationID string
	// ActorID is the id of the user who impersonates this one; "" = the session is not impersonated.
	ActorID string
}

// SessionOptions change a session that [Server.CreateSession] makes. The zero value is an active session on a new client.
type SessionOptions struct {
	// ClientID is the client to sign in on; "" = a new one.
	ClientID string
	// Device is the session's device.
	Device Device
	// OrganizationID is the active organization, by id or slug; "" = the personal account.
	OrganizationID string
	// Status is the session's status; "" = active.
	Status string
	// Actor makes it an impersonated session. It is the claim act of the session's tokens; its sub is the id of the
	// impersonating user. Nil = not impersonated.
	Actor map[string]any
	// Lifetime is how long it lasts from its beginning; 0 = [Config.SessionLifetime].
	Lifetime time.Duration
}

// CreateSession signs a user in without any request. Errors wrap [ErrNotFound], or say that the status is unknown or that the
// actor has no sub.
func (s *Server) CreateSession(userID string, o SessionOptions) (created Session, err error) {
	if sub, _ := o.Actor["sub"].(string); o.Actor != nil && sub == "" {
		return Session{}, errors.New("clerktest: create session: an actor needs a sub")
	}
	status := world.Status(cmp.Or(o.Status, string(world.StatusActive)))
	if !status.Known() {
		return Session{}, fmt.Errorf("clerktest: create session: there is no status %q", o.Status)
	}
	s.core.Do(func() { created, err = s.createSession(userID, o, status) })
	return created, err
}

func (s *Server) createSession(userID string, o SessionOptions, status world.Status) (Session, error) {
	w := s.core.World
	u := w.User(userID)
	if u == nil {
		return Session{}, fmt.Errorf("clerktest: create session: user %q: %w", userID, ErrNotFound)
	}
	if o.OrganizationID != "" && w.Membership(userID, o.OrganizationID) == nil {
		return Session{}, fmt.Errorf("clerktest: create session: membership in %q: %w", o.OrganizationID, ErrNotFound)
	}
	c := w.Client(o.ClientID)
	switch {
	case o.ClientID == "":
		c = w.NewClient()
	case c == nil:
		return Session{}, fmt.Errorf("clerktest: create session: client %q: %w", o.ClientID, ErrNotFound)
	}
	session := w.Start(c, u, world.NewSession{
		Strategy: world.StrategyPassword, From: o.Device.activity(), Actor: o.Actor, Lifetime: o.Lifetime,
	})
	if o.Device.SignedInAgo > 0 {
		w.Backdate(session, o.Device.SignedInAgo, o.Device.IdleFor)
	}
	if err := w.Activate(session, o.OrganizationID); err != nil {
		return Session{}, fmt.Errorf("clerktest: create session: %w", err)
	}
	switch status {
	case world.StatusActive:
		w.CompleteTasks(session) // even if the instance wants an organization to be chosen
	case world.StatusPending:
		w.MakePending(session)
	default:
		w.EndSession(session, status)
	}
	return asSession(session), nil
}

// Session returns a session. Errors wrap [ErrNotFound].
func (s *Server) Session(id string) (found Session, err error) {
	err = s.withSession(id, func(session *world.Session) { found = asSession(session) })
	return found, err
}

// Sessions returns the sessions of a user, newest first.
func (s *Server) Sessions(userID string) (found []Session) {
	s.core.Do(func() {
		for _, session := range s.core.World.SessionsOf(userID) {
			found = append(found, asSession(session))
		}
	})
	return found
}

// RevokeSession revokes a session, like the operation of the Backend API. Errors wrap [ErrNotFound].
func (s *Server) RevokeSession(id string) error {
	return s.withSession(id, func(session *world.Session) { s.core.World.EndSession(session, world.StatusRevoked) })
}

// EndSession ends a session, like its user does. Errors wrap [ErrNotFound].
func (s *Server) EndSession(id string) error {
	return s.withSession(id, func(session *world.Session) { s.core.World.EndSession(session, world.StatusEnded) })
}

// AddUser creates a user. Errors say what is wrong with it.
func (s *Server) AddUser(u User) (added SeededUser, err error) {
	s.core.Do(func() {
		w := s.core.World
		var p seedProblems
		u.check(&p, "user", w)
		if err = errors.Join(p...); err == nil {
			added = u.load(w, "")
		}
	})
	if err != nil {
		return SeededUser{}, fmt.Errorf("clerktest: add user: %w", err)
	}
	return added, nil
}

// RemoveUser deletes a user with all sessions. Errors wrap [ErrNotFound].
func (s *Server) RemoveUser(id string) error {
	found := false
	s.core.Do(func() { found = s.core.World.RemoveUser(id) })
	if !found {
		return fmt.Errorf("clerktest: user %q: %w", id, ErrNotFound)
	}
	return nil
}

// OrganizationID returns the id of the organization with the slug. Errors wrap [ErrNotFound].
func (s *Server) OrganizationID(slug string) (id string, err error) {
	err = fmt.Errorf("clerktest: organization %q: %w", slug, ErrNotFound)
	s.core.Do(func() {
		if o := s.core.World.Organization(slug); o != nil {
			id, err = o.ID, nil
		}
	})
	return id, err
}

// UserByEmail returns a seeded user. Errors wrap [ErrNotFound].
func (s *Server) UserByEmail(email string) (SeededUser, error) {
	i := slices.IndexFunc(s.seeded, func(u SeededUser) bool { return u.Email == world.NormalizeEmail(email) })
	if i < 0 {
		return SeededUser{}, fmt.Errorf("clerktest: user %q: %w", email, ErrNotFound)
	}
	return s.seeded[i], nil
}

func (s *Server) withSession(id string, fn func(*world.Session)) error {
	err := fmt.Errorf("clerktest: session %q: %w", id, ErrNotFound)
	s.core.Do(func() {
		if session := s.core.World.Session(id); session != nil {
			fn(session)
			err = nil
		}
	})
	return err
}

func asSession(s *world.Session) Session {
	actor, _ := s.Actor["sub"].(string)
	return Session{
		ID: s.ID, ClientID: s.ClientID, UserID: s.User.ID, Status: string(s.Status), OrganizationID: s.OrganizationID, ActorID: actor,
	}
}
