package wire

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Ticket is a sign-in token, or with an actor an actor token.
type Ticket struct {
	Object    string         `json:"object"`
	ID        string         `json:"id"`
	Status    string         `json:"status"`
	UserID    string         `json:"user_id"`
	Actor     map[string]any `json:"actor,omitempty"`
	Token     string         `json:"token,omitempty"`
	URL       string         `json:"url,omitempty"`
	CreatedAt int64          `json:"created_at"`
	UpdatedAt int64          `json:"updated_at"`
}

// AgentTask lets a browser sign in as a user by its URL.
type AgentTask struct {
	Object      string `json:"object"`
	AgentID     string `json:"agent_id"`
	AgentTaskID string `json:"agent_task_id"`
	TaskID      string `json:"task_id"` // the older name
	URL         string `json:"url,omitempty"`
}

// NewAgentTask returns an agent task with the URL at which a browser uses it; "" leaves it out.
func NewAgentTask(t *world.Ticket, address string) AgentTask {
	return AgentTask{Object: "agent_task", AgentID: t.Agent, AgentTaskID: t.ID, TaskID: t.ID, URL: address}
}

// TestingToken lets tests pass the bot protection.
type TestingToken struct {
	Object string `json:"object"`
	Token  string `json:"token"`
	// ExpiresAt is in seconds.
	ExpiresAt int64 `json:"expires_at"`
}

// Deleted is the answer for a deleted resource.
type Deleted struct {
	Object  string `json:"object"`
	ID      string `json:"id"`
	Deleted bool   `json:"deleted"`
}

// NewTicket returns a ticket, with its token only while the token is valid. The URL is where a browser uses it.
func NewTicket(t *world.Ticket, address string) Ticket {
	out := Ticket{
		Object: "sign_in_token", ID: t.ID, Status: string(t.Status), UserID: t.User.ID, Actor: t.Actor,
		CreatedAt: millis(t.CreatedAt), UpdatedAt: millis(t.UpdatedAt),
	}
	if t.Actor != nil {
		out.Object = "actor_token"
	}
	if t.Status == world.TicketPending {
		out.Token, out.URL = t.Token, address
	}
	return out
}

// NewTestingToken returns a testing token.
func NewTestingToken(token string, expires time.Time) TestingToken {
	return TestingToken{Object: "testing_token", Token: token, ExpiresAt: expires.Unix()}
}

// NewDeleted returns the answer for a deletion.
func NewDeleted(object, id string) Deleted { return Deleted{Object: object, ID: id, Deleted: true} }
