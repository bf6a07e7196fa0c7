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

// Live reports whether the session is signed in: active or pending.
func (s Status) Live() bool { return s == Active || s == Pending }

// Over reports whether the session has ended. A status that this package does not know is neither live nor over.
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
	ClientID string // browser that the session was made in; empty for sessions that the Backend API made
	Status   Status

	Created    time.Time
	LastActive time.Time
	Expires    time.Time // the latest end
	Abandons   time.Time // end of a session that is not used

	// OrganizationID is the last active organization; empty for the personal account.
	OrganizationID string
	// Device of the latest activity; zero if Clerk does not know it.
	Device Device
	// Impersonated says that an actor impersonates the user.
	Impersonated bool
	// Actor is the id of the actor; empty unless Impersonated, and if Clerk does not say.
	Actor string
}

// Device is the device on which a session was last used, as far as Clerk knows. Every part may be empty.
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
	// Profile of the user; only the id if Clerk does not know the user any more.
	Profile Profile
	// Organization is the name of the active organization; empty for the personal account, and if Clerk did not return it.
	Organization string
	// Current says that this is the session of the request.
	Current bool
}

// arrange puts the current session first and sorts the others by their activity, the newest first.
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

// owned returns the live sessions of the user. The list is Clerk's answer about this user alone, but this package shows and ends
// sessions, so it does not depend on Clerk's filter.
func owned(sessions []Session, userID string) []Session {
	return slices.DeleteFunc(slices.Clone(sessions), func(s Session) bool {
		return s.UserID != userID || !s.Status.Live()
	})
}
