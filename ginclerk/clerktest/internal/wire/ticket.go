package wire

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// NewTicket returns a sign-in token, or with an actor an actor token. It shows the token only while that is valid. The URL is where a
// browser uses it.
func NewTicket(t *world.Ticket, address string) Object {
	out := Object{
		"object": "sign_in_token", "id": t.ID, "status": t.Status, "user_id": t.User.ID,
		"created_at": millis(t.CreatedAt), "updated_at": millis(t.UpdatedAt),
	}
	if len(t.Actor) > 0 {
		out["object"], out["actor"] = "actor_token", t.Actor
	}
	if t.Status == world.TicketPending {
		out.With("token", t.Token).With("url", address)
	}
	return out
}

// NewAgentTask returns an agent task with the URL at which a browser uses it to sign in as a user; "" leaves it out.
func NewAgentTask(t *world.Ticket, address string) Object {
	out := Object{"object": "agent_task", "agent_id": t.Agent, "agent_task_id": t.ID, "task_id": t.ID} // task_id is the older name
	return out.With("url", address)
}

// NewTestingToken returns a token that lets tests pass the bot protection. It expires in seconds, not in milliseconds.
func NewTestingToken(token string, expires time.Time) Object {
	return Object{"object": "testing_token", "token": token, "expires_at": expires.Unix()}
}
