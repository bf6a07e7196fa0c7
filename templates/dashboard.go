package templates

import "github.com/a-h/templ"

// DashboardView is the view of [DashboardPage].
type DashboardView struct {
	Page
	// Name and Email are those of the user. No Name: left out. No Email: shown as unknown.
	Name, Email string
	// UserID and SessionID are Clerk's ids, shown to their owner alone.
	UserID, SessionID string
	// Organization is the active organization.
	Organization Organization
	// TokenExpires is when the session token of this request expires.
	TokenExpires Time
	// Links lead to the session pages.
	Links []DashboardLink
	// API holds the example API routes.
	API []RouteLink
}

// DashboardLink is a link with one line about where it leads.
type DashboardLink struct {
	Label string
	URL   templ.SafeURL
	Text  string
}
