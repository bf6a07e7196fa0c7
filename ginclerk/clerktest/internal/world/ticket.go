package world

import (
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// TicketStatus is the state of a ticket, in Clerk's words.
type TicketStatus string

// The states that a ticket can have.
const (
	TicketPending  TicketStatus = "pending"
	TicketAccepted TicketStatus = "accepted"
	TicketRevoked  TicketStatus = "revoked"
)

// Ticket lets its bearer sign in as a user once: an agent task if Agent isn't "", an actor token if Actor isn't nil, or else a sign-in
// token.
type Ticket struct {
	ID     string
	User   *User
	Status TicketStatus
	// Token is the secret that the bearer presents.
	Token string
	// Actor is the claim act of sessions that begin with the ticket: the actor who impersonates the user. Nil for sign-in
	// tokens.
	Actor map[string]any
	// Agent is the id of the agent that an agent task is for; "" = none. RedirectURL is where the browser arrives with the task.
	Agent, RedirectURL string
	// ExpireAt is when it expires.
	ExpireAt time.Time
	// SessionLifetime is how long sessions of an actor token last; 0 = the instance's default.
	SessionLifetime      time.Duration
	CreatedAt, UpdatedAt time.Time
}

// NewTicket creates a ticket without its token.
func (w *World) NewTicket(prefix string, u *User, lifetime time.Duration) *Ticket {
	now := w.now()
	t := &Ticket{
		ID: NewID(prefix), User: u, Status: TicketPending, ExpireAt: now.Add(lifetime), CreatedAt: now, UpdatedAt: now,
	}
	w.tickets.add(t.ID, t)
	return t
}

// Ticket returns the ticket with the id, or nil.
func (w *World) Ticket(id string) *Ticket { return w.tickets.byID[id] }

// TicketByToken returns the ticket with this token, or nil.
func (w *World) TicketByToken(token string) *Ticket {
	return w.tickets.first(func(t *Ticket) bool { return token != "" && t.Token == token })
}

// Usable reports whether the ticket can still be used.
func (w *World) Usable(t *Ticket) bool {
	return t.Status == TicketPending && w.now().Before(t.ExpireAt)
}

// CheckTicket says why a ticket can't be used. A nil ticket is an unknown one.
func (w *World) CheckTicket(t *Ticket) error {
	refuse := func(code, message string) error { return apierr.New(http.StatusBadRequest, code, message) }
	if t == nil {
		return refuse("ticket_invalid_code", "The ticket is not valid.")
	}
	kind, words := "sign_in_token", "The sign-in token"
	switch {
	case t.Agent != "":
		kind, words = "agent_task", "The agent task"
	case t.Actor != nil:
		kind, words = "actor_token", "The actor token"
	}
	switch {
	case t.Status == TicketAccepted:
		return refuse(kind+"_already_used_code", words+" was used already.")
	case t.Status == TicketRevoked:
		return refuse(kind+"_revoked_code", words+" was revoked.")
	case !w.Usable(t):
		return refuse("ticket_expired_code", "The ticket is no longer valid.")
	case w.User(t.User.ID) == nil && t.Actor != nil:
		return apierr.New(http.StatusNotFound, "actor_token_subject_not_found", "The user of the actor token is gone.")
	case w.User(t.User.ID) == nil:
		return apierr.NotFound("user", t.User.ID)
	}
	return nil
}

// SignInByTicket signs in the user that a ticket names, and uses the ticket up; a failure leaves it unchanged. The session of
// an actor token has the actor and its own lifetime. It replaces the existing session if the instance allows only one.
func (w *World) SignInByTicket(c *Client, t *Ticket, from Activity) (*SignIn, error) {
	if err := w.CheckTicket(t); err != nil {
		return nil, err
	}
	if t.Actor == nil {
		if err := w.single(c); err != nil {
			return nil, err
		}
	}
	admission := admit(c, t.User)
	if t.Actor != nil {
		admission = allowed(t.User) // an actor may be here beside the user
	}
	if admission != nil {
		return nil, admission
	}
	a := &SignIn{
		ID: NewID("sia_"), Client: c, Identifier: t.User.PrimaryEmail(), User: t.User,
		FirstFactor: Verification{Strategy: StrategyTicket, Status: statusVerified},
	}
	w.beginSignIn(a)
	w.complete(a, NewSession{Strategy: StrategyTicket, From: from, Actor: t.Actor, Lifetime: t.SessionLifetime})
	w.CloseTicket(t, TicketAccepted)
	return a, nil
}

// CloseTicket makes a ticket accepted or revoked.
func (w *World) CloseTicket(t *Ticket, status TicketStatus) { t.Status, t.UpdatedAt = status, w.now() }
