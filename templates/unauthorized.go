package templates

import "github.com/a-h/templ"

// UnauthorizedView is the view of [UnauthorizedPage], the answer 403: the user is signed in, and may not see the page.
type UnauthorizedView struct {
	Page
	// Name and Email are those of the account. Both empty: the account is not named.
	Name, Email string
	// Organization is the account's active organization.
	Organization Organization
	// Required is the missing right, such as "the role org:admin". Empty: left out.
	Required string
	// SwitchURL leads to the accounts on this browser. Empty: the link is left out.
	SwitchURL templ.SafeURL
	// OrganizationsURL leads to the user's organizations. Empty: the link is left out.
	OrganizationsURL templ.SafeURL
	// BackURL leads to the start page, which this account may see. Empty: the link is left out.
	BackURL templ.SafeURL
	// Reason is a code for support. Empty: left out.
	Reason string
	// RequestID names the request in the server's log. Empty: left out.
	RequestID string
}
