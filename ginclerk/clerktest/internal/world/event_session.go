package world

import "slices"

// sessionOver reports a session's end. Clerk has no event for sessions that expire, are abandoned or are replaced.
func (w *World) sessionOver(s *Session) {
	switch s.Status {
	case StatusEnded:
		w.emit(EventSessionEnded, s)
	case StatusRemoved:
		w.emit(EventSessionRemoved, s)
	case StatusRevoked:
		w.emit(EventSessionRevoked, s)
	default:
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
	switch t {
	case EventSessionCreated:
		return StatusActive
	case EventSessionPending:
		return StatusPending
	case EventSessionEnded:
		return StatusEnded
	case EventSessionRemoved:
		return StatusRemoved
	case EventSessionRevoked:
		return StatusRevoked
	default:
		return ""
	}
}
