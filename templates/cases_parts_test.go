package templates_test

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

// partCases are all parts in all states, each kind of part on a page.
func partCases() []pagetest.Case {
	gallery := func(title string, parts ...templ.Component) templ.Component {
		return inLayout(pagetest.Page(title, "", pagetest.Nobody()), parts...)
	}
	return []pagetest.Case{
		{Name: "parts-user-button", Page: gallery("User button", userButtons()...)},
		{Name: "parts-session-card", Page: gallery("Session card", sessionCards()...)},
		{Name: "parts-device-list", Page: gallery("Device list", deviceLists()...)},
		{Name: "parts-account-list", Page: gallery("Account list", accountLists()...)},
		{Name: "parts-organization-switcher", Page: gallery("Organization switcher", organizationSwitchers()...)},
	}
}

// inLayout is a page with components below its heading.
func inLayout(p templates.Page, parts ...templ.Component) templ.Component {
	content := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, part := range append([]templ.Component{templates.Heading(p.Title)}, parts...) {
			if err := part.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return templates.Layout(p).Render(templ.WithChildren(ctx, content), w)
	})
}

func userButtons() []templ.Component {
	compact, picture, long := pagetest.Ada(), pagetest.Ada(), pagetest.Ada()
	compact.Compact = true
	picture.ImageURL = "https://img.clerk.com/ada"
	long.Name, long.Email, long.Organization.Name = pagetest.Long, pagetest.Mail, pagetest.Hebrew
	long.OrganizationsURL = ""
	markup := templates.Viewer{SignedIn: true, Name: pagetest.Markup, Email: pagetest.Markup}
	var all []templ.Component
	for _, viewer := range []templates.Viewer{pagetest.Ada(), compact, picture, long, markup, pagetest.Grace(), pagetest.Nobody(), {}} {
		all = append(all, templates.UserButton(viewer))
	}
	return all
}

func sessionCards() []templ.Component {
	card := templates.SessionCardView{
		Part: templates.Part{Name: "session"}, Device: "Chrome 128 on macOS", Place: "Vienna, Austria", Organization: pagetest.Acme(),
		SignedIn:   templates.Time{Text: "3 days ago", Full: "Monday, March 9, 2026, 8:12 am UTC", RFC3339: "2026-03-09T08:12:00Z"},
		LastActive: templates.Time{Text: "just now", RFC3339: "2026-03-12T14:05:13Z"},
		Expires:    templates.Time{Text: "Mar 16, 2026, 8:12 am", RFC3339: "2026-03-16T08:12:00Z"},
		SessionURL: "/sessions", SignOutURL: "/sessions/sign-out",
	}
	phone := card
	phone.Mobile, phone.Device, phone.Place, phone.Organization = true, "Safari 18 on iPhone", "", templates.Organization{}
	phone.Name, phone.Notice = "", templates.Notice{Kind: templates.NoticeError, Text: "Clerk can’t be reached."}
	return []templ.Component{templates.SessionCard(card), templates.SessionCard(phone), templates.SessionCard(templates.SessionCardView{})}
}

func deviceLists() []templ.Component {
	list := templates.DeviceListView{
		Part: templates.Part{Name: "devices"}, Total: 23, AllURL: "/sessions/devices", SignOutURL: "/sessions/devices/revoke",
		Devices: []templates.DeviceRow{
			{SessionID: pagetest.SessionID(1), Device: "Chrome 128 on macOS", Place: "Vienna, Austria", Label: "Chrome 128 on macOS, Vienna, Austria, just now", LastActive: templates.Time{Text: "just now"}, Current: true},
			{SessionID: pagetest.SessionID(2), Device: "Safari 18 on iPhone", Mobile: true, Place: "Lisbon, Portugal", Label: "Safari 18 on iPhone, Lisbon, Portugal, 2 days ago", LastActive: templates.Time{Text: "2 days ago"}},
			{SessionID: pagetest.SessionID(3), Device: pagetest.Long, Place: pagetest.Arabic, Label: pagetest.Long, LastActive: templates.Time{Text: "3 days ago"}, Kept: true},
			{SessionID: pagetest.SessionID(4), Label: pagetest.Markup},
		},
	}
	after := list
	after.Devices, after.AllURL = list.Devices[:1], ""
	after.Notice = templates.Notice{Kind: templates.NoticeSuccess, Text: "Signed out: Safari 18 on iPhone, Lisbon."}
	return []templ.Component{templates.DeviceList(list), templates.DeviceList(after), templates.DeviceList(templates.DeviceListView{})}
}

func accountLists() []templ.Component {
	list := templates.AccountListView{
		Part: templates.Part{Name: "accounts"}, SwitchURL: "/sessions/switch", SignOutURL: "/sessions/accounts/sign-out", AddAccountURL: "/sign-in",
		Accounts: []templates.AccountRow{
			{SessionID: pagetest.SessionID(1), Label: "ada@example.com", Name: "Ada Lovelace", Email: "ada@example.com", Initials: "AL", Current: true},
			{SessionID: pagetest.SessionID(2), Label: "grace@example.com", Email: "grace@example.com", Initials: "G", OpenURL: "/u/1-b7tq4e2z/inbox"},
			{SessionID: pagetest.SessionID(3), Label: "leila@example.com", Name: pagetest.Arabic, Email: "leila@example.com", Initials: "ل", Note: "Sign-in not finished."},
			{SessionID: pagetest.SessionID(4), Label: pagetest.Mail, Name: pagetest.Long, Email: pagetest.Mail, Kept: true, Actor: "user_2supportStaff acts as this user."},
		},
	}
	return []templ.Component{templates.AccountList(list), templates.AccountList(templates.AccountListView{})}
}

func organizationSwitchers() []templ.Component {
	switcher := templates.OrganizationSwitcherView{
		Part:     templates.Part{Name: "organizations"},
		Active:   templates.OrganizationRow{ID: "org_1", Name: "Analytical Engines", Role: "Admin", Initials: "AE"},
		Others:   []templates.OrganizationRow{{ID: "org_2", Name: pagetest.Hebrew}, {ID: "org_3", Name: pagetest.Markup}, {ID: "org_4", Name: pagetest.Long}},
		Personal: true, SwitchURL: "/sessions/organizations/switch", ReturnTo: "/inbox", AllURL: "/sessions/organizations",
	}
	fixed := switcher
	fixed.SwitchURL = ""
	return []templ.Component{
		templates.OrganizationSwitcher(switcher), templates.OrganizationSwitcher(fixed), templates.OrganizationSwitcher(templates.OrganizationSwitcherView{}),
	}
}

// brandCases are pages of a host with a brand.
func brandCases() []pagetest.Case {
	p := pagetest.Page("Your session", "nav-session", pagetest.Ada())
	p.Logo = templates.Logo{URL: "/static/logo.svg", Alt: "Acme", Width: "96", Height: "32"}
	p.Footer = templates.Footer{Text: "Acme, 1 Main Street", Links: []templates.Link{{Label: "Privacy", URL: "/privacy"}, {Label: "Left out"}}}
	beside := p
	beside.Logo.Alt = ""
	return []pagetest.Case{
		{Name: "brand-logo-in-place-of-name", Page: templates.ProblemPage(templates.ProblemView{Page: p, What: "Clerk can’t be reached."})},
		{Name: "brand-logo-beside-name", Page: templates.ProblemPage(templates.ProblemView{Page: beside, What: "Clerk can’t be reached."})},
	}
}

// readOnlyCases are pages of a host that are read while Clerk is down.
func readOnlyCases() []pagetest.Case {
	p := pagetest.Page("Orders", "nav-dashboard", pagetest.Ada())
	p.ReadOnly = localization.English().Text("frame.read-only", "time", "14:32 UTC")
	return []pagetest.Case{{Name: "host-page-read-only", Page: inLayout(p, sessionCards()[0])}}
}
