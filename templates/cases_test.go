package templates_test

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

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
	all = append(all, confirmCases()...)
	all = append(all, problemCases()...)
	all = append(all, verifyCases()...)
	all = append(all, signInAgainCases()...)
	all = append(all, waitingCases()...)
	all = append(all, languageCases()...)
	all = append(all, routeCases()...)
	all = append(all, partCases()...)
	all = append(all, brandCases()...)
	all = append(all, readOnlyCases()...)
	all = append(all, activityCases()...)
	all = append(all, adminCases()...)
	return append(all, zeroCases()...)
}

// acting is Ada while an impersonator from support acts as her.
func acting() templates.Viewer {
	v := pagetest.Ada()
	v.ActsAs = "user_2supportStaff acts as ada@example.com."
	return v
}

func sessionCases() []pagetest.Case {
	view := templates.SessionView{
		Page: pagetest.Page("Your session", "nav-session", pagetest.Ada()), SessionID: pagetest.SessionID(1), Status: "Active", Active: true,
		Created:    templates.Time{Text: "9 Mar 2026, 08:12 UTC", RFC3339: "2026-03-09T08:12:00Z"},
		LastActive: templates.Time{Text: "just now", RFC3339: "2026-03-12T14:05:13Z"},
		Expires:    templates.Time{Text: "16 Mar 2026, 08:12 UTC", RFC3339: "2026-03-16T08:12:00Z"},
		Device:     "Chrome 128 on macOS", Organization: pagetest.Acme(), SignOutURL: "/sessions/sign-out",
		SignOutEverywhereURL: "/sessions/sign-out-everywhere", DevicesURL: "/sessions/devices", AccountsURL: "/sessions/accounts",
		OrganizationsURL: "/sessions/organizations",
	}
	pending := view
	pending.Status, pending.Active, pending.Device, pending.Organization = "Sign-in not finished", false, "", templates.Organization{}
	pending.LastActive, pending.SignOutEverywhereURL = templates.Time{}, ""
	pending.Notice = templates.Notice{Kind: templates.NoticeWarning, Text: "Choose an organization to finish signing in."}
	acted := view
	acted.Page, acted.Actor, acted.Acting = pagetest.Page("Your session", "nav-session", acting()), "user_2supportStaff", true
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
			SignOutAllURL: "/sessions/accounts/sign-out-all",
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
		{Name: "accounts-tabs", Page: templates.AccountsPage(inTabs(view(pagetest.Page("Accounts", "nav-accounts", pagetest.Ada()), adaRow, graceRow)))},
		{Name: "accounts-unusual-text", Page: templates.AccountsPage(view(pagetest.Page("Accounts", "nav-accounts", pagetest.Ada()), adaRow,
			templates.AccountRow{SessionID: `sess_"><script>`, Label: pagetest.Markup, Name: pagetest.Markup, Email: pagetest.Markup, Initials: "<>", Organization: templates.Organization{Name: pagetest.Markup, Role: pagetest.Markup}},
			templates.AccountRow{SessionID: pagetest.SessionID(4), Label: pagetest.Mail, Name: pagetest.Long, Email: pagetest.Mail, Initials: "WF", Organization: templates.Organization{Name: pagetest.Long, Role: "org:member"}},
			templates.AccountRow{SessionID: pagetest.SessionID(5), Label: "leila@example.com", Name: pagetest.Arabic, Email: "leila@example.com", Initials: "ل", Organization: templates.Organization{Name: pagetest.Hebrew, Role: "org:admin"}},
			templates.AccountRow{SessionID: pagetest.SessionID(6), Label: pagetest.SessionID(6)},
		))},
	}
}

// inTabs has the accounts that are not current at paths of their own.
func inTabs(v templates.AccountsView) templates.AccountsView {
	v.Tabs = true
	for i := range v.Accounts {
		if !v.Accounts[i].Current {
			v.Accounts[i].OpenURL = "/u/1-b7tq4e2z/sessions/accounts"
		}
	}
	return v
}

func deviceCases() []pagetest.Case {
	here, phone := deviceSamples()
	frame := func(v templates.Viewer) templates.Page { return pagetest.Page("Your devices", "nav-devices", v) }
	view := func(p templates.Page, rows ...templates.DeviceRow) templates.DevicesView {
		return templates.DevicesView{Page: p, Devices: rows, RevokeURL: "/sessions/devices/revoke", EverywhereURL: "/sessions/sign-out-everywhere"}
	}
	revoked := frame(pagetest.Ada())
	revoked.Notice = templates.Notice{Kind: templates.NoticeError, Text: "Couldn’t reach the sign-in service. Nothing changed. Try again in a few seconds."}
	odd := pagetest.Ada()
	odd.ActsAs = pagetest.Markup + " acts as " + pagetest.Mail + "."
	return []pagetest.Case{
		{Name: "devices-acting", Page: templates.DevicesPage(actedDevices(view(frame(acting()), here, phone)))},
		{Name: "devices-acting-unusual-text", Page: templates.DevicesPage(view(frame(odd), templates.DeviceRow{
			SessionID: pagetest.SessionID(1), Device: pagetest.Markup, Actor: pagetest.Markup + pagetest.Long, Current: true,
		}))},
		{Name: "devices-none", Page: templates.DevicesPage(view(frame(pagetest.Ada())))},
		{Name: "devices-none-match", Page: templates.DevicesPage(noDevices(view(frame(pagetest.Ada()))))},
		{Name: "devices-one", Page: templates.DevicesPage(view(frame(pagetest.Ada()), here))},
		{Name: "devices-many", Page: templates.DevicesPage(manyDevices(view(frame(pagetest.Ada()), here, phone)))},
		{Name: "devices-error", Page: templates.DevicesPage(view(revoked, here, phone, templates.DeviceRow{SessionID: pagetest.SessionID(3)}))},
		{Name: "devices-twenty", Page: templates.DevicesPage(manyDevices(view(frame(pagetest.Ada()), twenty(here, phone)...)))},
		{Name: "devices-unusual-text", Page: templates.DevicesPage(view(frame(pagetest.Ada()),
			templates.DeviceRow{SessionID: pagetest.SessionID(1), Device: pagetest.Markup, Name: pagetest.Markup, Label: pagetest.Markup, Address: pagetest.Markup, Place: pagetest.Markup, LastActive: templates.Time{Text: pagetest.Markup, RFC3339: `"><script>`}},
			templates.DeviceRow{SessionID: pagetest.SessionID(2), Device: pagetest.Long, Name: pagetest.Long, Label: pagetest.Long, Address: "2001:db8:85a3:*", Place: pagetest.Long, Current: true},
			templates.DeviceRow{SessionID: pagetest.SessionID(3), Device: pagetest.Arabic, Label: pagetest.Arabic, Place: pagetest.Hebrew},
		))},
		{Name: "device", Page: templates.DevicePage(deviceSample(frame(pagetest.Ada()), phone))},
		{Name: "device-here", Page: templates.DevicePage(deviceSample(frame(pagetest.Ada()), here))},
		{Name: "device-unusual-text", Page: templates.DevicePage(deviceSample(frame(pagetest.Ada()), templates.DeviceRow{
			SessionID: pagetest.SessionID(1), Name: pagetest.Markup, Device: pagetest.Long, Place: pagetest.Arabic, Address: pagetest.Markup, Actor: pagetest.Mail,
		}))},
	}
}

func deviceSamples() (here, phone templates.DeviceRow) {
	here = templates.DeviceRow{
		SessionID: pagetest.SessionID(1), Device: "Chrome 128 on Macintosh", Address: "203.0.*.*", Place: "Vienna, Austria", Current: true,
		URL: "/sessions/devices/" + templ.SafeURL(pagetest.SessionID(1)), Label: "Chrome 128 on Macintosh, Vienna, Austria, just now",
		LastActive: templates.Time{Text: "just now", RFC3339: "2026-03-12T14:05:13Z"},
		Created:    templates.Time{Text: "3 days ago", RFC3339: "2026-03-09T08:12:00Z"},
	}
	phone = templates.DeviceRow{
		SessionID: pagetest.SessionID(2), Device: "Safari 18 on iPhone", Mobile: true, Address: "2001:db8:85a3:*", Place: "Graz, Austria",
		URL: "/sessions/devices/" + templ.SafeURL(pagetest.SessionID(2)), Label: "Safari 18 on iPhone, Graz, Austria, 3 days ago",
		LastActive: templates.Time{Text: "3 days ago", RFC3339: "2026-03-09T14:05:13Z"},
		Created:    templates.Time{Text: "1 month ago", RFC3339: "2026-02-01T08:12:00Z"},
	}
	return here, phone
}

func actedDevices(v templates.DevicesView) templates.DevicesView {
	v.Devices[0].Actor, v.Devices[1].Kept = "user_2supportStaff", true
	v.Devices = append(v.Devices, templates.DeviceRow{
		SessionID: pagetest.SessionID(3), Device: "Firefox 140 on Linux", Label: "Firefox 140 on Linux, 3 days ago", Actor: "user_2supportStaff",
		LastActive: v.Devices[1].LastActive, Created: v.Devices[1].Created,
	})
	v.ActingText = "You’re signed in as this user. You can sign out the devices where you act as the user. All others stay signed in."
	v.SelectedURL, v.OthersURL = "/sessions/devices/sign-out", "/sessions/sign-out-others"
	v.SelectAll = templates.Link{Label: "Select all other devices", URL: "/sessions/devices?select=others"}
	return v
}

func manyDevices(v templates.DevicesView) templates.DevicesView {
	group := v.Devices[1]
	group.SessionID, group.Label, group.SignInCount = pagetest.SessionID(40), "Edge 139 on Windows, Toronto, Canada, 3 days ago", "7 sign-ins"
	group.Device, group.Place, group.Mobile, group.New = "Edge 139 on Windows", "Toronto, Canada", false, true
	for i := 40; i < 45; i++ {
		one := group
		one.SessionID, one.SignIns, one.Label = pagetest.SessionID(i), nil, fmt.Sprintf("Edge 139 on Windows, Toronto, Canada, signed in Mar 9, 2026, 8:%d am", i)
		group.SignIns = append(group.SignIns, one)
		group.SignInIDs += pagetest.SessionID(i) + " "
	}
	group.SignInIDs = strings.TrimSpace(group.SignInIDs)
	group.AllSignIns = templates.Link{Label: "Show all 7 sign-ins", URL: "/sessions/devices?browser=Edge&separate=true"}
	named := v.Devices[1]
	named.SessionID, named.Name, named.Label, named.Unused = pagetest.SessionID(50), "Grandma’s tablet", "Grandma’s tablet, Graz, Austria, 4 months ago", true
	odd := templates.DeviceRow{SessionID: pagetest.SessionID(51), Device: "Firefox 140 on Linux", Place: "Nairobi, Kenya", Unusual: true, Selected: true}
	v.Devices = append(v.Devices, group, named, odd)
	v.SelectedURL, v.OthersURL, v.SelectedCount, v.Position = "/sessions/devices/sign-out", "/sessions/sign-out-others", "1", "offset=20"
	v.SelectAll = templates.Link{Label: "Select all on this page", URL: "/sessions/devices?select=others"}
	v.Count = "21–40 of 1,000"
	v.Newer, v.Older = templates.Link{Label: "Previous page", URL: "/sessions/devices?offset=0"}, templates.Link{Label: "Next page", URL: "/sessions/devices?offset=40"}
	v.Addresses = templates.Link{Label: "Show full addresses", URL: "/sessions/devices?address=shown"}
	v.JobText, v.JobLink = "Signing out is in progress.", templates.Link{Label: "Show progress", URL: "/sessions/sign-outs/1"}
	v.Search = deviceSearch()
	return v
}

func noDevices(v templates.DevicesView) templates.DevicesView {
	v.Search = deviceSearch()
	v.Search.Words, v.Search.Open, v.Search.ClearURL = "commodore", true, "/sessions/devices"
	return v
}

func deviceSearch() templates.DeviceSearch {
	return templates.DeviceSearch{
		URL: "/sessions/devices", Kept: []templates.Choice{{Label: "address", Value: "shown"}},
		Browsers:   []templates.Choice{{Label: "Any browser"}, {Label: "Edge", Value: "Edge", Chosen: true}, {Label: "Safari", Value: "Safari"}},
		Locations:  []templates.Choice{{Label: "Any location"}, {Label: "Graz, Austria", Value: "Graz, AT"}},
		Activities: []templates.Choice{{Label: "Any time"}, {Label: "Last 24 hours", Value: "24h"}},
		Orders:     []templates.Choice{{Label: "Last active", Value: "active"}, {Label: "Signed in", Value: "signed-in"}},
	}
}

func deviceSample(p templates.Page, row templates.DeviceRow) templates.DeviceView {
	p.Title = row.Device
	exactly := templates.Time{Text: "Mar 9, 2026, 2:05 pm", Full: "Monday, March 9, 2026, 2:05 pm UTC", RFC3339: "2026-03-09T14:05:13Z"}
	return templates.DeviceView{
		Page: p, Row: row, Browser: "Safari 18", Kind: "iPhone", Created: exactly, LastActive: exactly, Expires: exactly,
		Address: templates.Link{Label: "Show address", URL: "?address=shown"}, Organization: pagetest.Acme(),
		SignOutURL: "/sessions/devices/revoke", NameURL: "/sessions/devices/1/name", NameHint: "This site keeps names until it restarts.",
		Position: "offset=20", ListURL: "/sessions/devices?offset=20",
	}
}

func twenty(here, other templates.DeviceRow) []templates.DeviceRow {
	rows := []templates.DeviceRow{here}
	for i := 2; i <= 17; i++ {
		other.SessionID, other.Mobile = pagetest.SessionID(i), i%2 == 0
		other.Label = fmt.Sprintf("Safari 18 on iPhone, Graz, Austria, %d days ago", i)
		rows = append(rows, other)
	}
	return rows
}

func confirmCases() []pagetest.Case {
	view := templates.ConfirmView{
		Page: pagetest.Page("Sign out on all devices?", "", pagetest.Ada()), Button: "Sign out on all devices", Danger: true,
		Consequences: []string{"This signs out 4 devices, this one too.", "You need to sign in again on each of them."},
		URL:          "/sessions/sign-out-everywhere", CancelURL: "/sessions/devices",
	}
	none := view
	none.URL, none.Consequences = "", []string{"You aren’t signed in on any other device."}
	selected := view
	selected.Title, selected.Button, selected.Danger = "Sign out the selected devices?", "Sign out selected devices", false
	selected.Consequences = []string{"This signs out 2 devices.", "That’s 4 sign-ins in all."}
	selected.ListTitle, selected.List = "Devices you sign out", []string{"3 sign-ins: Edge on Windows, Toronto, Canada, 3 days ago", pagetest.Markup}
	selected.SessionIDs, selected.Position, selected.URL = "sess_1 sess_2 sess_3 sess_4", "sort=location", "/sessions/devices/sign-out"
	accounts := view
	accounts.Title, accounts.Button = "Sign out of all accounts?", "Sign out of all accounts"
	accounts.ListTitle, accounts.List = "Accounts you sign out of", []string{"ada@example.com", pagetest.Mail, pagetest.Arabic}
	accounts.KeptTitle, accounts.Kept = "You can’t sign out of these accounts", []string{pagetest.Markup}
	return []pagetest.Case{
		{Name: "confirm", Page: templates.ConfirmPage(view)},
		{Name: "confirm-none", Page: templates.ConfirmPage(none)},
		{Name: "confirm-selected", Page: templates.ConfirmPage(selected)},
		{Name: "confirm-accounts", Page: templates.ConfirmPage(accounts)},
	}
}

func signOutCases() []pagetest.Case {
	devices := templates.Link{Label: "Your devices", URL: "/sessions/devices"}
	running := templates.SignOutView{
		Page: pagetest.Page("Signing out on all devices", "", pagetest.Ada()), Running: true, Summary: "12 of 30 sign-ins done.",
		Remaining: "About 4 seconds left.", Detail: "You can close this page. Signing out continues.", EventsURL: "/sessions/sign-outs/1/events", Primary: devices,
		Counts: templates.SignOutCounts{Total: "30", Settled: "12", Left: "18", Ended: "11", Gone: "1", Failed: "0"},
	}
	running.RefreshSeconds = "2"
	beginning := running
	beginning.Summary, beginning.Remaining, beginning.Counts = "Looking for your devices.", "", templates.SignOutCounts{}
	failed := templates.SignOutView{
		Page: pagetest.Page("Some devices are still signed in", "", pagetest.Ada()), Summary: "2 of 30 sign-ins are still signed in.",
		Problem: "Couldn’t list all your devices. Some may still be signed in.", RetryURL: "/sessions/sign-outs/1/retry",
		Counts: templates.SignOutCounts{Total: "30", Settled: "30", Left: "0", Ended: "27", Gone: "1", Failed: "2"}, Primary: devices,
		Failures: []templates.SignOutFailure{
			{SessionID: pagetest.SessionID(1), Device: "Chrome 128 on Macintosh, Vienna, Austria", Why: "Couldn’t sign out this device."},
			{SessionID: `sess_"><script>`, Device: pagetest.Markup, Why: pagetest.Markup},
			{SessionID: pagetest.SessionID(2)},
		},
		MoreFailures: "And 900 more sign-ins.",
	}
	return []pagetest.Case{
		{Name: "sign-out-beginning", Page: templates.SignOutPage(beginning)},
		{Name: "sign-out-running", Page: templates.SignOutPage(running)},
		{Name: "sign-out-failed", Page: templates.SignOutPage(failed)},
		{Name: "sign-out-finished", Page: templates.SignOutPage(templates.SignOutView{
			Page: pagetest.Page("Signed out on all devices", "", pagetest.Nobody()), Summary: "All 30 sign-ins are signed out.",
			Counts:  templates.SignOutCounts{Total: "30", Settled: "30", Left: "0", Ended: "30", Gone: "0", Failed: "0"},
			Primary: templates.Link{Label: "Home", URL: "/"}, Secondary: devices,
		})},
	}
}

func zeroCases() []pagetest.Case {
	p := pagetest.Empty()
	return []pagetest.Case{
		{Name: "zero-unauthorized", Page: templates.UnauthorizedPage(templates.UnauthorizedView{Page: p})},
		{Name: "zero-session", Page: templates.SessionPage(templates.SessionView{Page: p, SignOutURL: "/sign-out"})},
		{Name: "zero-accounts", Page: templates.AccountsPage(templates.AccountsView{Page: p})},
		{Name: "zero-organizations", Page: templates.OrganizationsPage(templates.OrganizationsView{Page: p})},
		{Name: "zero-devices", Page: templates.DevicesPage(templates.DevicesView{Page: p})},
		{Name: "zero-device", Page: templates.DevicePage(templates.DeviceView{Page: p, ListURL: "/devices"})},
		{Name: "zero-confirm", Page: templates.ConfirmPage(templates.ConfirmView{Page: p, CancelURL: "/"})},
		{Name: "zero-sign-out", Page: templates.SignOutPage(templates.SignOutView{Page: p})},
		{Name: "zero-language", Page: templates.LanguagePage(templates.LanguageView{Page: p})},
		{Name: "zero-routes", Page: templates.RoutesPage(templates.RoutesView{Page: p})},
		{Name: "zero-problem", Page: templates.ProblemPage(templates.ProblemView{Page: p})},
	}
}
