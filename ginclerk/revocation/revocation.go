// Package revocation remembers which sessions are ended although their tokens have not expired yet, so that they can be
// refused at once. A session token is good for as long as it says; Clerk itself refuses it only when it is renewed.
//
// Entries are only ever added: an entry lives as long as a token of its session can, and nothing clears it before.
package revocation

import (
	"sync"
	"time"
)

// Set is a set of revoked sessions in memory. Make one with [NewSet]; it is safe for concurrent use.
type Set struct {
	lifetime time.Duration
	now      func() time.Time

	mu     sync.RWMutex
	until  map[string]time.Time
	pruned time.Time
}

// NewSet returns an empty set whose entries live for the given time, which must be no shorter than the life of the longest
// lived session token plus twice the clock skew.
func NewSet(lifetime time.Duration, now func() time.Time) *Set {
	return &Set{lifetime: lifetime, now: now, until: map[string]time.Time{}, pruned: now()}
}

// Add revokes a session. Adding it again prolongs the entry.
func (s *Set) Add(sessionID string) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until[sessionID] = now.Add(s.lifetime)
	s.prune(now)
}

// Contains reports whether a session is revoked.
func (s *Set) Contains(sessionID string) bool {
	s.mu.RLock()
	until, found := s.until[sessionID]
	s.mu.RUnlock()
	return found && s.now().Before(until)
}

// prune drops what has lapsed, at most once in half a lifetime, so that adding stays cheap and the set bounded by the
// revocations of one and a half lifetimes.
func (s *Set) prune(now time.Time) {
	if now.Sub(s.pruned) < s.lifetime/2 {
		return
	}
	s.pruned = now
	for id, until := range s.until {
		if !now.Before(until) {
			delete(s.until, id)
		}
	}
}
