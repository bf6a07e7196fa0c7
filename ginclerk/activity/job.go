package activity

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"
)

// ends are sessions that jobs have ended, or have been asked to end.
type ends struct {
	At       int64    `json:"t"` // Unix milliseconds
	Sessions []string `json:"s"` // digests
}

// maxEnds is how many of these sessions are kept, for the webhooks about them to come.
const maxEnds = 1000

// recent returns those of which webhooks may still come.
func recent(all []ends, now time.Time) []ends {
	return slices.DeleteFunc(all, func(one ends) bool { return now.Sub(time.UnixMilli(one.At)) >= jobTime })
}

// shortDigest tells a session from the others of its user.
func shortDigest(sessionID string) string {
	sum := sha256.Sum256([]byte(sessionID))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// addEnds adds sessions that a job ends. The oldest give way.
func (h *history) addEnds(sessionIDs []string, now time.Time) {
	added := ends{At: now.UnixMilli()}
	for _, id := range sessionIDs {
		if len(added.Sessions) < maxEnds && !h.hasEnded(id) {
			added.Sessions = append(added.Sessions, shortDigest(id))
		}
	}
	if len(added.Sessions) == 0 {
		return
	}
	h.ends, h.changed = slices.Insert(h.ends, 0, added), true
	left := maxEnds
	for i := range h.ends {
		h.ends[i].Sessions = h.ends[i].Sessions[:min(left, len(h.ends[i].Sessions))]
		left -= len(h.ends[i].Sessions)
	}
	h.ends = slices.DeleteFunc(h.ends, func(one ends) bool { return len(one.Sessions) == 0 })
}

func (h *history) hasEnded(sessionID string) bool {
	digest := shortDigest(sessionID)
	return slices.ContainsFunc(h.ends, func(one ends) bool { return slices.Contains(one.Sessions, digest) })
}

// settle notes that jobs have ended sessions: their entries stand for the ends of these sessions.
func (h *history) settle(sessionIDs []string, now time.Time) {
	h.addEnds(sessionIDs, now)
	over := make(map[string]bool, len(sessionIDs))
	for _, id := range sessionIDs {
		over[id] = true
	}
	before := len(h.entries)
	h.entries = slices.DeleteFunc(h.entries, func(e Entry) bool { return over[e.SessionID] && e.Kind == SignedOut && h.known(e) })
	h.changed = h.changed || len(h.entries) != before
	for i := range h.entries {
		if e := &h.entries[i]; e.Kind == SignedIn && over[e.SessionID] && !e.Ended {
			e.Ended, h.changed = true, true
		}
	}
}

// isPart reports whether a job stands for an entry: nobody else says who ended the session, and the job has ended it.
func (h *history) isPart(e, job Entry) bool {
	after := e.At.Sub(job.At)
	if e.Kind != SignedOut || e.By.known() || !job.Kind.Many() || after <= -clockSkew || after >= jobTime {
		return false
	}
	if h.hasEnded(e.SessionID) {
		return true
	}
	switch {
	case job.Kind == SignedOutSelected, job.By.Agent == Impersonator: // a job of an impersonator may leave the user's own sessions
		return false
	case job.Kind == SignedOutOthers && e.SessionID == job.By.SessionID:
		return false
	default:
		return !h.signedInAfter(e.SessionID, job.At)
	}
}

// signedInAfter reports whether a session is known to have begun after a time.
func (h *history) signedInAfter(sessionID string, at time.Time) bool {
	id := IDOf(sessionID)
	return slices.ContainsFunc(h.entries, func(e Entry) bool { return e.ID == id && e.At.After(at) })
}
