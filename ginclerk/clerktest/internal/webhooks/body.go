package webhooks

import (
	"encoding/json"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// newBody returns the body of a message.
func newBody(w *world.World, instanceID string, e world.Event, cause core.Cause) ([]byte, error) {
	data, err := dataOf(w, e)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(wire.Object{
		"object": "event", "type": e.Type, "data": data, "timestamp": e.At.UnixMilli(), "instance_id": instanceID,
		"event_attributes": wire.Object{"http_request": wire.Object{"client_ip": cause.ClientIP, "user_agent": cause.UserAgent}},
	})
	if err != nil {
		return nil, fmt.Errorf("body of %s: %w", e.Type, err)
	}
	return body, nil
}

// dataOf returns data in the shape of the Backend API's answers.
func dataOf(w *world.World, e world.Event) (wire.Object, error) {
	switch subject := e.Subject.(type) {
	case *world.User:
		if e.Type == world.EventUserDeleted {
			return wire.NewDeleted("user", subject.ID).With("external_id", subject.ExternalID), nil
		}
		return wire.NewBackendUser(subject), nil
	case *world.Session:
		out := wire.NewBackendSession(subject)
		out["status"], out["user"] = e.Type.EventStatus(), wire.NewBackendUser(subject.User)
		delete(out, "tasks")
		return out, nil
	case *world.Organization:
		if e.Type == world.EventOrganizationDeleted {
			return wire.NewDeleted("organization", subject.ID).With("slug", subject.Slug), nil
		}
		return wire.NewBackendOrganization(w, subject, false), nil
	case *world.Membership:
		return wire.NewBackendMembership(w, subject), nil
	default:
		return nil, fmt.Errorf("event %s is about a %T", e.Type, subject)
	}
}
