package world

import (
	"slices"
	"time"
)

// Lifetimes of Clerk's sessions and credentials (its defaults).
const (
	SessionLifetime   = 7 * 24 * time.Hour
	InactivityLimit   = 30 * 24 * time.Hour
	AttemptLifetime   = 24 * time.Hour
	CodeLifetime      = 10 * time.Minute
	HandshakeLifetime = time.Minute
)

// World is the state of one embedded Clerk. Make one with [New]. It is not safe for concurrent use.
type World struct {
	// SessionLifetime is how long sessions last. InactivityLimit is how long a session may be unused before it is abandoned.
	SessionLifetime, InactivityLimit time.Duration
	// SingleSession allows a client one session at a time.
	SingleSession bool
	// ForceOrganizationSelection leaves users no personal account: a session needs an active organization.
	ForceOrganizationSelection bool
	// OrganizationAtSignIn makes the first organization of a user the active one of a new session.
	OrganizationAtSignIn bool
	// Usernames and PhoneNumbers are optional at a sign-up, and identify users. SocialProvider is on.
	Usernames, PhoneNumbers, SocialProvider bool

	now           func() time.Time
	users         table[User]
	organizations table[Organization]
	memberships   table[Membership]
	invitations   table[Invitation]
	devBrowsers   map[string]*DevBrowser
	clients       table[Client]
	sessions      table[Session]
	signIns       map[string]*SignIn
	signUps       map[string]*SignUp
	handshakes    map[string]handshake
	tickets       table[Ticket]
	machines      table[Machine]
	machineTokens table[MachineToken]
	events        []Event // since the last TakeEvents
}

// New returns an empty world with now as its clock.
func New(now func() time.Time) *World {
	return &World{
		SessionLifetime: SessionLifetime, InactivityLimit: InactivityLimit,

		now:           now,
		users:         newTable[User](),
		organizations: newTable[Organization](),
		memberships:   newTable[Membership](),
		invitations:   newTable[Invitation](),
		devBrowsers:   make(map[string]*DevBrowser),
		clients:       newTable[Client](),
		sessions:      newTable[Session](),
		signIns:       make(map[string]*SignIn),
		signUps:       make(map[string]*SignUp),
		handshakes:    make(map[string]handshake),
		tickets:       newTable[Ticket](),
		machines:      newTable[Machine](),
		machineTokens: newTable[MachineToken](),
	}
}

// Now returns the world's time.
func (w *World) Now() time.Time { return w.now() }

// Sweep applies the time: expired sessions end, unused sessions are abandoned, and old handshakes are dropped.
func (w *World) Sweep() {
	now := w.now()
	w.unlockInTime(now)
	for _, s := range w.sessions.order {
		if !s.SignedIn() {
			continue
		}
		switch {
		case !now.Before(s.ExpireAt):
			w.EndSession(s, StatusExpired)
		case !now.Before(s.AbandonAt):
			w.EndSession(s, StatusAbandoned)
		}
	}
	for nonce, h := range w.handshakes {
		if !now.Before(h.expires) {
			delete(w.handshakes, nonce)
		}
	}
}

// newestFirst returns the elements in reverse order.
func newestFirst[T any](in []*T) []*T {
	out := slices.Clone(in)
	slices.Reverse(out)
	return out
}
