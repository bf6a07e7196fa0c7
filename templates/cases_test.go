package templates_test

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// testCase is one page in one state. Every test of this package runs over all of them.
type testCase struct {
	name string // of the golden file
	page templ.Component
}

const (
	markup = `<script>alert("1")</script><b onclick='x'>O'Neil & Söhne</b>`
	arabic = "ليلى عبد الرحمن الحسيني"
	hebrew = "חברת הדוגמה בע״מ"
	long   = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley-Majoribanks the Third of Ashby-de-la-Zouch"
	mail   = "averyveryveryveryverylongmailboxnamewithoutanybreak.anothersegment@subdomain.of.a.rather.long.example.organization"
)

func cases() []testCase {
	var all []testCase
	all = append(all, homeCases()...)
	all = append(all, demoCases()...)
	all = append(all, userCases()...)
	all = append(all, sessionCases()...)
	all = append(all, accountCases()...)
	all = append(all, deviceCases()...)
	all = append(all, signOutCases()...)
	all = append(all, problemCases()...)
	all = append(all, verifyCases()...)
	all = append(all, signInAgainCases()...)
	all = append(all, waitingCases()...)
	return append(all, zeroCases()...)
}

func homeCases() []testCase {
	routes := []templates.RouteGroup{
		{Title: "Pages", Routes: []templates.RouteLink{
			{Method: "GET", Path: "/", URL: "/", Text: "This page.", Access: "public"},
			{Method: "GET", Path: "/dashboard", URL: "/dashboard", Text: "Who you are, from the session token.", Access: "session"},
			{Method: "GET", Path: "/admin", URL: "/admin", Text: "Only for administrators of the organization.", Access: "org:admin"},
		}},
		{Title: "API", Routes: []templates.RouteLink{
			{Method: "GET", Path: "/api/public/time", URL: "/api/public/time", Text: "An answer for everybody.", Access: "public"},
			{Method: "GET", Path: "/api/protected", URL: "/api/protected", Text: "User, session, e-mail and role as JSON; 401 when signed out.", Access: "session"},
			{Method: "POST", Path: "/api/webhooks/clerk", Text: "Where Clerk reports events."},
		}},
	}
	embedded := templates.EmbeddedClerk{
		Active: true, SignInURL: "/sign-in", AddAccountURL: "/sign-in/add-account", Hint: "Codes sent by e-mail are always 424242.",
		Users: []templates.EmbeddedUser{
			{Name: "Ada Lovelace", Email: "ada@example.com", Password: "vivid-otter-8143", Note: "Admin of Analytical Engines"},
			{Name: "Grace Hopper", Email: "grace@example.com", Password: "calm-falcon-2076", Note: "Member; signed in on several devices"},
			{Name: "Alan Turing", Email: "alan@example.com", Password: "brisk-heron-5521", Note: "No organization"},
		},
	}
	withBanner := page("Sessions for Gin", "nav-home", ada())
	withBanner.EmbeddedBanner = "Embedded Clerk: users are made up, and sessions end with this program."
	return []testCase{
		{"home-signed-out", templates.HomePage(templates.HomeView{Page: page("Sessions for Gin", "nav-home", nobody()), Routes: routes})},
		{"home-embedded", templates.HomePage(templates.HomeView{Page: withBanner, Routes: routes, Embedded: embedded})},
	}
}

func userCases() []testCase {
	dashboard := templates.DashboardView{
		Page: page("Hello, Ada", "nav-dashboard", ada()), Name: "Ada Lovelace", Email: "ada@example.com",
		UserID: "user_2abcdEFGHijklMNOPqrstUVWX", SessionID: sessionID(1), Organization: acme(),
		TokenExpires: templates.Time{Text: "in 47 seconds", RFC3339: "2026-03-12T14:06:00Z"},
		Links: []templates.DashboardLink{
			{Label: "This session", URL: "/sessions", Text: "When it began, when it ends, and how to end it."},
			{Label: "Accounts on this browser", URL: "/sessions/accounts", Text: "Switch, or add another account."},
			{Label: "Your devices", URL: "/sessions/devices", Text: "Where else you are signed in."},
		},
		API: []templates.RouteLink{
			{Method: "GET", Path: "/api/protected", URL: "/api/protected", Text: "User, session, e-mail and role as JSON.", Access: "session"},
			{Method: "GET", Path: "/api/limited", URL: "/api/limited", Text: "Ten calls in ten seconds, then 429."},
		},
	}
	unusual := dashboard
	unusual.Page = page(markup, "nav-dashboard", templates.Viewer{SignedIn: true, Name: long, Email: mail, Initials: "WF", SessionURL: "/sessions", AccountsURL: "/sessions/accounts"})
	unusual.Name, unusual.Email, unusual.UserID = arabic, mail, markup
	unusual.Organization = templates.Organization{Name: hebrew, Role: "org:" + markup}
	return []testCase{
		{"dashboard", templates.DashboardPage(dashboard)},
		{"dashboard-unusual-text", templates.DashboardPage(unusual)},
		{"admin", templates.AdminPage(templates.AdminView{
			Page: page("Administration", "nav-admin", ada()), User: "Ada Lovelace", Organization: acme(),
			Permissions: []string{"org:sys_memberships:manage", "org:billing:read"}, BackURL: "/dashboard",
		})},
		{"unauthorized", templates.UnauthorizedPage(templates.UnauthorizedView{
			Page: page("You don’t have access", "", grace()), Name: "Grace Hopper", Email: "grace@example.com",
			Organization: templates.Organization{Name: "Analytical Engines", Role: "org:member"}, Required: "the role org:admin",
			SwitchURL: "/sessions/accounts", BackURL: "/dashboard", Reason: "role-missing", RequestID: "01JQ4Z6T9M",
		})},
		{"unauthorized-personal", templates.UnauthorizedPage(templates.UnauthorizedView{
			Page: page("You don’t have access", "", grace()), Email: "grace@example.com", BackURL: "/dashboard",
		})},
	}
}

// acting is somebody who acts as Ada.
func acting() templates.Viewer {
	v := ada()
	v.ActsAs = "user_2supportStaff acts as ada@example.com."
	return v
}

func sessionCases() []testCase {
	view := templates.SessionView{
		Page: page("This session", "nav-session", ada()), SessionID: sessionID(1), Status: "active", Active: true,
		Created:    templates.Time{Text: "9 Mar 2026, 08:12 UTC", RFC3339: "2026-03-09T08:12:00Z"},
		LastActive: templates.Time{Text: "just now", RFC3339: "2026-03-12T14:05:13Z"},
		Expires:    templates.Time{Text: "16 Mar 2026, 08:12 UTC", RFC3339: "2026-03-16T08:12:00Z"},
		Device:     "Chrome 128 on macOS", Organization: acme(), SignOutURL: "/sessions/sign-out",
		SignOutEverywhereURL: "/sessions/sign-out-everywhere", DevicesURL: "/sessions/devices", AccountsURL: "/sessions/accounts",
	}
	pending := view
	pending.Status, pending.Active, pending.Device, pending.Organization = "pending", false, "", templates.Organization{}
	pending.LastActive, pending.SignOutEverywhereURL = templates.Time{}, ""
	pending.Notice = templates.Notice{Kind: templates.NoticeWarning, Text: "This session still has to choose an organization."}
	acted := view
	acted.Page, acted.Actor, acted.Acting = page("This session", "nav-session", acting()), "user_2supportStaff", true
	return []testCase{
		{"session-acting", templates.SessionPage(acted)},
		{"session", templates.SessionPage(view)},
		{"session-pending", templates.SessionPage(pending)},
	}
}

func accountCases() []testCase {
	view := func(p templates.Page, rows ...templates.AccountRow) templates.AccountsView {
		return templates.AccountsView{
			Page: p, Accounts: rows, SwitchURL: "/sessions/switch", SignOutURL: "/sessions/sign-out", AddAccountURL: "/sign-in?add=1",
		}
	}
	adaRow := templates.AccountRow{
		SessionID: sessionID(1), Label: "ada@example.com", Name: "Ada Lovelace", Email: "ada@example.com", Initials: "AL",
		Organization: acme(), LastActive: templates.Time{Text: "just now", RFC3339: "2026-03-12T14:05:13Z"}, Current: true,
	}
	graceRow := templates.AccountRow{
		SessionID: sessionID(2), Label: "grace@example.com", Name: "Grace Hopper", Email: "grace@example.com", Initials: "GH",
		LastActive: templates.Time{Text: "2 hours ago", RFC3339: "2026-03-12T12:05:13Z"},
	}
	switched := page("Accounts", "nav-accounts", ada())
	switched.Notice = templates.Notice{Kind: templates.NoticeSuccess, Text: "You are now using ada@example.com."}
	actedRow := adaRow
	actedRow.Actor = "user_2supportStaff acts as this user here."
	ownRow := adaRow
	ownRow.SessionID, ownRow.Current, ownRow.Kept = sessionID(7), false, true
	return []testCase{
		{"accounts-acting", templates.AccountsPage(view(page("Accounts", "nav-accounts", acting()), actedRow, ownRow, graceRow))},
		{"accounts-none", templates.AccountsPage(view(page("Accounts", "nav-accounts", nobody())))},
		{"accounts-one", templates.AccountsPage(view(page("Accounts", "nav-accounts", ada()), adaRow))},
		{"accounts-switched", templates.AccountsPage(view(switched, adaRow, graceRow, templates.AccountRow{
			SessionID: sessionID(3), Label: "alan@example.com", Email: "alan@example.com", Note: "Has to finish signing in",
		}))},
		{"accounts-unusual-text", templates.AccountsPage(view(page("Accounts", "nav-accounts", ada()), adaRow,
			templates.AccountRow{SessionID: `sess_"><script>`, Label: markup, Name: markup, Email: markup, Initials: "<>", Organization: templates.Organization{Name: markup, Role: markup}},
			templates.AccountRow{SessionID: sessionID(4), Label: mail, Name: long, Email: mail, Initials: "WF", Organization: templates.Organization{Name: long, Role: "org:member"}},
			templates.AccountRow{SessionID: sessionID(5), Label: "leila@example.com", Name: arabic, Email: "leila@example.com", Initials: "ل", Organization: templates.Organization{Name: hebrew, Role: "org:admin"}},
			templates.AccountRow{SessionID: sessionID(6), Label: sessionID(6)},
		))},
	}
}

func deviceCases() []testCase {
	view := func(p templates.Page, rows ...templates.DeviceRow) templates.DevicesView {
		return templates.DevicesView{Page: p, Devices: rows, Zone: "UTC", RevokeURL: "/sessions/revoke", SignOutEverywhereURL: "/sessions/sign-out-everywhere"}
	}
	here := templates.DeviceRow{
		SessionID: sessionID(1), Device: "Macintosh", Browser: "Chrome 128", Label: "Chrome 128 on Macintosh", IP: "203.0.113.7", Place: "Vienna, AT",
		LastActive: templates.Time{Text: "12 Mar 2026, 14:05", RFC3339: "2026-03-12T14:05:13Z"},
		Created:    templates.Time{Text: "9 Mar 2026, 08:12", RFC3339: "2026-03-09T08:12:00Z"}, Current: true,
	}
	phone := templates.DeviceRow{
		SessionID: sessionID(2), Device: "iPhone", Browser: "Safari 18", Label: "Safari 18 on iPhone", Mobile: true, IP: "2001:db8:85a3:1234:5678:8a2e:370:7334", Place: "Graz, AT",
		LastActive: templates.Time{Text: "9 Mar 2026, 14:05", RFC3339: "2026-03-09T14:05:13Z"},
		Created:    templates.Time{Text: "1 Feb 2026, 08:12", RFC3339: "2026-02-01T08:12:00Z"},
	}
	many := view(page("Your devices", "nav-devices", ada()), here, phone, templates.DeviceRow{SessionID: sessionID(3), Selected: true})
	many.SelectedURL, many.OthersURL, many.OthersText = "/sessions/devices/sign-out", "/sessions/sign-out-others", "Ends 2 other sessions of your account."
	many.SelectAll = templates.Link{Label: "Select all others", URL: "/sessions/devices?select=others"}
	many.Count = "1000 sessions, of which 101 to 200 are shown."
	many.Newer, many.Older = templates.Link{Label: "Newer", URL: "/sessions/devices?offset=0"}, templates.Link{Label: "Older", URL: "/sessions/devices?offset=200"}
	many.JobText, many.JobLink = "Signing out on all other devices is under way.", templates.Link{Label: "Show progress", URL: "/sessions/sign-outs/1"}
	revoked := page("Your devices", "nav-devices", ada())
	revoked.Notice = templates.Notice{Kind: templates.NoticeError, Text: "Clerk could not be reached, so the device is still signed in. Try again in a minute."}
	actedHere, ownPhone := here, phone
	actedHere.Actor, ownPhone.Kept = "user_2supportStaff", true
	acted := view(page("Your devices", "nav-devices", acting()), actedHere, ownPhone, templates.DeviceRow{
		SessionID: sessionID(3), Device: "Linux", Label: "Firefox 140 on Linux", Actor: "user_2supportStaff",
		LastActive: phone.LastActive, Created: phone.Created,
	})
	acted.ActingText, acted.Acting = "You act as this user. You can end sessions in which you do so; the user’s own stay signed in.", true
	acted.SelectedURL, acted.OthersURL = "/sessions/devices/sign-out", "/sessions/sign-out-others"
	acted.OthersText = "Ends 1 other session in which you act as this user. You stay signed in here."
	acted.SelectAll = templates.Link{Label: "Select all others", URL: "/sessions/devices?select=others"}
	odd := ada()
	odd.ActsAs = markup + " acts as " + mail + "."
	return []testCase{
		{"devices-acting", templates.DevicesPage(acted)},
		{"devices-acting-unusual-text", templates.DevicesPage(view(page("Your devices", "nav-devices", odd), templates.DeviceRow{
			SessionID: sessionID(1), Device: markup, Actor: markup + long, Current: true,
		}))},
		{"devices-none", templates.DevicesPage(view(page("Your devices", "nav-devices", ada())))},
		{"devices-one", templates.DevicesPage(view(page("Your devices", "nav-devices", ada()), here))},
		{"devices-many", templates.DevicesPage(many)},
		{"devices-error", templates.DevicesPage(view(revoked, here, phone, templates.DeviceRow{SessionID: sessionID(3)}))},
		{"devices-fifty", templates.DevicesPage(view(page("Your devices", "nav-devices", ada()), fifty(here, phone)...))},
		{"devices-unusual-text", templates.DevicesPage(view(page("Your devices", "nav-devices", ada()),
			templates.DeviceRow{SessionID: sessionID(1), Device: markup, Browser: markup, Label: markup, IP: markup, Place: markup, LastActive: templates.Time{Text: markup, RFC3339: `"><script>`}},
			templates.DeviceRow{SessionID: sessionID(2), Device: long, Browser: long, Label: long, IP: "::ffff:203.0.113.7", Place: long, Current: true},
			templates.DeviceRow{SessionID: sessionID(3), Device: arabic, Browser: hebrew, Label: arabic, Place: hebrew},
		))},
	}
}

func signOutCases() []testCase {
	devices := templates.Link{Label: "Your devices", URL: "/sessions/devices"}
	running := templates.SignOutView{
		Page: page("Signing out on all devices", "", ada()), Running: true, Summary: "12 of 30 sessions done.",
		Detail: "This goes on when you close the page.", EventsURL: "/sessions/sign-outs/1/events", Primary: devices,
		Counts: templates.SignOutCounts{Total: "30", Settled: "12", Left: "18", Ended: "11", Gone: "1", Failed: "0"},
	}
	running.RefreshSeconds, running.ScriptURL = "2", "/static/signouts.js"
	beginning := running
	beginning.Summary, beginning.Counts = "Looking for your sessions.", templates.SignOutCounts{}
	failed := templates.SignOutView{
		Page: page("Not everything is signed out", "", ada()), Summary: "30 sessions: 27 signed out, 1 already gone, 2 failed.",
		Problem: "Clerk couldn’t be asked for all of your sessions, so there may be more.", RetryURL: "/sessions/sign-outs/1/retry",
		Counts: templates.SignOutCounts{Total: "30", Settled: "30", Left: "0", Ended: "27", Gone: "1", Failed: "2"}, Primary: devices,
		Failures: []templates.SignOutFailure{
			{SessionID: sessionID(1), Device: "Chrome 128 on Macintosh", Why: "Clerk refused to end it, and it lives on."},
			{SessionID: `sess_"><script>`, Device: markup, Why: markup},
			{SessionID: sessionID(2)},
		},
		MoreFailures: "And 900 more.",
	}
	return []testCase{
		{"sign-out-beginning", templates.SignOutPage(beginning)},
		{"sign-out-running", templates.SignOutPage(running)},
		{"sign-out-failed", templates.SignOutPage(failed)},
		{"sign-out-finished", templates.SignOutPage(templates.SignOutView{
			Page: page("Signed out on all devices", "", nobody()), Summary: "30 sessions: 30 signed out, 0 already gone, 0 failed.",
			Counts:  templates.SignOutCounts{Total: "30", Settled: "30", Left: "0", Ended: "30", Gone: "0", Failed: "0"},
			Primary: templates.Link{Label: "Home", URL: "/"}, Secondary: devices,
		})},
	}
}

func fifty(here, other templates.DeviceRow) []templates.DeviceRow {
	rows := []templates.DeviceRow{here}
	for i := 2; i <= 50; i++ {
		other.SessionID, other.Mobile = sessionID(i), i%2 == 0
		rows = append(rows, other)
	}
	return rows
}

func problemCases() []testCase {
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
		{"problem-unusual-text", templates.ProblemView{Status: markup, What: arabic, Todo: markup, Reason: long + mail, RequestID: markup}, templates.Link{Label: markup, URL: "/?a=1&b=%22"}, templates.Link{}},
	}
	titles := map[string]string{
		"400": "That request can’t be used", "401": "You are signed out", "403": "That came from elsewhere", "404": "Page not found",
		"429": "Slow down a little", "503": "We can’t check your session", "508": "Signing in goes round in circles", markup: hebrew,
	}
	var all []testCase
	for _, p := range problems {
		p.view.Page = page(titles[p.view.Status], "", nobody())
		p.view.Primary, p.view.Secondary = p.primary, p.secondary
		all = append(all, testCase{p.name, templates.ProblemPage(p.view)})
	}
	return all
}

// zeroCases hold that an empty view with a title is a whole page: each field may be missing.
func zeroCases() []testCase {
	p := templates.Page{Title: "Empty", HomeURL: "/", StylesheetURL: stylesheet}
	signedIn := p
	signedIn.Viewer = templates.Viewer{SignedIn: true, SessionURL: "/sessions"}
	signedIn.ScriptURL = "/static/ginclerk.js"
	signedIn.Notice = templates.Notice{Text: "The kind of this notice is not set."}
	return []testCase{
		{"zero-home", templates.HomePage(templates.HomeView{Page: p, Embedded: templates.EmbeddedClerk{Active: true}})},
		{"zero-dashboard", templates.DashboardPage(templates.DashboardView{Page: signedIn})},
		{"zero-admin", templates.AdminPage(templates.AdminView{Page: p})},
		{"zero-unauthorized", templates.UnauthorizedPage(templates.UnauthorizedView{Page: p})},
		{"zero-session", templates.SessionPage(templates.SessionView{Page: p, SignOutURL: "/sign-out"})},
		{"zero-accounts", templates.AccountsPage(templates.AccountsView{Page: p})},
		{"zero-devices", templates.DevicesPage(templates.DevicesView{Page: p})},
		{"zero-sign-out", templates.SignOutPage(templates.SignOutView{Page: p})},
		{"zero-problem", templates.ProblemPage(templates.ProblemView{Page: p})},
	}
}

const stylesheet = "/static/ginclerk.css"

func page(title, current string, v templates.Viewer) templates.Page {
	nav := []templates.NavLink{
		{Label: "Home", URL: "/", TestID: "nav-home"},
		{Label: "Dashboard", URL: "/dashboard", TestID: "nav-dashboard"},
		{Label: "Session", URL: "/sessions", TestID: "nav-session"},
		{Label: "Accounts", URL: "/sessions/accounts", TestID: "nav-accounts"},
		{Label: "Devices", URL: "/sessions/devices", TestID: "nav-devices"},
		{Label: "Admin", URL: "/admin", TestID: "nav-admin"},
	}
	for i := range nav {
		nav[i].Current = nav[i].TestID == current
	}
	return templates.Page{
		Title: title, AppName: "ginclerk demo", HomeURL: "/", StylesheetURL: stylesheet, IconURL: "/static/favicon.svg", Nav: nav, Viewer: v,
	}
}

func nobody() templates.Viewer {
	return templates.Viewer{SignInURL: "/sign-in", SignUpURL: "/sign-up"}
}

func ada() templates.Viewer {
	return templates.Viewer{
		SignedIn: true, Name: "Ada Lovelace", Email: "ada@example.com", Initials: "AL", SessionURL: "/sessions", AccountsURL: "/sessions/accounts",
	}
}

func grace() templates.Viewer {
	return templates.Viewer{SignedIn: true, Email: "grace@example.com", SessionURL: "/sessions", AccountsURL: "/sessions/accounts"}
}

func acme() templates.Organization {
	return templates.Organization{Name: "Analytical Engines", Role: "org:admin"}
}

func sessionID(i int) string {
	return fmt.Sprintf("sess_2abcdEFGHijklMNOPqrstUV%02d", i)
}
