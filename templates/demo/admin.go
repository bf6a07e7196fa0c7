package demo

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// AdminView is the view of [AdminPage].
type AdminView struct {
	templates.Page
	// User is the administrator: a name or an e-mail address.
	User string
	// Organization is the active organization, with the role that opened the page.
	Organization templates.Organization
	// Permissions are the permissions in the session token, such as "org:billing:manage". Empty: the list is left out.
	Permissions []string
	// UsersURL leads to the pages on which an administrator manages the devices of members. Empty: the link is left out.
	UsersURL templ.SafeURL
	// BackURL leads to the dashboard. Empty: the link is left out.
	BackURL templ.SafeURL
}
