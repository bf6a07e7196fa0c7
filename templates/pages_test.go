package templates_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/templates"
)

func TestNoticeIsAnnouncedByItsKind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		kind templates.NoticeKind
		role string
	}{
		{"success waits its turn", templates.NoticeSuccess, "status"},
		{"information waits its turn", templates.NoticeInfo, "status"},
		{"a warning interrupts", templates.NoticeWarning, "alert"},
		{"an error interrupts", templates.NoticeError, "alert"},
		{"an unset kind is information", "", "status"},
		{"an unknown kind is information", "fatal", "status"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := page("Title", "", nobody())
			p.Notice = templates.Notice{Kind: tt.kind, Text: "The device was signed out."}
			notices := byTestID(parse(t, templates.ProblemPage(templates.ProblemView{Page: p})), "notice")
			if len(notices) != 1 || attr(notices[0], "role") != tt.role || !strings.HasSuffix(text(notices[0]), p.Notice.Text) {
				t.Errorf("got %d notices, want one with role %q and the text", len(notices), tt.role)
			}
		})
	}
}

func TestHeaderShowsWhoIsThere(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		viewer templates.Viewer
		want   map[string]string // test id to text
	}{
		{"signed out, one may sign in or up", nobody(), map[string]string{"sign-in": "Sign in", "sign-up": "Sign up"}},
		{"signed out without URLs, nothing is offered", templates.Viewer{}, map[string]string{}},
		{"signed in, name and e-mail are shown", ada(), map[string]string{
			"viewer-name": "Ada Lovelace", "viewer-email": "ada@example.com", "switch-account": "Switch account",
		}},
		{"signed in without a name, the e-mail is shown", grace(), map[string]string{
			"viewer-email": "grace@example.com", "switch-account": "Switch account",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc := parse(t, templates.ProblemPage(templates.ProblemView{Page: page("Title", "", tt.viewer)}))
			got := map[string]string{}
			for _, id := range []string{"sign-in", "sign-up", "viewer-name", "viewer-email", "switch-account"} {
				for _, n := range byTestID(doc, id) {
					got[id] = text(n)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNavigationMarksTheCurrentPage(t *testing.T) {
	t.Parallel()
	doc := parse(t, templates.ProblemPage(templates.ProblemView{Page: page("Title", "nav-session", ada())}))
	var current []string
	for _, n := range all(doc, "a") {
		if attr(n, "aria-current") == "page" {
			current = append(current, attr(n, "data-testid"))
		}
	}
	if diff := cmp.Diff([]string{"nav-session"}, current); diff != "" {
		t.Errorf("current links (-want +got):\n%s", diff)
	}
}

func TestAccountsOfferWhatIsPossible(t *testing.T) {
	t.Parallel()
	doc := parse(t, templates.AccountsPage(templates.AccountsView{
		Page: page("Accounts", "", ada()), SwitchURL: "/switch", SignOutURL: "/out",
		Accounts: []templates.AccountRow{
			{SessionID: "sess_1", Label: "Ada", Current: true},
			{SessionID: "sess_2", Label: "Grace"},
			{SessionID: "sess_3", Label: "Alan", Note: "Has to finish signing in"},
		},
	}))
	want := [][]string{
		{"sess_1 /out Sign out Ada"},
		{"sess_2 /switch Switch to Grace", "sess_2 /out Sign out Grace"},
		{"sess_3 /out Sign out Alan"},
	}
	if diff := cmp.Diff(want, actions(doc, "account-row")); diff != "" {
		t.Errorf("actions by row (-want +got):\n%s", diff)
	}
}

func TestDevicesCanEachBeRevoked(t *testing.T) {
	t.Parallel()
	doc := parse(t, templates.DevicesPage(templates.DevicesView{
		Page: page("Devices", "", ada()), RevokeURL: "/revoke",
		Devices: []templates.DeviceRow{
			{SessionID: "sess_1", Label: "Firefox on Linux", Current: true},
			{SessionID: "sess_2", Label: "Safari on iPhone"},
			{SessionID: "sess_3"},
		},
	}))
	want := [][]string{{"sess_1 /revoke Sign out here"}, {"sess_2 /revoke Revoke Safari on iPhone"}, {"sess_3 /revoke Revoke sess_3"}}
	if diff := cmp.Diff(want, actions(doc, "device-row")); diff != "" {
		t.Errorf("actions by row (-want +got):\n%s", diff)
	}
	if n := len(byTestID(doc, "sign-out-everywhere")); n != 0 {
		t.Errorf("%d buttons to sign out everywhere without a URL, want none", n)
	}
}

// TestEveryTimeHasItsZone: the head of a column is for the eye; who listens to a row hears the zone there.
func TestEveryTimeHasItsZone(t *testing.T) {
	t.Parallel()
	when := templates.Time{Text: "12 Mar 2026, 14:05", RFC3339: "2026-03-12T14:05:13Z"}
	view := templates.DevicesView{Page: page("Devices", "", ada()), Devices: []templates.DeviceRow{{SessionID: "sess_1", LastActive: when}}}
	for zone, want := range map[string][]string{
		"UTC": {"12 Mar 2026, 14:05 UTC", "unknown", "Last active (UTC)", "Created (UTC)"},
		"":    {"12 Mar 2026, 14:05", "unknown", "Last active", "Created"},
	} {
		view.Zone = zone
		doc := parse(t, templates.DevicesPage(view))
		heads := all(doc, "th")
		got := []string{
			text(byTestID(doc, "device-last-active")[0]), text(byTestID(doc, "device-created")[0]), text(heads[2]), text(heads[3]),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("zone %q (-want +got):\n%s", zone, diff)
		}
	}
}

func TestEmbeddedClerkOffersWhatIsPossible(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		viewer   templates.Viewer
		embedded templates.EmbeddedClerk
		want     map[string]string // test id to text and target
	}{
		{"signed out, one may sign in", nobody(), templates.EmbeddedClerk{SignInURL: "/in", AddAccountURL: "/add"}, map[string]string{
			"embedded-sign-in": "Sign in as one of them /in",
		}},
		{"signed in, one may add an account", ada(), templates.EmbeddedClerk{SignInURL: "/in", AddAccountURL: "/add"}, map[string]string{
			"embedded-add-account": "Add one of them /add",
		}},
		{"signed in without a URL, nothing is offered", ada(), templates.EmbeddedClerk{SignInURL: "/in"}, map[string]string{}},
		{"signed out without a URL, nothing is offered", nobody(), templates.EmbeddedClerk{AddAccountURL: "/add"}, map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.embedded.Active = true
			doc := parse(t, templates.HomePage(templates.HomeView{Page: page("Home", "", tt.viewer), Embedded: tt.embedded}))
			got := map[string]string{}
			for _, id := range []string{"embedded-sign-in", "embedded-add-account"} {
				for _, n := range byTestID(doc, id) {
					got[id] = text(n) + " " + attr(n, "href")
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("links (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDashboardLeavesOutAMissingName(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string]int{"": 0, "Ada Lovelace": 1} {
		doc := parse(t, templates.DashboardPage(templates.DashboardView{Page: page("Dashboard", "", ada()), Name: name}))
		if got := len(byTestID(doc, "user-name")); got != rows {
			t.Errorf("%d rows for the name %q, want %d", got, name, rows)
		}
	}
}

func TestSignOutEverywhereStandsApart(t *testing.T) {
	t.Parallel()
	doc := parse(t, templates.SessionPage(templates.SessionView{Page: page("Session", "", ada()), SignOutURL: "/out", SignOutEverywhereURL: "/out-all"}))
	button := byTestID(doc, "sign-out-everywhere")
	if len(button) != 1 || attr(button[0].Parent, "action") != "/out-all" {
		t.Fatalf("%d buttons, want one that posts to /out-all", len(button))
	}
	described := attr(button[0], "aria-describedby")
	for n := range doc.Descendants() {
		if attr(n, "id") == described && text(n) != "Ends every session of your account, this one included." {
			t.Errorf("the button is described by %q", text(n))
		}
	}
	for a := range button[0].Ancestors() {
		if len(byTestID(a, "sign-out")) > 0 && a.Data != "main" && a.Data != "body" && a.Data != "html" && a.Type == html.ElementNode {
			t.Errorf("it shares a <%s> with the other button", a.Data)
		}
	}
}

func TestAddressesAreEscapedAsAttributes(t *testing.T) {
	t.Parallel()
	const url = `/sign-in?redirect_url="><script>&a='b'`
	doc := parse(t, templates.ProblemPage(templates.ProblemView{Page: page("Title", "", nobody()), Primary: templates.Link{Label: "Sign in", URL: url}}))
	links := byTestID(doc, "primary")
	if len(links) != 1 || attr(links[0], "href") != url {
		t.Errorf("%d links, want one to %s", len(links), url)
	}
}

// FuzzTextStaysText holds that no text, wherever it comes from, changes which elements and attributes a page has.
func FuzzTextStaysText(f *testing.F) {
	for _, seed := range []string{markup, arabic, mail, `"><img src=x onerror=alert(1)>`, "</title><script>", "</bdi>", "\x00<b>", "&lt;b&gt;", "--><!--"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return // an empty field is left out, and so are its elements
		}
		if diff := cmp.Diff(shape(t, "x"), shape(t, s)); diff != "" {
			t.Errorf("the text %q changes the page (-want +got):\n%s", s, diff)
		}
	})
}

// shape is the elements of two pages which show s wherever they can, with the names of their attributes.
func shape(t *testing.T, s string) []string {
	t.Helper()
	p := page(s, "", templates.Viewer{SignedIn: true, Name: s, Email: s, Initials: s})
	p.AppName, p.EmbeddedBanner, p.Notice = s, s, templates.Notice{Text: s}
	when, org := templates.Time{Text: s, RFC3339: s}, templates.Organization{Name: s, Role: s}
	pages := []templ.Component{
		templates.DevicesPage(templates.DevicesView{Page: p, Zone: s, Devices: []templates.DeviceRow{
			{SessionID: s, Device: s, Browser: s, Label: s, IP: s, Place: s, LastActive: when, Created: when},
		}}),
		templates.AccountsPage(templates.AccountsView{Page: p, Accounts: []templates.AccountRow{
			{SessionID: s, Label: s, Name: s, Email: s, Initials: s, Organization: org, LastActive: when},
		}}),
		templates.NotesPage(templates.NotesView{Page: p, Notes: []templates.Note{{Text: s, Written: when}}}),
	}
	var found []string
	for _, c := range pages {
		for n := range parse(t, c).Descendants() {
			if n.Type == html.ElementNode {
				names := []string{n.Data}
				for _, a := range n.Attr {
					names = append(names, a.Key)
				}
				found = append(found, strings.Join(names, " "))
			}
		}
	}
	return found
}

// actions lists, for each row, the session, the address and the name of each of its forms.
func actions(doc *html.Node, row string) [][]string {
	var rows [][]string
	for _, r := range byTestID(doc, row) {
		var forms []string
		for _, f := range all(r, "form") {
			forms = append(forms, strings.Join([]string{attr(all(f, "input")[0], "value"), attr(f, "action"), text(all(f, "button")[0])}, " "))
		}
		rows = append(rows, forms)
	}
	return rows
}

func parse(t *testing.T, page templ.Component) *html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := page.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func byTestID(n *html.Node, id string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if attr(d, "data-testid") == id {
			found = append(found, d)
		}
	}
	return found
}
