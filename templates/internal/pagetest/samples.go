package pagetest

import (
	"fmt"

	"github.com/ginclerk/ginclerk/templates"
)

// Stylesheet is the address of the style sheet in [Page].
const Stylesheet = "/static/ginclerk.css"

// Texts that a page must show unchanged.
const (
	Markup = `<script>alert("1")</script><b onclick='x'>O'Neil & Söhne</b>`
	Arabic = "ليلى عبد الرحمن الحسيني"
	Hebrew = "חברת הדוגמה בע״מ"
	Long   = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley-Majoribanks the Third of Ashby-de-la-Zouch"
	Mail   = "averyveryveryveryverylongmailboxnamewithoutanybreak.anothersegment@subdomain.of.a.rather.long.example.organization"
)

// Page is a frame with a navigation. The link with the test id current is marked as the current page.
func Page(title, current string, v templates.Viewer) templates.Page {
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
		Title: title, AppName: "ginclerk demo", HomeURL: "/", StylesheetURL: Stylesheet, IconURL: "/static/favicon.svg",
		ScriptURL: "/static/pages.js", CookiePath: "/", LanguageURL: "/sessions/language", Nav: nav, Viewer: v,
	}
}

// Nobody is a signed-out visitor.
func Nobody() templates.Viewer {
	return templates.Viewer{SignInURL: "/sign-in", SignUpURL: "/sign-up"}
}

// Ada is a visitor with a name, an e-mail address and initials.
func Ada() templates.Viewer {
	return templates.Viewer{
		SignedIn: true, Name: "Ada Lovelace", Email: "ada@example.com", Initials: "AL", Organization: Acme(),
		SessionURL: "/sessions", AccountsURL: "/sessions/accounts", DevicesURL: "/sessions/devices", OrganizationsURL: "/sessions/organizations",
		SignOutURL: "/sessions/sign-out",
	}
}

// Grace is a visitor with an e-mail address alone.
func Grace() templates.Viewer {
	return templates.Viewer{
		SignedIn: true, Email: "grace@example.com", SessionURL: "/sessions", AccountsURL: "/sessions/accounts",
		SignOutURL: "/sessions/sign-out",
	}
}

// Acme is an active organization.
func Acme() templates.Organization {
	return templates.Organization{Name: "Analytical Engines", Role: "org:admin"}
}

// SessionID returns the id of the session with this number, which has at most two digits.
func SessionID(i int) string {
	return fmt.Sprintf("sess_2abcdEFGHijklMNOPqrstUV%02d", i)
}

// Empty is a frame with only what every frame needs.
func Empty() templates.Page {
	return templates.Page{Title: "Empty", HomeURL: "/", StylesheetURL: Stylesheet}
}
