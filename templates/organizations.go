package templates

import "github.com/a-h/templ"

// OrganizationsView is the view of [OrganizationsPage]: the organizations of the user, one of which can be active.
type OrganizationsView struct {
	Page
	// Organizations are the rows. Empty: the page says that the user is not a member of an organization.
	Organizations []OrganizationRow
	// Personal says that no organization is active: the personal account is current.
	Personal bool
	// SwitchURL makes an organization the active one (POST, organization_id, redirect_url). An empty organization_id is the personal
	// account.
	SwitchURL templ.SafeURL
	// ReturnTo is where the browser goes after the switch, as the form sends it. Empty: back to this page.
	ReturnTo string
	// Asked says that a page needs an organization, to which the browser goes on after the switch.
	Asked bool
	// Saved says that a form waits until then. Empty: left out.
	Saved string
	// Fixed says why the organization can't be changed here. Empty: it can.
	Fixed string
	// AccountsURL is the list of accounts on this browser. Empty: the link is left out.
	AccountsURL templ.SafeURL
}

// OrganizationRow is one organization of the user.
type OrganizationRow struct {
	// ID is the organization's id, which the form sends.
	ID string
	// Name is the organization's name.
	Name string
	// Slug is its name in addresses. Empty: left out.
	Slug string
	// Role is the user's role there, such as "Admin" or "org:admin".
	Role string
	// Initials are one or two letters for the round picture. Empty: a drawn figure is shown.
	Initials string
	// ImageURL is the organization's picture, in place of Initials. Empty: Initials.
	ImageURL templ.SafeURL
	// Current marks the active organization. It has no button.
	Current bool
}
