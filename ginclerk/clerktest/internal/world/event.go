package world

import (
	"slices"
	"time"
)

// EventType is what happened, in the words of Clerk's webhooks (its webhook documents, version 2025-04-15).
type EventType string

// The events that are emulated.
const (
	EventUserCreated         EventType = "user.created"
	EventUserUpdated         EventType = "user.updated"
	EventUserDeleted         EventType = "user.deleted"
	EventSessionCreated      EventType = "session.created"
	EventSessionPending      EventType = "session.pending"
	EventSessionEnded        EventType = "session.ended"
	EventSessionRemoved      EventType = "session.removed"
	EventSessionRevoked      EventType = "session.revoked"
	EventOrganizationCreated EventType = "organization.created"
	EventOrganizationUpdated EventType = "organization.updated"
	EventOrganizationDeleted EventType = "organization.deleted"
	EventMembershipCreated   EventType = "organizationMembership.created"
	EventMembershipUpdated   EventType = "organizationMembership.updated"
	EventMembershipDeleted   EventType = "organizationMembership.deleted"
)

// EventTypes returns all events that are emulated.
func EventTypes() []EventType {
	return []EventType{
		EventUserCreated, EventUserUpdated, EventUserDeleted,
		EventSessionCreated, EventSessionPending, EventSessionEnded, EventSessionRemoved, EventSessionRevoked,
		EventOrganizationCreated, EventOrganizationUpdated, EventOrganizationDeleted,
		EventMembershipCreated, EventMembershipUpdated, EventMembershipDeleted,
	}
}

// Event is a change that Clerk tells of.
type Event struct {
	Type EventType
	// Subject is what changed: a [User], [Session], [Organization] or [Membership], as a pointer.
	Subject any
	At      time.Time
}

// TakeEvents returns what happened since it was called last, in order.
func (w *World) TakeEvents() []Event {
	taken := w.events
	w.events = nil
	return taken
}

// emit notes an event. What is told is the state at the end of an operation, so a change of what was made or changed in the same one
// is told already.
func (w *World) emit(t EventType, subject any) {
	if madeBy, isUpdate := updates()[t]; isUpdate {
		told := func(e Event) bool { return e.Subject == subject && (e.Type == t || e.Type == madeBy) }
		if slices.ContainsFunc(w.events, told) {
			return
		}
	}
	w.events = append(w.events, Event{Type: t, Subject: subject, At: w.now()})
}

// updates leads from a change to the creation of the same kind.
func updates() map[EventType]EventType {
	return map[EventType]EventType{
		EventUserUpdated:         EventUserCreated,
		EventOrganizationUpdated: EventOrganizationCreated,
		EventMembershipUpdated:   EventMembershipCreated,
	}
}

// instead forgets the events until the returned function is called, and notes one in their place: Clerk names no events for what goes
// together with a user or an organization.
func (w *World) instead(t EventType, subject any) (done func()) {
	before := len(w.events)
	return func() {
		w.events = w.events[:before]
		w.emit(t, subject)
	}
}
