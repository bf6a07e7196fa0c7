package signout

import "github.com/ginclerk/ginclerk/ginclerk/session"

// mark is what is known about one session of a job.
type mark byte

const (
	named       mark = '?' // selected; not seen in the user's list yet
	waiting     mark = '.' // to be ended
	tried       mark = '~' // to be ended; a request may have been sent, whose outcome is unknown
	last        mark = 'c' // the current session: to be ended when all others are
	revoked     mark = '+'
	gone        mark = '-'
	refused     mark = 'q' // Clerk won't; the next list says whether that is because it has ended
	refusedLate mark = 'Q' // the same after a request whose outcome is unknown
	failedTried mark = 'u' // unavailable; a request may have taken effect
	failedAsIs  mark = 'v' // unavailable; no request was sent
	failedNo    mark = 'r' // refused
	failedFind  mark = 'n' // not found
	failedLate  mark = 'a' // still appearing
	failedOwn   mark = 'o' // not allowed: not the actor's
)

// reason returns why a session has failed, empty for one that hasn't.
func (m mark) reason() Reason {
	switch m {
	case failedTried, failedAsIs:
		return Unavailable
	case failedNo:
		return Refused
	case failedFind:
		return NotFound
	case failedLate:
		return StillAppearing
	case failedOwn:
		return NotAllowed
	default:
		return ""
	}
}

// over reports whether the session is known to have ended.
func (m mark) over() bool { return m == revoked || m == gone }

func (m mark) todo() bool { return m == waiting || m == tried }

// again is the mark with which a failed session is tried once more; others keep theirs.
func (m mark) again() mark {
	switch m {
	case failedTried:
		return tried
	case failedAsIs, failedNo, failedLate:
		return waiting
	case failedFind:
		return named
	default:
		return m
	}
}

// abandoned is the mark of a session that the job does not come to, because Clerk is unavailable.
func (m mark) abandoned() mark {
	switch m {
	case waiting, named:
		return failedAsIs
	case tried:
		return failedTried
	case refused, refusedLate:
		return failedNo
	default:
		return m
	}
}

// seen is the mark after a look at Clerk's list of the user's sessions. The status is that of the list, empty where the
// session is not in it. What Clerk has confirmed as ended is not doubted: a list may lag behind.
func (m mark) seen(status session.Status) mark {
	if status != "" && !status.Over() { // live, or of a status that this package does not know
		return m.seenLive()
	}
	if status == "" && m.todo() {
		return m // that it is not listed does not say that it has ended: Clerk is asked to end it
	}
	switch m {
	case named:
		if status == "" {
			return failedFind
		}
		return gone
	case tried, failedTried, refusedLate:
		if status == session.Revoked {
			return revoked
		}
		return gone
	case revoked:
		if status != "" && status != session.Revoked {
			return gone
		}
		return revoked
	case failedFind:
		return failedFind
	default:
		return gone
	}
}

func (m mark) seenLive() mark {
	switch m {
	case named:
		return waiting
	case refused, refusedLate:
		return failedNo
	default:
		return m
	}
}
