package templates_test

import (
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func organizationCases() []pagetest.Case {
	view := func(change func(*templates.OrganizationsView), rows ...templates.OrganizationRow) templates.OrganizationsView {
		v := templates.OrganizationsView{
			Page: pagetest.Page("Your organizations", "", pagetest.Ada()), Organizations: rows,
			SwitchURL: "/sessions/organizations/switch", AccountsURL: "/sessions/accounts",
		}
		if change != nil {
			change(&v)
		}
		return v
	}
	acme := templates.OrganizationRow{ID: "org_1", Name: "Analytical Engines", Slug: "analytical-engines", Role: "Admin", Initials: "AE"}
	globex := templates.OrganizationRow{ID: "org_2", Name: "Globex", Slug: "globex", Role: "org:member", Initials: "G"}
	current := acme
	current.Current = true
	return []pagetest.Case{
		{Name: "organizations", Page: templates.OrganizationsPage(view(nil, current, globex))},
		{Name: "organizations-asked", Page: templates.OrganizationsPage(view(func(v *templates.OrganizationsView) {
			v.Asked, v.Personal, v.ReturnTo = true, true, "/admin?tab=members"
		}, acme, globex))},
		{Name: "organizations-none", Page: templates.OrganizationsPage(view(func(v *templates.OrganizationsView) { v.Personal = true }))},
		{Name: "organizations-fixed", Page: templates.OrganizationsPage(view(func(v *templates.OrganizationsView) {
			v.Fixed = "You switched to this account in this browser. Sign in to it again to change its organization."
		}, current, globex))},
		{Name: "organizations-unusual-text", Page: templates.OrganizationsPage(view(nil, current, templates.OrganizationRow{
			ID: `org_"><script>`, Name: pagetest.Markup, Slug: pagetest.Markup, Role: pagetest.Markup, Initials: "<>",
		}, templates.OrganizationRow{
			ID: "org_4", Name: pagetest.Long, Slug: pagetest.Long, Role: "org:member", Initials: "WF",
		}, templates.OrganizationRow{
			ID: "org_5", Name: pagetest.Arabic, Role: pagetest.Hebrew,
		}))},
	}
}
