package demo

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// DashboardView is the view of [DashboardPage].
type DashboardView struct {
	templates.Page
	// Name and Email are those of the user. No Name: left out. No Email: shown as unknown.
	Name, Email string
	// UserID and SessionID are Clerk's ids, shown to their owner alone.
	UserID, SessionID string
	// Organization is the active organization.
	Organization templates.Organization
	// TokenExpires is when the session token of this request expires.
	TokenExpires templates.Time
	// Links lead to the session pages.
	Links []DashboardLink
	// API holds the example API routes.
	API []RouteLink
	// CallURL is the API route that the panel "Call the API" calls. Empty: no panel.
	CallURL templ.SafeURL
	// CallScriptURL is the script that calls CallURL: fetchwithauth.js of package static, and what shows the answer. With it,
	// [templates.Page].ScriptURL can be empty: one file can have both. Without the script the panel is a link. Empty: no script.
	CallScriptURL templ.SafeURL
	// TokenURL is the token endpoint for that script.
	TokenURL string
}

// DashboardLink is a link with a line of text about its target.
type DashboardLink struct {
	Label string
	URL   templ.SafeURL
	Text  string
	// TestID is the link's data-testid.
	TestID string
}
