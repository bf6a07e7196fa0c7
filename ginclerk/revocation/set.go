package revocation

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// shards is how many parts a set has. Each has a lock of its own, so that the requests of many cores do not wait for one lock.
	shards = 32
	// pruneAt is the number of keys from which a shard looks for expired ones.
	pruneAt = 1024 / shards
)

// Set is a set of entries in memory, for one process. Make one with [NewSet]; it is safe for concurrent use.
type Set struct {
	now    func() time.Time
	seed   maphash.Seed
	shards [shards]shard
	filled atomic.Bool // an entry of a session or a user was added at some time; most processes never have one
	// membershipsFilled is filled for entries of memberships.
	membershipsFilled atomic.Bool

	mu      sync.Mutex
	changed chan struct{}
}

// shard has the sessions and the users whose ids have one hash, the memberships of these users, and organizations as a whole.
type shard struct {
	mu       sync.RWMutex
	sessions map[string]time.Time
	users    map[string][]span
	members  map[member][]span
	prunes   int // number of keys at which it looks for expired entries again
}

// member is a user in an organization. Without a user it is every member.
type member struct{ organizationID, userID string }

// span is an entry of a user or a member.
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
	s := &Set{now: now, seed: maphash.MakeSeed(), changed: make(chan struct{})}
	for i := range s.shards {
		s.shards[i] = shard{sessions: map[string]time.Time{}, users: map[string][]span{}, members: map[member][]span{}, prunes: pruneAt}
	}
	return s
}

func (s *Set) shard(id string) *shard { return &s.shards[maphash.String(s.seed, id)%shards] }

// Revoke adds entries. If the set has the entry, the entry lives until the later of both times. Revoke always returns nil; other
// implementations, which tell replicas, may return an error.
func (s *Set) Revoke(_ context.Context, entries ...Entry) error {
	now := s.now()
	added := false
	for _, entry := range entries {
		if now.Before(entry.Until) {
			added = s.add(entry, now) || added
		}
	}
	if added {
		s.mu.Lock()
		defer s.mu.Unlock()
		close(s.changed)
		s.changed = make(chan struct{})
	}
	return nil
}

func (s *Set) add(entry Entry, now time.Time) bool {
	if entry.OrganizationID != "" {
		return s.addMembership(entry, now)
	}
	s.filled.Store(true)
	added := false
	if entry.SessionID != "" {
		added = s.shard(entry.SessionID).addSession(entry.SessionID, entry.Until, now)
	}
	issuedBefore := entry.IssuedBefore
	if issuedBefore.IsZero() && entry.SessionID == "" {
		issuedBefore = now
	}
	if entry.UserID != "" && !issuedBefore.IsZero() {
		added = s.shard(entry.UserID).addUser(entry.UserID, span{issuedBefore.Unix(), entry.Until}, now) || added
	}
	return added
}

// addMembership adds an entry of memberships. A session that it names is refused as a whole.
func (s *Set) addMembership(entry Entry, now time.Time) bool {
	s.membershipsFilled.Store(true)
	whose := member{entry.OrganizationID, entry.UserID}
	issuedBefore := entry.IssuedBefore
	if issuedBefore.IsZero() {
		issuedBefore = now
	}
	added := s.shard(whose.shardID()).addMember(whose, span{issuedBefore.Unix(), entry.Until}, now)
	if entry.SessionID != "" {
		added = s.add(Entry{SessionID: entry.SessionID, Until: entry.Until}, now) || added
	}
	return added
}

// shardID is the id whose shard has a member.
func (m member) shardID() string { return cmp.Or(m.userID, m.organizationID) }

func (s *shard) addSession(id string, until, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.sessions[id].Before(until) {
		return false
	}
	s.sessions[id] = until
	s.prune(now)
	return true
}

func (s *shard) addUser(userID string, added span, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !addSpan(s.users, userID, added) {
		return false
	}
	s.prune(now)
	return true
}

func (s *shard) addMember(whose member, added span, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !addSpan(s.members, whose, added) {
		return false
	}
	s.prune(now)
	return true
}

// addSpan drops the spans that another one covers, and reports whether the added one is new. Nearly always one is left.
func addSpan[K comparable](all map[K][]span, key K, added span) bool {
	spans := all[key]
	if slices.ContainsFunc(spans, func(known span) bool { return known.covers(added) }) {
		return false
	}
	all[key] = append(slices.DeleteFunc(spans, added.covers), added)
	return true
}

// Revoked reports whether a token of the session of the user, issued at that time, is refused. See [Set.MembershipRevoked] for the
// organization of a token.
func (s *Set) Revoked(sessionID, userID string, issuedAt time.Time) bool {
	if !s.filled.Load() {
		return false
	}
	now := s.now()
	return s.shard(sessionID).hasSession(sessionID, now) || s.shard(userID).hasUser(userID, issuedAt, now)
}

// MembershipRevoked reports whether a token of the user in which the organization is active, issued at that time, is refused because
// the membership has ended or changed. It is false without an organization.
func (s *Set) MembershipRevoked(organizationID, userID string, issuedAt time.Time) bool {
	if organizationID == "" || !s.membershipsFilled.Load() {
		return false
	}
	now := s.now()
	for _, whose := range [...]member{{organizationID, userID}, {organizationID: organizationID}} {
		if s.shard(whose.shardID()).hasMember(whose, issuedAt, now) {
			return true
		}
	}
	return false
}

func (s *shard) hasMember(whose member, issuedAt, now time.Time) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return refusedBy(s.members[whose], issuedAt, now)
}

// refusedBy reports whether one of the spans refuses a token.
func refusedBy(spans []span, issuedAt, now time.Time) bool {
	return slices.ContainsFunc(spans, func(known span) bool {
		return issuedAt.Unix() <= known.issuedBefore && now.Before(known.until)
	})
}

func (s *shard) hasSession(id string, now time.Time) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	until, found := s.sessions[id]
	return found && now.Before(until)
}

func (s *shard) hasUser(id string, issuedAt, now time.Time) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return refusedBy(s.users[id], issuedAt, now)
}

// Changed returns a channel that is closed when the next entry is added. Call Changed first, then [Set.Revoked], then wait, so
// that you miss no entry.
func (s *Set) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Entries returns the entries that have not expired, in no particular order.
func (s *Set) Entries() []Entry {
	now := s.now()
	var entries []Entry
	for i := range s.shards {
		entries = s.shards[i].appendEntries(entries, now)
	}
	return entries
}

func (s *shard) appendEntries(entries []Entry, now time.Time) []Entry {
	s.mu.RLock()
	defer s.mu.RUnlock()
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
	for whose, spans := range s.members {
		for _, known := range spans {
			if now.Before(known.until) {
				entries = append(entries, Entry{
					OrganizationID: whose.organizationID, UserID: whose.userID, IssuedBefore: time.Unix(known.issuedBefore, 0), Until: known.until,
				})
			}
		}
	}
	return entries
}

// prune removes expired entries whenever the shard has doubled since the last time. Adding therefore stays cheap, and the set has
// at most twice as many entries as have not expired.
func (s *shard) prune(now time.Time) {
	if s.size() < s.prunes {
		return
	}
	for id, until := range s.sessions {
		if !now.Before(until) {
			delete(s.sessions, id)
		}
	}
	pruneSpans(s.users, now)
	pruneSpans(s.members, now)
	s.prunes = max(pruneAt, 2*s.size())
}

func (s *shard) size() int { return len(s.sessions) + len(s.users) + len(s.members) }

func pruneSpans[K comparable](all map[K][]span, now time.Time) {
	for key, spans := range all {
		all[key] = slices.DeleteFunc(spans, func(known span) bool { return !now.Before(known.until) })
		if len(all[key]) == 0 {
			delete(all, key)
		}
	}
}
