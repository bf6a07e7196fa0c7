package world

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// Status is the state of a session, in Clerk's words.
type Status string

// The states that a session can have.
const (
	StatusActive    Status = "active"
	StatusPending   Status = "pending"
	StatusEnded     Status = "ended"
	StatusRemoved   Status = "removed"
	StatusRevoked   Status = "revoked"
	StatusExpired   Status = "expired"
	StatusAbandoned Status = "abandoned"
	StatusReplaced  Status = "replaced"
)

// Known reports whether Clerk has the status.
func (s Status) Known() bool {
	return slices.Contains([]Status{
		StatusActive, StatusPending, StatusEnded, StatusRemoved, StatusRevoked, StatusExpired, StatusAbandoned, StatusReplaced,
	}, s)
}

// Session is one account signed in on one client.
type Session struct {
	ID       string
	User     *User
	ClientID string
	Status   Status
	// OrganizationID is the active organization, or "" for the personal account.
	OrganizationID string
	Activity       Activity
	// FirstFactorAt and SecondFactorAt are when the factors were last verified; zero: never.
	FirstFactorAt, SecondFactorAt time.Time
	// Actor is the actor who impersonates the user, as in the claim act; nil: none.
	Actor map[string]any
	// Reverification is the last attempt to verify factors again, or nil.
	Reverification       *Reverification
	ExpireAt, AbandonAt  time.Time
	CreatedAt, UpdatedAt time.Time
	LastActiveAt         time.Time
	refreshTokens        []string
}

// Activity is where a session was last used.
type Activity struct {
	ID                                      string
	DeviceType, BrowserName, BrowserVersion string
	Mobile                                  bool
	IPAddress, City, Country                string
}

// SignedIn reports whether the session is active or pending.
func (s *Session) SignedIn() bool { return s.Status == StatusActive || s.Status == StatusPending }

// NewSession has the fields of a new session.
type NewSession struct {
	// Strategy is the strategy of the sign-in.
	Strategy string
	From     Activity
	// Actor is the actor who impersonates the user, as in the claim act; nil: none.
	Actor map[string]any
	// Lifetime is how long the session lasts; 0 = the instance's default.
	Lifetime time.Duration
}

// StartSession signs a user in on a client and makes the new session its last active one.
func (w *World) StartSession(c *Client, u *User, strategy string, a Activity) *Session {
	return w.Start(c, u, NewSession{Strategy: strategy, From: a})
}

// Start is [World.StartSession] with all options. If the instance allows one session on a client, the new one replaces the
// others.
func (w *World) Start(c *Client, u *User, n NewSession) *Session {
	now := w.now()
	if w.SingleSession {
		for _, other := range c.SignedIn() {
			w.EndSession(other, StatusReplaced)
		}
	}
	n.From.ID = NewID("sess_activity_")
	s := &Session{
		ID: NewID("sess_"), User: u, ClientID: c.ID, Status: StatusActive, Activity: n.From, FirstFactorAt: now,
		Actor: maps.Clone(n.Actor), ExpireAt: now.Add(cmp.Or(n.Lifetime, w.SessionLifetime)), AbandonAt: now.Add(w.InactivityLimit),
		CreatedAt: now, UpdatedAt: now, LastActiveAt: now,
	}
	if u.TOTP && n.Strategy != StrategyTicket { // a ticket counts only as the first factor
		s.SecondFactorAt = now
	}
	if m := w.Membership(u.ID, u.ActiveOrganization); m != nil {
		s.OrganizationID = m.Organization.ID
	}
	w.sessions.add(s.ID, s)
	c.Sessions = append(c.Sessions, s)
	c.LastActiveSessionID, c.LastStrategy, c.UpdatedAt = s.ID, n.Strategy, now
	if s.Actor == nil { // with an actor, the user was not here
		u.LastSignIn, u.LastActive = now, now
	}
	w.emit(EventSessionCreated, s)
	w.chooseOrganization(s)
	return s
}

// chooseOrganization makes the user's first organization the active one, if the instance says so, or the only one, if the session needs one.
// Where it needs one and the user has several or none, the user has to choose.
func (w *World) chooseOrganization(s *Session) {
	all := w.MembershipsOf(s.User.ID)
	switch {
	case s.OrganizationID != "":
	case w.OrganizationAtSignIn && len(all) > 0, w.ForceOrganizationSelection && len(all) == 1:
		s.OrganizationID = all[len(all)-1].Organization.ID // they are newest first
	case w.ForceOrganizationSelection:
		w.MakePending(s)
	}
}

// EndSession gives a session a final status, and ends its refresh tokens. A removed session also leaves its client. A session
// that has ended already changes only from ended to removed.
func (w *World) EndSession(s *Session, status Status) {
	if !s.SignedIn() && status != StatusRemoved {
		return
	}
	now := w.now()
	s.Status, s.UpdatedAt, s.refreshTokens = status, now, nil
	w.sessionOver(s)
	c := w.Client(s.ClientID)
	if c == nil {
		return
	}
	if status == StatusRemoved {
		c.Sessions = slices.DeleteFunc(c.Sessions, func(o *Session) bool { return o == s })
	}
	if c.LastActiveSessionID == s.ID {
		c.LastActiveSessionID = ""
	}
	c.UpdatedAt = now
}

// RevokeSessions ends the sessions of a user, except for one, which may be nil.
func (w *World) RevokeSessions(u *User, except *Session) {
	for _, s := range w.SessionsOf(u.ID) {
		if s != except {
			w.EndSession(s, StatusRevoked)
		}
	}
}

// Use records that the session is in use.
func (w *World) Use(s *Session) {
	now := w.now()
	s.LastActiveAt, s.AbandonAt = now, now.Add(w.InactivityLimit)
	if s.Actor == nil {
		s.User.LastActive = now
	}
}

// Touch records that the session is in use and makes it the last active one of its client. The client's own time changes only
// if that changes something: it becomes __client_uat, which makes older tokens stale.
func (w *World) Touch(s *Session) {
	w.Use(s)
	if c := w.Client(s.ClientID); c != nil && c.LastActiveSessionID != s.ID {
		c.LastActiveSessionID, c.UpdatedAt = s.ID, w.now()
	}
}

// Activate makes an organization, named by id or slug, the session's active one; "" is the personal account, if there is one. The
// user has to be a member of it. To choose an organization completes the task of a pending session.
func (w *World) Activate(s *Session, organization string) error {
	if organization == "" && w.ForceOrganizationSelection {
		return nil
	}
	id := ""
	if organization != "" {
		m := w.Membership(s.User.ID, organization)
		if m == nil {
			return apierr.NotFound("organization", organization)
		}
		id = m.Organization.ID
	}
	if s.OrganizationID == id {
		return nil
	}
	s.OrganizationID, s.UpdatedAt = id, w.now()
	if c := w.Client(s.ClientID); c != nil {
		c.UpdatedAt = s.UpdatedAt
	}
	if id != "" {
		w.CompleteTasks(s)
	}
	return nil
}

// Session returns the session with the id, or nil.
func (w *World) Session(id string) *Session { return w.sessions.byID[id] }

// Sessions returns all sessions, newest first.
func (w *World) Sessions() []*Session {
	all := newestFirst(w.sessions.order)
	slices.SortStableFunc(all, func(a, b *Session) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return all
}

// SessionsOf returns the sessions of a user, newest first.
func (w *World) SessionsOf(userID string) []*Session {
	return slices.DeleteFunc(w.Sessions(), func(s *Session) bool { return s.User.ID != userID })
}

// CompleteTasks makes a pending session active.
func (w *World) CompleteTasks(s *Session) {
	if s.Status != StatusPending {
		return
	}
	s.Status, s.UpdatedAt = StatusActive, w.now()
	w.emit(EventSessionCreated, s)
	if c := w.Client(s.ClientID); c != nil {
		c.UpdatedAt = s.UpdatedAt
	}
}

// Backdate sets an earlier beginning and last use of a new session.
func (w *World) Backdate(s *Session, signedInAgo, idleFor time.Duration) {
	began, used := w.now().Add(-signedInAgo), w.now().Add(-idleFor)
	s.CreatedAt, s.UpdatedAt, s.FirstFactorAt, s.LastActiveAt = began, used, began, used
	s.ExpireAt, s.AbandonAt = began.Add(s.ExpireAt.Sub(w.now())), used.Add(w.InactivityLimit)
	if !s.SecondFactorAt.IsZero() {
		s.SecondFactorAt = began
	}
	if s.Actor == nil {
		s.User.LastSignIn, s.User.LastActive = began, used
	}
	if c := w.Client(s.ClientID); c != nil {
		c.CreatedAt, c.UpdatedAt = began, began
	}
}
