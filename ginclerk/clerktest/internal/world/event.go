package world

import (
	"slices"
	"time"
)

// EventType is the type of an event, in the words of Clerk's webhooks (its webhook documents, version 2025-04-15).
type EventType string

// The emulated events.
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

// EventTypes returns all emulated events.
func EventTypes() []EventType {
	return []EventType{
		EventUserCreated, EventUserUpdated, EventUserDeleted,
		EventSessionCreated, EventSessionPending, EventSessionEnded, EventSessionRemoved, EventSessionRevoked,
		EventOrganizationCreated, EventOrganizationUpdated, EventOrganizationDeleted,
		EventMembershipCreated, EventMembershipUpdated, EventMembershipDeleted,
	}
}

// Event is a change that Clerk reports.
type Event struct {
	Type EventType
	// Subject is the changed [User], [Session], [Organization] or [Membership], as a pointer.
	Subject any
	At      time.Time
}

// TakeEvents returns the events since its last call, in order.
func (w *World) TakeEvents() []Event {
	taken := w.events
	w.events = nil
	return taken
}

// emit records an event. An event has the state at the end of an operation, so it also covers later changes of the same subject
// in the same operation.
func (w *World) emit(t EventType, subject any) {
	if madeBy, isUpdate := updates()[t]; isUpdate {
		told := func(e Event) bool { return e.Subject == subject && (e.Type == t || e.Type == madeBy) }
		if slices.ContainsFunc(w.events, told) {
			return
		}
	}
	w.events = append(w.events, Event{Type: t, Subject: subject, At: w.now()})
}

// updates returns the creation event for an update event.
func updates() map[EventType]EventType {
	return map[EventType]EventType{
		EventUserUpdated:         EventUserCreated,
		EventOrganizationUpdated: EventOrganizationCreated,
		EventMembershipUpdated:   EventMembershipCreated,
	}
}

// instead drops events until the returned function is called, and records one in their place: Clerk sends no events for the
// parts that are deleted with a user or an organization.
func (w *World) instead(t EventType, subject any) (done func()) {
	before := len(w.events)
	return func() {
		w.events = w.events[:before]
		w.emit(t, subject)
	}
}
