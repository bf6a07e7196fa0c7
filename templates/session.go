package templates

import "github.com/a-h/templ"

// SessionView is the view of [SessionPage].
type SessionView struct {
	Page
	// SessionID is the session's id: the sign-out form sends it, and its owner can tell it to support.
	SessionID string
	// Status is the session's status, such as "Active". Empty: left out.
	Status string
	// Active reports whether the status is a good one. It chooses the color of the mark, never the words.
	Active bool
	// Created, LastActive and Expires are the session's times.
	Created, LastActive, Expires Time
	// Device is the browser and device, such as "Firefox 140 on Linux". Empty: shown as unknown.
	Device string
	// Organization is the active organization.
	Organization Organization
	// Actor is the actor of this session. Empty: the session has none.
	Actor string
	// Acting says that SignOutEverywhereURL ends only sessions in which the viewer acts as the user.
	Acting bool
	// SignOutURL ends this session (POST, session_id).
	SignOutURL templ.SafeURL
	// SignOutEverywhereURL leads to the page that asks before it ends all sessions of the user. Empty: the section is left out.
	SignOutEverywhereURL templ.SafeURL
	// ActivityURL leads to what happened lately. Empty: the link is left out.
	ActivityURL templ.SafeURL
	// DevicesURL, AccountsURL and OrganizationsURL lead to the other session pages. Empty: the link is left out.
	DevicesURL, AccountsURL, OrganizationsURL templ.SafeURL
}
