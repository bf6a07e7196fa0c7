package world

import "slices"

// sessionEvents returns the event with which a session gets a status. Clerk has none for sessions that expire, are abandoned or are
// replaced.
func sessionEvents() map[Status]EventType {
	return map[Status]EventType{
		StatusActive: EventSessionCreated, StatusPending: EventSessionPending,
		StatusEnded: EventSessionEnded, StatusRemoved: EventSessionRemoved, StatusRevoked: EventSessionRevoked,
	}
}

// sessionOver reports a session's end.
func (w *World) sessionOver(s *Session) {
	if event, known := sessionEvents()[s.Status]; known {
		w.emit(event, s)
	}
}

// MakePending gives a session tasks. A session that has just begun is never reported as active.
func (w *World) MakePending(s *Session) {
	s.Status = StatusPending
	i := slices.IndexFunc(w.events, func(e Event) bool { return e.Subject == s && e.Type == EventSessionCreated })
	if i >= 0 {
		w.events[i].Type = EventSessionPending
		return
	}
	w.emit(EventSessionPending, s)
}

// EventStatus returns the status that a session has in an event, or "" for other events. The session may have another status
// since.
func (t EventType) EventStatus() Status {
	for status, event := range sessionEvents() {
		if event == t {
			return status
		}
	}
	return ""
}
