package world

import "time"

// TicketStatus is the state of a ticket, in Clerk's words.
type TicketStatus string

// The states that a ticket can have.
const (
	TicketPending  TicketStatus = "pending"
	TicketAccepted TicketStatus = "accepted"
	TicketRevoked  TicketStatus = "revoked"
)

// Ticket lets its bearer sign in as a user once: a sign-in token, or an actor token where Actor isn't nil.
type Ticket struct {
	ID     string
	User   *User
	Status TicketStatus
	// Token is what the bearer presents.
	Token string
	// Actor is the claim act of sessions that begin with it: who impersonates the user. Nil for sign-in tokens.
	Actor map[string]any
	// ExpireAt is when it is good no longer.
	ExpireAt time.Time
	// SessionLifetime is how long sessions of an actor token last; 0 = [SessionLifetime].
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

// TicketByToken returns the ticket whose token this is, or nil.
func (w *World) TicketByToken(token string) *Ticket {
	for _, t := range w.tickets.order {
		if token != "" && t.Token == token {
			return t
		}
	}
	return nil
}

// Usable reports whether the ticket can still be used.
func (w *World) Usable(t *Ticket) bool {
	return t.Status == TicketPending && w.now().Before(t.ExpireAt)
}

// CloseTicket makes a ticket accepted or revoked.
func (w *World) CloseTicket(t *Ticket, status TicketStatus) { t.Status, t.UpdatedAt = status, w.now() }
