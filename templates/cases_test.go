package templates_test

import (
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func cases() []pagetest.Case {
	var all []pagetest.Case
	all = append(all, userCases()...)
	all = append(all, sessionCases()...)
	all = append(all, accountCases()...)
	all = append(all, organizationCases()...)
	all = append(all, deviceCases()...)
	all = append(all, signOutCases()...)
	all = append(all, problemCases()...)
	all = append(all, verifyCases()...)
	all = append(all, signInAgainCases()...)
	all = append(all, waitingCases()...)
	all = append(all, routeCases()...)
	all = append(all, activityCases()...)
	all = append(all, adminCases()...)
	return append(all, zeroCases()...)
}

func userCases() []pagetest.Case {
	return []pagetest.Case{
		{Name: "unauthorized", Page: templates.UnauthorizedPage(templates.UnauthorizedView{
			Page: pagetest.Page("You don’t have access", "", pagetest.Grace()), Name: "Grace Hopper", Email: "grace@example.com",
			Organization: templates.Organization{Name: "Analytical Engines", Role: "org:member"}, Required: "the role org:admin",
			SwitchURL: "/sessions/accounts", OrganizationsURL: "/sessions/organizations", BackURL: "/dashboard", Reason: "role-missing", RequestID: "01JQ4Z6T9M",
		})},
		{Name: "unauthorized-personal", Page: templates.UnauthorizedPage(templates.UnauthorizedView{
			Page: pagetest.Page("You don’t have access", "", pagetest.Grace()), Email: "grace@example.com", BackURL: "/dashboard",
		})},
		{Name: "unauthorized-choose", Page: templates.UnauthorizedPage(templates.UnauthorizedView{
			Page: pagetest.Page("You don’t have access", "", pagetest.Grace()), Email: "grace@example.com", Required: "the role org:admin",
			SwitchURL: "/sessions/accounts", OrganizationsURL: "/sessions/organizations", BackURL: "/dashboard",
		})},
	}
}

// acting is Ada while an impersonator from support acts as her.
func acting() templates.Viewer {
	v := pagetest.Ada()
	v.ActsAs = "user_2supportStaff acts as ada@example.com."
	return v
}

func sessionCases() []pagetest.Case {
	view := templates.SessionView{
		Page: pagetest.Page("This session", "nav-session", pagetest.Ada()), SessionID: pagetest.SessionID(1), Status: "active", Active: true,
		Created:    templates.Time{Text: "9 Mar 2026, 08:12 UTC", RFC3339: "2026-03-09T08:12:00Z"},
		LastActive: templates.Time{Text: "just now", RFC3339: "2026-03-12T14:05:13Z"},
		Expires:    templates.Time{Text: "16 Mar 2026, 08:12 UTC", RFC3339: "2026-03-16T08:12:00Z"},
		Device:     "Chrome 128 on macOS", Organization: pagetest.Acme(), SignOutURL: "/sessions/sign-out",
		SignOutEverywhereURL: "/sessions/sign-out-everywhere", DevicesURL: "/sessions/devices", AccountsURL: "/sessions/accounts",
		OrganizationsURL: "/sessions/organizations",
	}
	pending := view
	pending.Status, pending.Active, pending.Device, pending.Organization = "pending", false, "", templates.Organization{}
	pending.LastActive, pending.SignOutEverywhereURL = templates.Time{}, ""
	pending.Notice = templates.Notice{Kind: templates.NoticeWarning, Text: "This session still has to choose an organization."}
	acted := view
	acted.Page, acted.Actor, acted.Acting = pagetest.Page("This session", "nav-session", acting()), "user_2supportStaff", true
	return []pagetest.Case{
		{Name: "session-acting", Page: templates.SessionPage(acted)},
		{Name: "session", Page: templates.SessionPage(view)},
		{Name: "session-pending", Page: templates.SessionPage(pending)},
	}
}

func accountCases() []pagetest.Case {
	view := func(p templates.Page, rows ...templates.AccountRow) templates.AccountsView {
		return templates.AccountsView{
			Page: p, Accounts: rows, SwitchURL: "/sessions/switch", SignOutURL: "/sessions/sign-out", AddAccountURL: "/sign-in?add=1",
		}
	}
	adaRow := templates.AccountRow{
		SessionID: pagetest.SessionID(1), Label: "ada@example.com", Name: "Ada Lovelace", Email: "ada@example.com", Initials: "AL",
		Organization: pagetest.Acme(), LastActive: templates.Time{Text: "just now", RFC3339: "2026-03-12T14:05:13Z"}, Current: true,
	}
	graceRow := templates.AccountRow{
		SessionID: pagetest.SessionID(2), Label: "grace@example.com", Name: "Grace Hopper", Email: "grace@example.com", Initials: "GH",
		LastActive: templates.Time{Text: "2 hours ago", RFC3339: "2026-03-12T12:05:13Z"},
	}
	switched := pagetest.Page("Accounts", "nav-accounts", pagetest.Ada())
	switched.Notice = templates.Notice{Kind: templates.NoticeSuccess, Text: "You are now using ada@example.com."}
	actedRow := adaRow
	actedRow.Actor = "user_2supportStaff acts as this user here."
	ownRow := adaRow
	ownRow.SessionID, ownRow.Current, ownRow.Kept = pagetest.SessionID(7), false, true
	return []pagetest.Case{
		{Name: "accounts-acting", Page: templates.AccountsPage(view(pagetest.Page("Accounts", "nav-accounts", acting()), actedRow, ownRow, graceRow))},
		{Name: "accounts-none", Page: templates.AccountsPage(view(pagetest.Page("Accounts", "nav-accounts", pagetest.Nobody())))},
		{Name: "accounts-one", Page: templates.AccountsPage(view(pagetest.Page("Accounts", "nav-accounts", pagetest.Ada()), adaRow))},
		{Name: "accounts-switched", Page: templates.AccountsPage(view(switched, adaRow, graceRow, templates.AccountRow{
			SessionID: pagetest.SessionID(3), Label: "alan@example.com", Email: "alan@example.com", Note: "Has to finish signing in",
		}))},
		{Name: "accounts-unusual-text", Page: templates.AccountsPage(view(pagetest.Page("Accounts", "nav-accounts", pagetest.Ada()), adaRow,
			templates.AccountRow{SessionID: `sess_"><script>`, Label: pagetest.Markup, Name: pagetest.Markup, Email: pagetest.Markup, Initials: "<>", Organization: templates.Organization{Name: pagetest.Markup, Role: pagetest.Markup}},
			templates.AccountRow{SessionID: pagetest.SessionID(4), Label: pagetest.Mail, Name: pagetest.Long, Email: pagetest.Mail, Initials: "WF", Organization: templates.Organization{Name: pagetest.Long, Role: "org:member"}},
			templates.AccountRow{SessionID: pagetest.SessionID(5), Label: "leila@example.com", Name: pagetest.Arabic, Email: "leila@example.com", Initials: "ل", Organization: templates.Organization{Name: pagetest.Hebrew, Role: "org:admin"}},
			templates.AccountRow{SessionID: pagetest.SessionID(6), Label: pagetest.SessionID(6)},
		))},
	}
}

func deviceCases() []pagetest.Case {
	view := func(p templates.Page, rows ...templates.DeviceRow) templates.DevicesView {
		return templates.DevicesView{Page: p, Devices: rows, RevokeURL: "/sessions/revoke", SignOutEverywhereURL: "/sessions/sign-out-everywhere"}
	}
	here := templates.DeviceRow{
		SessionID: pagetest.SessionID(1), Device: "Macintosh", Browser: "Chrome 128", Label: "Chrome 128 on Macintosh", IP: "203.0.113.7", Place: "Vienna, AT",
		LastActive: templates.Time{Text: "12 Mar 2026, 14:05", RFC3339: "2026-03-12T14:05:13Z"},
		Created:    templates.Time{Text: "9 Mar 2026, 08:12", RFC3339: "2026-03-09T08:12:00Z"}, Current: true,
	}
	phone := templates.DeviceRow{
		SessionID: pagetest.SessionID(2), Device: "iPhone", Browser: "Safari 18", Label: "Safari 18 on iPhone", Mobile: true, IP: "2001:db8:85a3:1234:5678:8a2e:370:7334", Place: "Graz, AT",
		LastActive: templates.Time{Text: "9 Mar 2026, 14:05", RFC3339: "2026-03-09T14:05:13Z"},
		Created:    templates.Time{Text: "1 Feb 2026, 08:12", RFC3339: "2026-02-01T08:12:00Z"},
	}
	many := view(pagetest.Page("Your devices", "nav-devices", pagetest.Ada()), here, phone, templates.DeviceRow{SessionID: pagetest.SessionID(3), Selected: true})
	many.SelectedURL, many.OthersURL, many.OthersText = "/sessions/devices/sign-out", "/sessions/sign-out-others", "Ends 2 other sessions of your account."
	many.SelectAll = templates.Link{Label: "Select all others", URL: "/sessions/devices?select=others"}
	many.Count = "1000 sessions, of which 101 to 200 are shown."
	many.Newer, many.Older = templates.Link{Label: "Newer", URL: "/sessions/devices?offset=0"}, templates.Link{Label: "Older", URL: "/sessions/devices?offset=200"}
	many.JobText, many.JobLink = "Signing out on all other devices is under way.", templates.Link{Label: "Show progress", URL: "/sessions/sign-outs/1"}
	revoked := pagetest.Page("Your devices", "nav-devices", pagetest.Ada())
	revoked.Notice = templates.Notice{Kind: templates.NoticeError, Text: "Clerk could not be reached, so the device is still signed in. Try again in a minute."}
	actedHere, ownPhone := here, phone
	actedHere.Actor, ownPhone.Kept = "user_2supportStaff", true
	acted := view(pagetest.Page("Your devices", "nav-devices", acting()), actedHere, ownPhone, templates.DeviceRow{
		SessionID: pagetest.SessionID(3), Device: "Linux", Label: "Firefox 140 on Linux", Actor: "user_2supportStaff",
		LastActive: phone.LastActive, Created: phone.Created,
	})
	acted.ActingText, acted.Acting = "You act as this user. You can end sessions in which you do so; the user’s own stay signed in.", true
	acted.SelectedURL, acted.OthersURL = "/sessions/devices/sign-out", "/sessions/sign-out-others"
	acted.OthersText = "Ends 1 other session in which you act as this user. You stay signed in here."
	acted.SelectAll = templates.Link{Label: "Select all others", URL: "/sessions/devices?select=others"}
	odd := pagetest.Ada()
	odd.ActsAs = pagetest.Markup + " acts as " + pagetest.Mail + "."
	return []pagetest.Case{
		{Name: "devices-acting", Page: templates.DevicesPage(acted)},
		{Name: "devices-acting-unusual-text", Page: templates.DevicesPage(view(pagetest.Page("Your devices", "nav-devices", odd), templates.DeviceRow{
			SessionID: pagetest.SessionID(1), Device: pagetest.Markup, Actor: pagetest.Markup + pagetest.Long, Current: true,
		}))},
		{Name: "devices-none", Page: templates.DevicesPage(view(pagetest.Page("Your devices", "nav-devices", pagetest.Ada())))},
		{Name: "devices-one", Page: templates.DevicesPage(view(pagetest.Page("Your devices", "nav-devices", pagetest.Ada()), here))},
		{Name: "devices-many", Page: templates.DevicesPage(many)},
		{Name: "devices-error", Page: templates.DevicesPage(view(revoked, here, phone, templates.DeviceRow{SessionID: pagetest.SessionID(3)}))},
		{Name: "devices-fifty", Page: templates.DevicesPage(view(pagetest.Page("Your devices", "nav-devices", pagetest.Ada()), fifty(here, phone)...))},
		{Name: "devices-unusual-text", Page: templates.DevicesPage(view(pagetest.Page("Your devices", "nav-devices", pagetest.Ada()),
			templates.DeviceRow{SessionID: pagetest.SessionID(1), Device: pagetest.Markup, Browser: pagetest.Markup, Label: pagetest.Markup, IP: pagetest.Markup, Place: pagetest.Markup, LastActive: templates.Time{Text: pagetest.Markup, RFC3339: `"><script>`}},
			templates.DeviceRow{SessionID: pagetest.SessionID(2), Device: pagetest.Long, Browser: pagetest.Long, Label: pagetest.Long, IP: "::ffff:203.0.113.7", Place: pagetest.Long, Current: true},
			templates.DeviceRow{SessionID: pagetest.SessionID(3), Device: pagetest.Arabic, Browser: pagetest.Hebrew, Label: pagetest.Arabic, Place: pagetest.Hebrew},
		))},
	}
}

func signOutCases() []pagetest.Case {
	devices := templates.Link{Label: "Your devices", URL: "/sessions/devices"}
	running := templates.SignOutView{
		Page: pagetest.Page("Signing out on all devices", "", pagetest.Ada()), Running: true, Summary: "12 of 30 sessions done.",
		Detail: "This goes on when you close the page.", EventsURL: "/sessions/sign-outs/1/events", Primary: devices,
		Counts: templates.SignOutCounts{Total: "30", Settled: "12", Left: "18", Ended: "11", Gone: "1", Failed: "0"},
	}
	running.RefreshSeconds, running.ScriptURL = "2", "/static/signouts.js"
	beginning := running
	beginning.Summary, beginning.Counts = "Looking for your sessions.", templates.SignOutCounts{}
	failed := templates.SignOutView{
		Page: pagetest.Page("Not everything is signed out", "", pagetest.Ada()), Summary: "30 sessions: 27 signed out, 1 already gone, 2 failed.",
		Problem: "Clerk couldn’t be asked for all of your sessions, so there may be more.", RetryURL: "/sessions/sign-outs/1/retry",
		Counts: templates.SignOutCounts{Total: "30", Settled: "30", Left: "0", Ended: "27", Gone: "1", Failed: "2"}, Primary: devices,
		Failures: []templates.SignOutFailure{
			{SessionID: pagetest.SessionID(1), Device: "Chrome 128 on Macintosh", Why: "Clerk refused to end it, and it lives on."},
			{SessionID: `sess_"><script>`, Device: pagetest.Markup, Why: pagetest.Markup},
			{SessionID: pagetest.SessionID(2)},
		},
		MoreFailures: "And 900 more.",
	}
	return []pagetest.Case{
		{Name: "sign-out-beginning", Page: templates.SignOutPage(beginning)},
		{Name: "sign-out-running", Page: templates.SignOutPage(running)},
		{Name: "sign-out-failed", Page: templates.SignOutPage(failed)},
		{Name: "sign-out-finished", Page: templates.SignOutPage(templates.SignOutView{
			Page: pagetest.Page("Signed out on all devices", "", pagetest.Nobody()), Summary: "30 sessions: 30 signed out, 0 already gone, 0 failed.",
			Counts:  templates.SignOutCounts{Total: "30", Settled: "30", Left: "0", Ended: "30", Gone: "0", Failed: "0"},
			Primary: templates.Link{Label: "Home", URL: "/"}, Secondary: devices,
		})},
	}
}

func fifty(here, other templates.DeviceRow) []templates.DeviceRow {
	rows := []templates.DeviceRow{here}
	for i := 2; i <= 50; i++ {
		other.SessionID, other.Mobile = pagetest.SessionID(i), i%2 == 0
		rows = append(rows, other)
	}
	return rows
}

func problemCases() []pagetest.Case {
	home := templates.Link{Label: "Go to the start page", URL: "/"}
	again := templates.Link{Label: "Try again", URL: "/dashboard"}
	signIn := templates.Link{Label: "Sign in", URL: "/sign-in"}
	problems := []struct {
		name               string
		view               templates.ProblemView
		primary, secondary templates.Link
	}{
		{"problem-400", templates.ProblemView{Status: "400", What: "The form did not say which session it is about.", Todo: "Go back, reload the page and press the button again."}, home, templates.Link{}},
		{"problem-401", templates.ProblemView{Status: "401", What: "Your session has ended, so this page can’t be shown.", Todo: "Sign in again.", Reason: "session-token-and-uat-missing"}, signIn, home},
		{"problem-403", templates.ProblemView{Status: "403", What: "The form came from another site.", Todo: "Open the page here and send the form again."}, home, templates.Link{}},
		{"problem-404", templates.ProblemView{Status: "404", What: "There is nothing at this address.", Todo: "Check the address, or start over."}, home, templates.Link{}},
		{"problem-429", templates.ProblemView{Status: "429", What: "Too many requests came from your account.", Todo: "Wait 8 seconds, then try again."}, again, templates.Link{}},
		{"problem-503", templates.ProblemView{Status: "503", What: "Clerk can’t be reached, so we can’t tell who you are. You have not been signed out.", Todo: "Try again in a minute.", Reason: "ginclerk-keys-unavailable", RequestID: "01JQ4Z6T9M"}, again, home},
		{"problem-loop", templates.ProblemView{Status: "508", What: "Signing in brought you back here three times without a session.", Todo: "Allow cookies for this site, check your computer’s clock, then sign in again.", Reason: "ginclerk-sign-in-loop"}, signIn, home},
		{"problem-unusual-text", templates.ProblemView{Status: pagetest.Markup, What: pagetest.Arabic, Todo: pagetest.Markup, Reason: pagetest.Long + pagetest.Mail, RequestID: pagetest.Markup}, templates.Link{Label: pagetest.Markup, URL: "/?a=1&b=%22"}, templates.Link{}},
	}
	titles := map[string]string{
		"400": "That request can’t be used", "401": "You are signed out", "403": "That came from elsewhere", "404": "Page not found",
		"429": "Slow down a little", "503": "We can’t check your session", "508": "Signing in goes round in circles", pagetest.Markup: pagetest.Hebrew,
	}
	var all []pagetest.Case
	for _, p := range problems {
		p.view.Page = pagetest.Page(titles[p.view.Status], "", pagetest.Nobody())
		p.view.Primary, p.view.Secondary = p.primary, p.secondary
		all = append(all, pagetest.Case{Name: p.name, Page: templates.ProblemPage(p.view)})
	}
	return all
}

// zeroCases are empty views with a title. Each is a whole page: every field may be missing.
func zeroCases() []pagetest.Case {
	p := pagetest.Empty()
	return []pagetest.Case{
		{Name: "zero-unauthorized", Page: templates.UnauthorizedPage(templates.UnauthorizedView{Page: p})},
		{Name: "zero-session", Page: templates.SessionPage(templates.SessionView{Page: p, SignOutURL: "/sign-out"})},
		{Name: "zero-accounts", Page: templates.AccountsPage(templates.AccountsView{Page: p})},
		{Name: "zero-organizations", Page: templates.OrganizationsPage(templates.OrganizationsView{Page: p})},
		{Name: "zero-devices", Page: templates.DevicesPage(templates.DevicesView{Page: p})},
		{Name: "zero-sign-out", Page: templates.SignOutPage(templates.SignOutView{Page: p})},
		{Name: "zero-routes", Page: templates.RoutesPage(templates.RoutesView{Page: p})},
		{Name: "zero-problem", Page: templates.ProblemPage(templates.ProblemView{Page: p})},
	}
}
