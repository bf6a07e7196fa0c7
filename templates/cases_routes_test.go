package templates_test

import (
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func routeCases() []pagetest.Case {
	frame := pagetest.Page("Routes", "", pagetest.Ada())
	rows := []templates.RouteRow{
		{Methods: "GET HEAD", Path: "/", Needs: "public", Guards: []string{"Attach", "Protect(public)"}},
		{Methods: "ANY", Path: "/__clerk/*path", Needs: "ginclerk", Guards: []string{"Attach(exempt)", "Protect(exempt)", "Frontend API proxy"}},
		{Methods: "GET HEAD", Path: "/admin", Needs: "session", Guarded: true, Guards: []string{"Attach", "Protect(admin: Role(org:admin))"}},
		{
			Methods: "POST", Path: "/organizations/:organization/invoices/:invoice/payments", Needs: "session", Guarded: true,
			Guards: []string{"Attach", "Protect(session, API)", "RateLimit(session-actions: 30 in 1m0s by caller)", "MaxTokenAge(1h0m0s)"},
		},
		{Methods: "GET", Path: "/reports", Needs: "none", Unguarded: true},
	}
	return []pagetest.Case{
		{Name: "routes", Page: templates.RoutesPage(templates.RoutesView{Page: frame, Routes: rows})},
		{Name: "routes-warnings", Page: templates.RoutesPage(templates.RoutesView{Page: frame, Routes: rows, Warnings: []string{
			"No guard covers GET /reports: list as public what is meant to be open.",
			"The pattern /dashboard(.*) of Rules.Public matches GET /dashboards too: /dashboard/:path* keeps to whole segments.",
		}})},
		{Name: "routes-none", Page: templates.RoutesPage(templates.RoutesView{Page: frame})},
	}
}
