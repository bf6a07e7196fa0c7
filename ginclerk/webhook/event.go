package webhook

import (
	"encoding/json"
	"fmt"
	"time"
)

// Type is the type of an event, such as "session.ended". Clerk has more types than the constants here.
type Type string

// The types that the package reads. Events of other types go to Config.OnEvent unread.
const (
	SessionCreated Type = "session.created"
	SessionPending Type = "session.pending"
	SessionEnded   Type = "session.ended"
	SessionRemoved Type = "session.removed"
	SessionRevoked Type = "session.revoked"
	UserCreated    Type = "user.created"
	UserUpdated    Type = "user.updated"
	UserDeleted    Type = "user.deleted"

	OrganizationCreated Type = "organization.created"
	OrganizationUpdated Type = "organization.updated"
	OrganizationDeleted Type = "organization.deleted"

	OrganizationMembershipCreated Type = "organizationMembership.created"
	OrganizationMembershipUpdated Type = "organizationMembership.updated"
	OrganizationMembershipDeleted Type = "organizationMembership.deleted"
)

// Event is a verified event.
type Event struct {
	// ID is the id of the message. It is the same in every attempt to deliver the message.
	ID string
	// Type says what happened.
	Type Type
	// InstanceID is the id of the Clerk instance, "ins_…".
	InstanceID string
	// Timestamp is when it happened, according to Clerk. It is zero if Clerk does not say.
	Timestamp time.Time
	// Sent is when Clerk sent this attempt, in whole seconds.
	Sent time.Time
	// Data is the resource of the event, as Clerk sent it.
	Data json.RawMessage
	// ClientIP and UserAgent are from the request to Clerk that caused the event; empty without such a request.
	ClientIP, UserAgent string
}

// envelope is an event as Clerk sends it.
type envelope struct {
	Type       Type            `json:"type"`
	InstanceID string          `json:"instance_id"`
	Data       json.RawMessage `json:"data"`
	Timestamp  json.RawMessage `json:"timestamp"`
	Attributes json.RawMessage `json:"event_attributes"`
}

type attributes struct {
	Request struct {
		ClientIP  string `json:"client_ip"`
		UserAgent string `json:"user_agent"`
	} `json:"http_request"`
}

// readEvent reads a body whose signature is verified.
func readEvent(message stamp, body []byte) (Event, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, fmt.Errorf("%w: envelope", ErrMalformed) // The error of package json quotes data.
	}
	if e.Type == "" || len(e.Data) == 0 {
		return Event{}, fmt.Errorf("%w: type or data is missing", ErrMalformed)
	}
	event := Event{ID: message.id, Type: e.Type, InstanceID: e.InstanceID, Sent: message.sent, Data: e.Data}
	// A session that has ended has ended, whatever form its details have. Unreadable details are left out.
	var at moment
	if err := json.Unmarshal(e.Timestamp, &at); err == nil {
		event.Timestamp = at.time
	}
	var from attributes
	if err := json.Unmarshal(e.Attributes, &from); err == nil {
		event.ClientIP, event.UserAgent = from.Request.ClientIP, from.Request.UserAgent
	}
	return event, nil
}
