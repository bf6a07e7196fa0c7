package templates

import "github.com/a-h/templ"

// FindUserView is the view of [FindUserPage].
type FindUserView struct {
	Page
	// FindURL is where the search is sent (GET, query), and Query what was searched for. Empty: nothing.
	FindURL templ.SafeURL
	Query   string
	// Users are those who were found.
	Users []UserRow
	// More says that further users were found.
	More bool
}

// UserRow is a user who was found.
type UserRow struct {
	// ID is "user_…". Name and Email may be empty.
	ID, Name, Email, Initials string
	// URL is the page of the user.
	URL templ.SafeURL
}

// ManagedUserView is the view of [ManagedUserPage]: a user as an administrator sees them.
type ManagedUserView struct {
	Page
	// ID is "user_…". Name and Email may be empty.
	ID, Name, Email string
	// LastSignIn is zero for a user who never signed in.
	LastSignIn Time
	// Locked and Banned users can't sign in.
	Locked, Banned bool
	// Own says that the viewer is the user. Nothing can then be signed out here; DevicesURL is where it can.
	Own        bool
	DevicesURL templ.SafeURL
	// Devices are the sessions of the user.
	Devices []DeviceRow
	// SignOutURL ends one session (POST, session_id), and EverywhereURL asks before all of them end. Everywhere says how many devices
	// those are.
	SignOutURL, EverywhereURL templ.SafeURL
	Everywhere                string
	// Job says that a sign-out is under way, or what it has left. Empty: left out.
	Job string
	// Days are what happened lately. Unknown says that it can't be read.
	Days    []ActivityDay
	Unknown bool
	// BackURL is the search.
	BackURL templ.SafeURL
}
