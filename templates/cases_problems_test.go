package templates_test

import (
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func userCases() []pagetest.Case {
	words := localization.English()
	view := templates.UnauthorizedView{
		Page: pagetest.Page(words.Text("problem.forbidden.title"), "", pagetest.Grace()), What: words.Text("problem.forbidden.what"),
		Name: "Grace Hopper", Email: "grace@example.com", Organization: templates.Organization{Name: "Analytical Engines", Role: "Member"},
		Required: words.Text("access.role", "role", "Admin"), SwitchURL: "/sessions/accounts", OrganizationsURL: "/sessions/organizations",
		SwitchOrganizationURL: "/sessions/organizations/switch", ReturnTo: "/admin", BackURL: "/dashboard", Reference: "K7QM-2FXP",
		Todo: []string{words.Text("access.todo-organizations"), words.Text("access.todo-account"), words.Text("access.todo-ask")},
	}
	elsewhere := view
	elsewhere.Todo = []string{words.Text("access.todo-here"), words.Text("access.todo-account"), words.Text("access.todo-ask")}
	elsewhere.Organizations = []templates.OrganizationChoice{
		{ID: "org_2", Label: words.Text("access.switch-to-role", "organization", "Globex", "role", "Admin")},
		{ID: "org_3", Label: words.Text("access.switch-to-role", "organization", pagetest.Arabic, "role", pagetest.Markup)},
	}
	personal := templates.UnauthorizedView{Page: view.Page, What: view.What, Email: view.Email, BackURL: "/dashboard", Todo: view.Todo[1:]}
	choose := personal
	choose.Page, choose.What = pagetest.Page(words.Text("problem.organization-required.title"), "", pagetest.Grace()), words.Text("problem.organization-required.what")
	choose.Required, choose.OrganizationsURL, choose.Todo = view.Required, view.OrganizationsURL, []string{words.Text("problem.organization-required.todo")}
	return []pagetest.Case{
		{Name: "unauthorized", Page: templates.UnauthorizedPage(view)},
		{Name: "unauthorized-elsewhere", Page: templates.UnauthorizedPage(elsewhere)},
		{Name: "unauthorized-personal", Page: templates.UnauthorizedPage(personal)},
		{Name: "unauthorized-choose", Page: templates.UnauthorizedPage(choose)},
	}
}

func problemCases() []pagetest.Case {
	words := localization.English()
	home, again := templates.Link{Label: words.Text("problem.home"), URL: "/"}, templates.Link{Label: words.Text("step.try-again"), URL: "/dashboard"}
	problem := func(row string) templates.ProblemView {
		row = "problem." + row
		return templates.ProblemView{
			Page: pagetest.Page(words.Text(row+".title"), "", pagetest.Nobody()), What: words.Text(row + ".what"), Todo: words.Text(row + ".todo"),
			Primary: again, Secondary: home, Reference: "K7QM-2FXP",
		}
	}
	limited := problem("rate-limited")
	limited.Todo = words.Text("problem.wait", "duration", words.Text("time.seconds", "count", 7))
	missing := problem("not-found")
	missing.Primary, missing.Secondary = home, templates.Link{}
	kept := problem("unavailable")
	kept.What += " " + words.Text("problem.form.kept")
	kept.Primary, kept.Secondary = templates.Link{Label: words.Text("step.send-later"), URL: "/sessions/forms"}, home
	return []pagetest.Case{
		{Name: "problem-bad-request", Page: templates.ProblemPage(problem("bad-request"))},
		{Name: "problem-not-found", Page: templates.ProblemPage(missing)},
		{Name: "problem-rate-limited", Page: templates.ProblemPage(limited)},
		{Name: "problem-form-kept", Page: templates.ProblemPage(kept)},
		{Name: "problem-sign-in-loop", Page: templates.ProblemPage(problem("sign-in-loop"))},
		{Name: "problem-unusual-text", Page: templates.ProblemPage(templates.ProblemView{
			Page: pagetest.Page(pagetest.Hebrew, "", pagetest.Nobody()), What: pagetest.Arabic, Todo: pagetest.Markup, Reference: pagetest.Long + pagetest.Mail,
			Primary: templates.Link{Label: pagetest.Markup, URL: "/?a=1&b=%22"},
		})},
	}
}
