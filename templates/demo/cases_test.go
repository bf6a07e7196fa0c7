package demo_test

import (
	"context"
	"io"
	"slices"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/demo"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func cases() []pagetest.Case {
	all := slices.Concat(homeCases(), userCases(), noteCases(), liveCases(), zeroCases())
	for i := range all {
		all[i].Page = spoken(all[i].Page)
	}
	return all
}

// spoken is a page with the demo's sentences.
func spoken(page templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		sources, err := demo.Sentences()
		if err != nil {
			return err
		}
		catalog, err := localization.New(localization.Config{Sources: sources})
		if err != nil {
			return err
		}
		return page.Render(localization.NewContext(ctx, catalog.Language("en")), w)
	})
}

func homeCases() []pagetest.Case {
	routes := []demo.RouteGroup{
		{Title: "Pages", Routes: []demo.RouteLink{
			{Method: "GET", Path: "/", URL: "/", Text: "This page.", Access: "public"},
			{Method: "GET", Path: "/dashboard", URL: "/dashboard", Text: "Who you are, from the session token.", Access: "session"},
			{Method: "GET", Path: "/admin", URL: "/admin", Text: "Only for administrators of the organization.", Access: "org:admin"},
		}},
		{Title: "API", Routes: []demo.RouteLink{
			{Method: "GET", Path: "/api/public/time", URL: "/api/public/time", Text: "An answer for everybody.", Access: "public"},
			{Method: "GET", Path: "/api/protected", URL: "/api/protected", Text: "User, session, e-mail and role as JSON; 401 when signed out.", Access: "session"},
			{Method: "POST", Path: "/api/webhooks/clerk", Text: "Where Clerk reports events."},
		}},
	}
	embedded := demo.EmbeddedClerk{
		Active: true, SignInURL: "/sign-in", AddAccountURL: "/sign-in/add-account", Hint: "Codes sent by e-mail are always 424242.",
		Users: []demo.EmbeddedUser{
			{Name: "Ada Lovelace", Email: "ada@example.com", Password: "vivid-otter-8143", Note: "Admin of Analytical Engines"},
			{Name: "Grace Hopper", Email: "grace@example.com", Password: "calm-falcon-2076", Note: "Member; signed in on several devices"},
			{Name: "Alan Turing", Email: "alan@example.com", Password: "brisk-heron-5521", Note: "No organization"},
		},
	}
	stories := []demo.Story{
		{Title: "Find a device and sign it out", Text: "Dana is signed in on four devices.", Link: templates.Link{Label: "Your devices", URL: "/sessions/devices"}, TestID: "story-devices"},
		{Title: "Send a form after your session has ended", Text: "The note waits until you’re back.", Link: templates.Link{Label: "Write a note", URL: "/notes"}, TestID: "story-form"},
	}
	withBanner := pagetest.Page("Sessions for Gin", "nav-home", pagetest.Ada())
	withBanner.EmbeddedBanner = "Embedded Clerk: users are made up, and sessions end with this program."
	return []pagetest.Case{
		{Name: "home-signed-out", Page: demo.HomePage(demo.HomeView{Page: pagetest.Page("Sessions for Gin", "nav-home", pagetest.Nobody()), Routes: routes})},
		{Name: "home-embedded", Page: demo.HomePage(demo.HomeView{Page: withBanner, Stories: stories, Routes: routes, Embedded: embedded})},
	}
}

func userCases() []pagetest.Case {
	dashboard := demo.DashboardView{
		Page: pagetest.Page("Hello, Ada", "nav-dashboard", pagetest.Ada()), Name: "Ada Lovelace", Email: "ada@example.com",
		UserID: "user_2abcdEFGHijklMNOPqrstUVWX", SessionID: pagetest.SessionID(1), Organization: pagetest.Acme(),
		TokenExpires: templates.Time{Text: "in 47 seconds", RFC3339: "2026-03-12T14:06:00Z"},
		Links: []demo.DashboardLink{
			{Label: "This session", URL: "/sessions", Text: "When it began, when it ends, and how to end it.", TestID: "to-session"},
			{Label: "Accounts on this browser", URL: "/sessions/accounts", Text: "Switch, or add another account.", TestID: "to-accounts"},
			{Label: "Your devices", URL: "/sessions/devices", Text: "Where else you are signed in.", TestID: "to-devices"},
		},
		API: []demo.RouteLink{
			{Method: "GET", Path: "/api/protected", URL: "/api/protected", Text: "User, session, e-mail and role as JSON.", Access: "session"},
			{Method: "GET", Path: "/api/limited", URL: "/api/limited", Text: "Ten calls in ten seconds, then 429."},
		},
	}
	unusual := dashboard
	unusual.Page = pagetest.Page(pagetest.Markup, "nav-dashboard", templates.Viewer{SignedIn: true, Name: pagetest.Long, Email: pagetest.Mail, Initials: "WF", SessionURL: "/sessions", AccountsURL: "/sessions/accounts"})
	unusual.Name, unusual.Email, unusual.UserID = pagetest.Arabic, pagetest.Mail, pagetest.Markup
	unusual.Organization = templates.Organization{Name: pagetest.Hebrew, Role: "org:" + pagetest.Markup}
	return []pagetest.Case{
		{Name: "dashboard", Page: demo.DashboardPage(dashboard)},
		{Name: "dashboard-unusual-text", Page: demo.DashboardPage(unusual)},
		{Name: "admin", Page: demo.AdminPage(demo.AdminView{
			Page: pagetest.Page("Administration", "nav-admin", pagetest.Ada()), User: "Ada Lovelace", Organization: pagetest.Acme(),
			Permissions: []string{"org:sys_memberships:manage", "org:billing:read"}, UsersURL: "/sessions/users", BackURL: "/dashboard",
		})},
	}
}

func noteCases() []pagetest.Case {
	empty := demo.NotesView{
		Page: pagetest.Page("Notes", "nav-notes", pagetest.Ada()), AddURL: "/notes", MaxLength: 4000, ExportURL: "/notes/export", DeleteURL: "/settings/danger",
	}
	some := empty
	some.Notes = []demo.Note{
		{Text: "Two lines\nand <b>no markup</b>.", Written: templates.Time{Text: "12 Mar 2026, 14:05 UTC", RFC3339: "2026-03-12T14:05:13Z"}},
		{Text: pagetest.Markup},
		{Text: pagetest.Arabic},
		{Text: pagetest.Mail + pagetest.Mail},
	}
	danger := demo.DangerView{Page: pagetest.Page("Danger zone", "", pagetest.Ada()), Notes: 1, DeleteURL: "/settings/danger", BackURL: "/notes"}
	many := danger
	many.Notes = 12
	return []pagetest.Case{
		{Name: "notes-none", Page: demo.NotesPage(empty)},
		{Name: "notes-some", Page: demo.NotesPage(some)},
		{Name: "zero-notes", Page: demo.NotesPage(demo.NotesView{Page: pagetest.Empty()})},
		{Name: "danger-one", Page: demo.DangerPage(danger)},
		{Name: "danger-many", Page: demo.DangerPage(many)},
		{Name: "zero-danger", Page: demo.DangerPage(demo.DangerView{Page: pagetest.Empty()})},
	}
}

func liveCases() []pagetest.Case {
	return []pagetest.Case{
		{Name: "live", Page: demo.LivePage(demo.LiveView{
			Page: pagetest.Page("Live", "nav-live", pagetest.Ada()), EventsURL: "/live/events", ScriptURL: "/assets/live.js", SignInURL: "/sign-in", DevicesURL: "/sessions/devices",
		})},
		{Name: "zero-live", Page: demo.LivePage(demo.LiveView{
			Page: pagetest.Empty(), SignInURL: "/sign-in",
		})},
		{Name: "dashboard-call", Page: demo.DashboardPage(demo.DashboardView{
			Page: pagetest.Page("Dashboard", "nav-dashboard", pagetest.Ada()), CallURL: "/api/protected",
			TokenURL: "/sessions/token", CallScriptURL: "/assets/callapi.js",
		})},
	}
}

// zeroCases are empty views with a title. Each is a whole page: every field may be missing.
func zeroCases() []pagetest.Case {
	p := pagetest.Empty()
	signedIn := p
	signedIn.Viewer = templates.Viewer{SignedIn: true, SessionURL: "/sessions"}
	signedIn.ScriptURL = "/static/ginclerk.js"
	signedIn.Notice = templates.Notice{Text: "The kind of this notice is not set."}
	return []pagetest.Case{
		{Name: "zero-home", Page: demo.HomePage(demo.HomeView{Page: p, Embedded: demo.EmbeddedClerk{Active: true}})},
		{Name: "zero-dashboard", Page: demo.DashboardPage(demo.DashboardView{Page: signedIn})},
		{Name: "zero-admin", Page: demo.AdminPage(demo.AdminView{Page: p})},
	}
}
