package templates

import "github.com/a-h/templ"

// AccountsView is the view of [AccountsPage]: the accounts that are signed in on this browser.
type AccountsView struct {
	Page
	// Accounts are the rows, the current one among them. Empty: the page says that no account is signed in.
	Accounts []AccountRow
	// SwitchURL makes an account the current one (POST, session_id).
	SwitchURL templ.SafeURL
	// SignOutURL ends the session of one account (POST, session_id).
	SignOutURL templ.SafeURL
	// AddAccountURL leads to signing in with one more account. Empty: the link is left out.
	AddAccountURL templ.SafeURL
	// Tabs says that each tab can have an account of its own.
	Tabs bool
	// SignOutAllURL leads to the page that asks before it signs out of all accounts. Empty, or with one account: the link is left out.
	SignOutAllURL templ.SafeURL
}

// AccountRow is one account on this browser.
type AccountRow struct {
	// SessionID is the id of the account's session on this browser.
	SessionID string
	// Label names the account in the names of its buttons, such as the e-mail address: "Switch to ada@example.com".
	Label string
	// Name and Email are the user's. Empty: left out. If both are empty, Label replaces them.
	Name, Email string
	// Initials are one or two letters for the round picture. Empty: a drawn figure is shown.
	Initials string
	// ImageURL is the user's picture, in place of Initials. Empty: Initials.
	ImageURL templ.SafeURL
	// Organization is the active organization of that session.
	Organization Organization
	// LastActive says when the session was last used, in a sentence such as "Last active 2 minutes ago". Zero: left out.
	LastActive Time
	// Current marks the account of this request. It has no Switch button.
	Current bool
	// OpenURL leads to the same page as that account, in a tab of its own. Empty: the link is left out.
	OpenURL templ.SafeURL
	// Actor is a sentence that names the actor of that session. Empty: the session has none.
	Actor string
	// Kept says that the viewer may not end the session, so it has no button to sign out.
	Kept bool
	// Note says why the viewer can't switch to the account, such as "Sign-in not finished". Empty: the viewer can.
	Note string
}
