package signout

import "github.com/ginclerk/ginclerk/ginclerk/session"

// mark is the state of one session of a job.
type mark byte

const (
	named       mark = '?' // selected, and not yet found in the user's list
	waiting     mark = '.' // to be ended
	tried       mark = '~' // to be ended; a request may have been sent, with an unknown result
	last        mark = 'c' // the current session: to be ended after all others
	revoked     mark = '+'
	gone        mark = '-'
	refused     mark = 'q' // Clerk refused; the next list says whether the session has ended
	refusedLate mark = 'Q' // the same after a request with an unknown result
	failedTried mark = 'u' // unavailable; a request may have taken effect
	failedAsIs  mark = 'v' // unavailable; no request was sent
	failedNo    mark = 'r' // refused
	failedFind  mark = 'n' // not found
	failedLate  mark = 'a' // still appearing
	failedOwn   mark = 'o' // not allowed: the session is not the actor's
)

// reason returns why a session has failed. It is empty for a session that has not failed.
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

// again returns the mark with which a job tries a failed session again. Other marks stay as they are.
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

// abandoned returns the mark of a session when the job gives up because Clerk is unavailable.
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

// seen returns the mark after a look at Clerk's list of the user's sessions. The status is the one in the list; it is empty if
// the list does not have the session. A session that Clerk has confirmed as ended stays ended, because a list may be out of date.
func (m mark) seen(status session.Status) mark {
	if status != "" && !status.Over() { // live, or a status that this package does not know
		return m.seenLive()
	}
	if status == "" && m.todo() {
		return m // a session that is not in the list may not have ended: the job asks Clerk to end it
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
