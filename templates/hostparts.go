package templates

import "github.com/a-h/templ"

// Part is what the views of all parts have that act: [SessionCard], [DeviceList], [AccountList] and [OrganizationSwitcher]. The zero value
// is usable.
type Part struct {
	// Name is what the server calls the part. htmx sends it with an action, and gets the part anew in place of a page. Empty: the
	// attributes of htmx are left out, and an action leads to a page.
	Name string
	// Notice is the result of the action that htmx has just sent. Zero: none.
	Notice Notice
}

// SessionCardView is the view of [SessionCard]: the session of the request.
type SessionCardView struct {
	Part
	// Device is the browser and device, such as "Firefox 140 on Linux". Empty: shown as unknown.
	Device string
	// Mobile chooses the picture of a phone.
	Mobile bool
	// Place is the presumed place of the device, such as "Vienna, Austria". Empty: left out.
	Place string
	// Organization is the active organization.
	Organization Organization
	// SignedIn, LastActive and Expires are the session's times.
	SignedIn, LastActive, Expires Time
	// SessionURL leads to the page of the session. Empty: the link is left out.
	SessionURL templ.SafeURL
	// SignOutURL signs out here (POST). Empty: the button is left out.
	SignOutURL templ.SafeURL
}

// DeviceListView is the view of [DeviceList]: the devices on which the user is signed in.
type DeviceListView struct {
	Part
	// Devices are the rows. Label names each in its button.
	Devices []DeviceRow
	// Total is how many devices there are, shown or not.
	Total int
	// AllURL leads to the page of all devices. Empty: the link is left out.
	AllURL templ.SafeURL
	// SignOutURL signs a device out (POST, session_id). Empty: rows have no button.
	SignOutURL templ.SafeURL
}

// AccountListView is the view of [AccountList]: the accounts that are signed in in this browser.
type AccountListView struct {
	Part
	// Accounts are the rows, the current one among them.
	Accounts []AccountRow
	// SwitchURL makes an account the current one (POST, session_id).
	SwitchURL templ.SafeURL
	// SignOutURL signs an account out (POST, session_id).
	SignOutURL templ.SafeURL
	// AddAccountURL leads to signing in with one more account. Empty: the link is left out.
	AddAccountURL templ.SafeURL
}

// OrganizationSwitcherView is the view of [OrganizationSwitcher]: the organizations of the user, one of which can be active.
type OrganizationSwitcherView struct {
	Part
	// Active is the active organization. Zero: the personal account.
	Active OrganizationRow
	// Others are the organizations to which the user can switch.
	Others []OrganizationRow
	// Personal offers the personal account, too.
	Personal bool
	// SwitchURL makes an organization the active one (POST, organization_id, redirect_url). An empty organization_id is the personal
	// account. Empty: the organization can't be changed.
	SwitchURL templ.SafeURL
	// ReturnTo is the page on which the browser is, to which it comes back. Empty: the page of organizations.
	ReturnTo string
	// AllURL leads to the page of organizations. Empty: the link is left out.
	AllURL templ.SafeURL
}

// htmx returns the attributes with which htmx sends the form of a part and takes the part anew. Without htmx they do nothing.
func (p Part) htmx(action templ.SafeURL) templ.Attributes {
	if p.Name == "" {
		return nil
	}
	return templ.Attributes{
		"hx-post": string(action) + "?part=" + p.Name, "hx-target": "closest [data-ginclerk-part]", "hx-swap": "outerHTML",
	}
}
