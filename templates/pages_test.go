package templates_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
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
			p := pagetest.Page("Title", "", pagetest.Nobody())
			p.Notice = templates.Notice{Kind: tt.kind, Text: "The device was signed out."}
			notices := pagetest.ByTestID(pagetest.Parse(t, templates.ProblemPage(templates.ProblemView{Page: p})), "notice")
			if len(notices) != 1 || pagetest.Attr(notices[0], "role") != tt.role || !strings.HasSuffix(pagetest.Text(notices[0]), p.Notice.Text) {
				t.Errorf("got %d notices, want one with role %q and the text", len(notices), tt.role)
			}
		})
	}
}

func TestTheHeaderShowsTheViewer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		viewer templates.Viewer
		want   map[string]string // test id to text
	}{
		{"signed out, one may sign in or up", pagetest.Nobody(), map[string]string{"sign-in": "Sign in", "sign-up": "Sign up"}},
		{"signed out without URLs, nothing is offered", templates.Viewer{}, map[string]string{}},
		{"signed in, name and e-mail are shown", pagetest.Ada(), map[string]string{
			"viewer-name": "Ada Lovelace", "viewer-email": "ada@example.com", "switch-account": "Switch account",
		}},
		{"signed in without a name, the e-mail is shown", pagetest.Grace(), map[string]string{
			"viewer-email": "grace@example.com", "switch-account": "Switch account",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc := pagetest.Parse(t, templates.ProblemPage(templates.ProblemView{Page: pagetest.Page("Title", "", tt.viewer)}))
			got := map[string]string{}
			for _, id := range []string{"sign-in", "sign-up", "viewer-name", "viewer-email", "switch-account"} {
				for _, n := range pagetest.ByTestID(doc, id) {
					got[id] = pagetest.Text(n)
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
	doc := pagetest.Parse(t, templates.ProblemPage(templates.ProblemView{Page: pagetest.Page("Title", "nav-session", pagetest.Ada())}))
	var current []string
	for _, n := range pagetest.All(doc, "a") {
		if pagetest.Attr(n, "aria-current") == "page" {
			current = append(current, pagetest.Attr(n, "data-testid"))
		}
	}
	if diff := cmp.Diff([]string{"nav-session"}, current); diff != "" {
		t.Errorf("current links (-want +got):\n%s", diff)
	}
}

func TestAccountsOfferWhatIsPossible(t *testing.T) {
	t.Parallel()
	doc := pagetest.Parse(t, templates.AccountsPage(templates.AccountsView{
		Page: pagetest.Page("Accounts", "", pagetest.Ada()), SwitchURL: "/switch", SignOutURL: "/out",
		Accounts: []templates.AccountRow{
			{SessionID: "sess_1", Label: "Ada", Current: true},
			{SessionID: "sess_2", Label: "Grace"},
			{SessionID: "sess_3", Label: "Alan", Note: "Sign-in not finished"},
		},
	}))
	want := [][]string{
		{"sess_1 /out Sign out Ada"},
		{"sess_2 /switch Switch Grace", "sess_2 /out Sign out Grace"},
		{"sess_3 /out Sign out Alan"},
	}
	if diff := cmp.Diff(want, actions(doc, "account-row")); diff != "" {
		t.Errorf("actions by row (-want +got):\n%s", diff)
	}
}

func TestDevicesCanEachBeSignedOut(t *testing.T) {
	t.Parallel()
	doc := pagetest.Parse(t, templates.DevicesPage(templates.DevicesView{
		Page: pagetest.Page("Devices", "", pagetest.Ada()), RevokeURL: "/revoke",
		Devices: []templates.DeviceRow{
			{SessionID: "sess_1", Label: "Firefox on Linux", Current: true},
			{SessionID: "sess_2", Label: "Safari on iPhone"},
			{SessionID: "sess_3"},
		},
	}))
	var got []string
	for _, button := range pagetest.ByTestID(doc, "revoke") {
		got = append(got, pagetest.Attr(button, "form")+" "+pagetest.Attr(button, "value")+" "+named(button))
	}
	want := []string{"sign-out-one sess_1 Sign out here", "sign-out-one sess_2 Sign out Safari on iPhone", "sign-out-one sess_3 Sign out sess_3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("buttons (-want +got):\n%s", diff)
	}
	if n := len(pagetest.ByTestID(doc, "sign-out-everywhere")); n != 0 {
		t.Errorf("%d links to sign out everywhere without a URL, want none", n)
	}
}

// named returns the name of a control for screen readers.
func named(control *html.Node) string {
	if label := pagetest.Attr(control, "aria-label"); label != "" {
		return label
	}
	return pagetest.Text(control)
}

func TestSignOutEverywhereStandsApart(t *testing.T) {
	t.Parallel()
	doc := pagetest.Parse(t, templates.SessionPage(templates.SessionView{Page: pagetest.Page("Session", "", pagetest.Ada()), SignOutURL: "/out", SignOutEverywhereURL: "/out-all"}))
	button := pagetest.ByTestID(doc, "sign-out-everywhere")
	if len(button) != 1 || pagetest.Attr(button[0], "href") != "/out-all" {
		t.Fatalf("%d links, want one to /out-all", len(button))
	}
	described := pagetest.Attr(button[0], "aria-describedby")
	for n := range doc.Descendants() {
		if pagetest.Attr(n, "id") == described && pagetest.Text(n) != "Sign out every device, this one too." {
			t.Errorf("the button is described by %q", pagetest.Text(n))
		}
	}
	for a := range button[0].Ancestors() {
		if len(pagetest.ByTestID(a, "sign-out")) > 0 && a.Data != "main" && a.Data != "body" && a.Data != "html" && a.Type == html.ElementNode {
			t.Errorf("it shares a <%s> with the other button", a.Data)
		}
	}
}

func TestAddressesAreEscapedAsAttributes(t *testing.T) {
	t.Parallel()
	const url = `/sign-in?redirect_url="><script>&a='b'`
	doc := pagetest.Parse(t, templates.ProblemPage(templates.ProblemView{Page: pagetest.Page("Title", "", pagetest.Nobody()), Primary: templates.Link{Label: "Sign in", URL: url}}))
	links := pagetest.ByTestID(doc, "primary")
	if len(links) != 1 || pagetest.Attr(links[0], "href") != url {
		t.Errorf("%d links, want one to %s", len(links), url)
	}
}

// No text changes which elements and attributes a page has.
func FuzzTextStaysText(f *testing.F) {
	for _, seed := range []string{pagetest.Markup, pagetest.Arabic, pagetest.Mail, `"><img src=x onerror=alert(1)>`, "</title><script>", "</bdi>", "\x00<b>", "&lt;b&gt;", "--><!--"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return // the page leaves an empty field out, and its elements too
		}
		if diff := cmp.Diff(shape(t, "x"), shape(t, s)); diff != "" {
			t.Errorf("the text %q changes the page (-want +got):\n%s", s, diff)
		}
	})
}

// shape returns the elements of two pages that show s in every field, with the names of the attributes.
func shape(t *testing.T, s string) []string {
	t.Helper()
	p := pagetest.Page(s, "", templates.Viewer{SignedIn: true, Name: s, Email: s, Initials: s})
	p.AppName, p.EmbeddedBanner, p.ReadOnly, p.Notice = s, s, s, templates.Notice{Text: s}
	when, org := templates.Time{Text: s, RFC3339: s}, templates.Organization{Name: s, Role: s}
	return pagetest.Shape(t,
		templates.DevicesPage(templates.DevicesView{Page: p, Devices: []templates.DeviceRow{
			{SessionID: s, Device: s, Name: s, Label: s, Actor: s, Address: s, Place: s, LastActive: when, Created: when},
		}}),
		templates.AccountsPage(templates.AccountsView{Page: p, Accounts: []templates.AccountRow{
			{SessionID: s, Label: s, Name: s, Email: s, Initials: s, Organization: org, LastActive: when},
		}}),
	)
}

// nameOf is what a screen reader calls a button.
func nameOf(button *html.Node) string {
	if label := pagetest.Attr(button, "aria-label"); label != "" {
		return label
	}
	return pagetest.Text(button)
}

// actions lists, for each row, the session, the address and the name of each of its forms.
func actions(doc *html.Node, row string) [][]string {
	var rows [][]string
	for _, r := range pagetest.ByTestID(doc, row) {
		var forms []string
		for _, f := range pagetest.All(r, "form") {
			forms = append(forms, strings.Join([]string{pagetest.Attr(pagetest.All(f, "input")[0], "value"), pagetest.Attr(f, "action"), nameOf(pagetest.All(f, "button")[0])}, " "))
		}
		rows = append(rows, forms)
	}
	return rows
}
