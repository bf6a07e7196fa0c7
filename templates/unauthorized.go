package templates

import "github.com/a-h/templ"

// UnauthorizedView is the view of [UnauthorizedPage], the answer 403: the user is signed in, and has no access to the page.
type UnauthorizedView struct {
	Page
	// What says what happened, in a sentence. Empty: left out.
	What string
	// Name and Email are those of the account. Both empty: the account is not named.
	Name, Email string
	// Organization is the account's active organization.
	Organization Organization
	// Required says who has access, such as "Members of the organization with the role Admin". Empty: left out.
	Required string
	// Todo are sentences about what the user can do. Empty: left out.
	Todo []string
	// Organizations are those of the user in which the page can be opened. Each has a button. Empty: none is known.
	Organizations []OrganizationChoice
	// SwitchOrganizationURL makes one of them the active one (POST, organization_id, redirect_url).
	SwitchOrganizationURL templ.SafeURL
	// ReturnTo is where the browser goes after that, as the form sends it. Empty: to the organizations.
	ReturnTo string
	// SwitchURL leads to the accounts in this browser. Empty: the link is left out.
	SwitchURL templ.SafeURL
	// OrganizationsURL leads to the user's organizations. Empty: the link is left out.
	OrganizationsURL templ.SafeURL
	// BackURL leads to the start page, which this account may see. Empty: the link is left out.
	BackURL templ.SafeURL
	// Reference is a short text by which support finds the request in the server's log. Empty: left out.
	Reference string
}

// OrganizationChoice is an organization that the user can switch to.
type OrganizationChoice struct {
	// ID is the organization's id, which the form sends.
	ID string
	// Label is the text of the button, such as "Switch to Acme, where you have the role Admin".
	Label string
}
