package revocation

import (
	"context"
	"slices"
	"sync"
	"time"
)

// pruneAt is the number of entries from which a set looks for expired ones.
const pruneAt = 1024

// Set is a set of entries in memory, for one process. Make one with [NewSet]; it is safe for concurrent use.
type Set struct {
	now func() time.Time

	mu       sync.RWMutex
	sessions map[string]time.Time
	users    map[string][]span
	prunes   int // number of keys at which it looks for expired entries again
	changed  chan struct{}
}

// span is an entry of a user.
type span struct {
	issuedBefore int64 // seconds
	until        time.Time
}

// covers reports whether a span refuses every token that another span refuses.
func (s span) covers(other span) bool {
	return s.issuedBefore >= other.issuedBefore && !s.until.Before(other.until)
}

// NewSet returns an empty set with a clock.
func NewSet(now func() time.Time) *Set {
	return &Set{
		now: now, sessions: map[string]time.Time{}, users: map[string][]span{}, prunes: pruneAt, changed: make(chan struct{}),
	}
}

// Revoke adds entries. If the set has the entry, the entry lives until the later of both times. Revoke always returns nil; other
// implementations, which tell replicas, may return an error.
func (s *Set) Revoke(_ context.Context, entries ...Entry) error {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	added := false
	for _, entry := range entries {
		if now.Before(entry.Until) {
			added = s.add(entry, now) || added
		}
	}
	if added {
		close(s.changed)
		s.changed = make(chan struct{})
		s.prune(now)
	}
	return nil
}

func (s *Set) add(entry Entry, now time.Time) bool {
	added := false
	if entry.SessionID != "" && s.sessions[entry.SessionID].Before(entry.Until) {
		s.sessions[entry.SessionID] = entry.Until
		added = true
	}
	issuedBefore := entry.IssuedBefore
	if issuedBefore.IsZero() && entry.SessionID == "" {
		issuedBefore = now
	}
	if entry.UserID != "" && !issuedBefore.IsZero() {
		added = s.addUser(entry.UserID, span{issuedBefore.Unix(), entry.Until}) || added
	}
	return added
}

// addUser drops the spans that another one covers. Nearly always one is left.
func (s *Set) addUser(userID string, added span) bool {
	spans := s.users[userID]
	if slices.ContainsFunc(spans, func(known span) bool { return known.covers(added) }) {
		return false
	}
	s.users[userID] = append(slices.DeleteFunc(spans, added.covers), added)
	return true
}

// Revoked reports whether a token of the session of the user, issued at that time, is refused.
func (s *Set) Revoked(sessionID, userID string, issuedAt time.Time) bool {
	now := s.now()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if until, found := s.sessions[sessionID]; found && now.Before(until) {
		return true
	}
	return slices.ContainsFunc(s.users[userID], func(known span) bool {
		return issuedAt.Unix() <= known.issuedBefore && now.Before(known.until)
	})
}

// Changed returns a channel that is closed when the next entry is added. Call Changed first, then [Set.Revoked], then wait, so
// that you miss no entry.
func (s *Set) Changed() <-chan struct{} {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.changed
}

// Entries returns the entries that have not expired, in no particular order.
func (s *Set) Entries() []Entry {
	now := s.now()
	s.mu.RLock()
	defer s.mu.RUnlock()
	entries := make([]Entry, 0, len(s.sessions)+len(s.users))
	for id, until := range s.sessions {
		if now.Before(until) {
			entries = append(entries, Entry{SessionID: id, Until: until})
		}
	}
	for id, spans := range s.users {
		for _, known := range spans {
			if now.Before(known.until) {
				entries = append(entries, Entry{UserID: id, IssuedBefore: time.Unix(known.issuedBefore, 0), Until: known.until})
			}
		}
	}
	return entries
}

// prune removes expired entries whenever the set has doubled since the last time. Adding therefore stays cheap, and the set has
// at most twice as many entries as have not expired.
func (s *Set) prune(now time.Time) {
	if len(s.sessions)+len(s.users) < s.prunes {
		return
	}
	for id, until := range s.sessions {
		if !now.Before(until) {
			delete(s.sessions, id)
		}
	}
	for id, spans := range s.users {
		s.users[id] = slices.DeleteFunc(spans, func(known span) bool { return !now.Before(known.until) })
		if len(s.users[id]) == 0 {
			delete(s.users, id)
		}
	}
	s.prunes = max(pruneAt, 2*(len(s.sessions)+len(s.users)))
}
