package webhooks

import (
	"encoding/json"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// envelope is the body of a message.
type envelope struct {
	Data            any             `json:"data"`
	Object          string          `json:"object"`
	Type            world.EventType `json:"type"`
	Timestamp       int64           `json:"timestamp"` // milliseconds
	InstanceID      string          `json:"instance_id"`
	EventAttributes attributes      `json:"event_attributes"`
}

type attributes struct {
	HTTPRequest httpRequest `json:"http_request"`
}

type httpRequest struct {
	ClientIP  string `json:"client_ip"`
	UserAgent string `json:"user_agent"`
}

// session is a session in an event: with its user, and without tasks.
type session struct {
	wire.BackendSession
	Tasks any       `json:"tasks,omitempty"` // hides the session's own
	User  wire.User `json:"user"`
}

// deleted is the data of a deletion.
type deleted struct {
	Object     string `json:"object"`
	ID         string `json:"id"`
	Slug       string `json:"slug,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	Deleted    bool   `json:"deleted"`
}

func newBody(w *world.World, instanceID string, e world.Event, cause core.Cause) ([]byte, error) {
	data, err := dataOf(w, e)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(envelope{
		Data: data, Object: "event", Type: e.Type, Timestamp: e.At.UnixMilli(), InstanceID: instanceID,
		EventAttributes: attributes{HTTPRequest: httpRequest{ClientIP: cause.ClientIP, UserAgent: cause.UserAgent}},
	})
	if err != nil {
		return nil, fmt.Errorf("body of %s: %w", e.Type, err)
	}
	return body, nil
}

// dataOf returns data in the shape of the Backend API's answers.
func dataOf(w *world.World, e world.Event) (any, error) {
	switch subject := e.Subject.(type) {
	case *world.User:
		if e.Type == world.EventUserDeleted {
			return deleted{Object: "user", ID: subject.ID, ExternalID: subject.ExternalID, Deleted: true}, nil
		}
		return wire.NewBackendUser(subject), nil
	case *world.Session:
		out := session{BackendSession: wire.NewBackendSession(subject), User: wire.NewBackendUser(subject.User)}
		out.Status = string(e.Type.EventStatus())
		return out, nil
	case *world.Organization:
		if e.Type == world.EventOrganizationDeleted {
			return deleted{Object: "organization", ID: subject.ID, Slug: subject.Slug, Deleted: true}, nil
		}
		return wire.NewBackendOrganization(w, subject), nil
	case *world.Membership:
		return wire.NewBackendMembership(w, subject), nil
	default:
		return nil, fmt.Errorf("event %s is about a %T", e.Type, subject)
	}
}
