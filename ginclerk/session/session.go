package session

import (
	"cmp"
	"slices"
	"time"
)

// Status is the state of a session, in Clerk's words.
type Status string

// The states that Clerk has.
const (
	Active    Status = "active"
	Pending   Status = "pending" // signed in, with tasks to do first
	Ended     Status = "ended"
	Removed   Status = "removed"
	Revoked   Status = "revoked"
	Expired   Status = "expired"
	Abandoned Status = "abandoned"
	Replaced  Status = "replaced"
)

// Live reports whether the status is that of a session that is signed in: active or pending.
func (s Status) Live() bool { return s == Active || s == Pending }

// Over reports whether the status is one of a session that has ended. A status that this package does not know is neither live nor
// over.
func (s Status) Over() bool {
	switch s {
	case Ended, Removed, Revoked, Expired, Abandoned, Replaced:
		return true
	default:
		return false
	}
}

// Session is a Clerk session as the Backend API tells it. It is a plain value; times that Clerk did not send are zero.
type Session struct {
	ID       string
	UserID   string
	ClientID string // the browser it was made in; empty for sessions made by the Backend API
	Status   Status

	Created    time.Time
	LastActive time.Time
	Expires    time.Time // the end at the latest
	Abandons   time.Time // the end if it is not used

	// OrganizationID is the organization that was active last; empty for the personal account.
	OrganizationID string
	// Device of the latest activity; zero where Clerk does not know.
	Device Device
	// Impersonated says that an actor impersonates the user.
	Impersonated bool
	// Actor is the id of the actor; empty unless Impersonated, and where Clerk does not say.
	Actor string
}

// Device is what Clerk knows about where a session was used last. Every part may be empty.
type Device struct {
	Type           string // such as "Macintosh" or "iPhone"
	Browser        string
	BrowserVersion string
	Mobile         bool
	IP             string
	City           string
	Country        string
}

// Profile is how a user is shown. Every part but the id may be empty.
type Profile struct {
	UserID   string
	Name     string
	Email    string
	ImageURL string
}

// Account is one session of a browser, with its user.
type Account struct {
	Session Session
	// Profile of the user; the id alone where Clerk does not know the user any more.
	Profile Profile
	// Organization is the name of the active organization; empty for the personal account, and where it could not be had.
	Organization string
	// Current says that this is the session of the request.
	Current bool
}

// arrange puts the current session first and the others by their activity, the newest first.
func arrange(sessions []Session, currentID string) {
	slices.SortFunc(sessions, func(a, b Session) int {
		if (a.ID == currentID) != (b.ID == currentID) {
			if a.ID == currentID {
				return -1
			}
			return 1
		}
		return cmp.Or(b.LastActive.Compare(a.LastActive), b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
	})
}

// owned returns the live sessions of the user. Clerk was asked for this user alone, but what is shown and ended must not depend on its
// filter.
func owned(sessions []Session, userID string) []Session {
	return slices.DeleteFunc(slices.Clone(sessions), func(s Session) bool {
		return s.UserID != userID || !s.Status.Live()
	})
}
