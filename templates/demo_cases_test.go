package templates_test

import "github.com/ginclerk/ginclerk/templates"

// demoCases are pages of an example application, beside home, dashboard and admin.
func demoCases() []testCase {
	return append(noteCases(), liveCases()...)
}

func noteCases() []testCase {
	empty := templates.NotesView{
		Page: page("Notes", "nav-notes", ada()), AddURL: "/notes", MaxLength: 4000, ExportURL: "/notes/export", DeleteURL: "/settings/danger",
	}
	some := empty
	some.Notes = []templates.Note{
		{Text: "Two lines\nand <b>no markup</b>.", Written: templates.Time{Text: "12 Mar 2026, 14:05 UTC", RFC3339: "2026-03-12T14:05:13Z"}},
		{Text: markup},
		{Text: arabic},
		{Text: mail + mail},
	}
	danger := templates.DangerView{Page: page("Danger zone", "", ada()), Notes: 1, DeleteURL: "/settings/danger", BackURL: "/notes"}
	many := danger
	many.Notes = 12
	return []testCase{
		{"notes-none", templates.NotesPage(empty)},
		{"notes-some", templates.NotesPage(some)},
		{"zero-notes", templates.NotesPage(templates.NotesView{Page: templates.Page{Title: "Empty", HomeURL: "/", StylesheetURL: stylesheet}})},
		{"danger-one", templates.DangerPage(danger)},
		{"danger-many", templates.DangerPage(many)},
		{"zero-danger", templates.DangerPage(templates.DangerView{Page: templates.Page{Title: "Empty", HomeURL: "/", StylesheetURL: stylesheet}})},
	}
}

func liveCases() []testCase {
	return []testCase{
		{"live", templates.LivePage(templates.LiveView{
			Page: page("Live", "nav-live", ada()), EventsURL: "/live/events", ScriptURL: "/assets/live.js", SignInURL: "/sign-in", DevicesURL: "/sessions/devices",
		})},
		{"zero-live", templates.LivePage(templates.LiveView{
			Page: templates.Page{Title: "Empty", HomeURL: "/", StylesheetURL: stylesheet}, SignInURL: "/sign-in",
		})},
		{"dashboard-call", templates.DashboardPage(templates.DashboardView{
			Page: page("Dashboard", "nav-dashboard", ada()), CallURL: "/api/protected",
			TokenURL: "/sessions/token", FetchScriptURL: "/static/fetchwithauth.js", CallScriptURL: "/assets/callapi.js",
		})},
	}
}
