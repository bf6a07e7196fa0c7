package demo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/demo"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func TestEmbeddedClerkOffersWhatIsPossible(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		viewer   templates.Viewer
		embedded demo.EmbeddedClerk
		want     map[string]string // test id to text and target
	}{
		{"signed out, one may sign in", pagetest.Nobody(), demo.EmbeddedClerk{SignInURL: "/in", AddAccountURL: "/add"}, map[string]string{
			"embedded-sign-in": "Sign in /in",
		}},
		{"signed in, one may add an account", pagetest.Ada(), demo.EmbeddedClerk{SignInURL: "/in", AddAccountURL: "/add"}, map[string]string{
			"embedded-add-account": "Add an account /add",
		}},
		{"signed in without a URL, nothing is offered", pagetest.Ada(), demo.EmbeddedClerk{SignInURL: "/in"}, map[string]string{}},
		{"signed out without a URL, nothing is offered", pagetest.Nobody(), demo.EmbeddedClerk{AddAccountURL: "/add"}, map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.embedded.Active = true
			doc := pagetest.Parse(t, spoken(demo.HomePage(demo.HomeView{Page: pagetest.Page("Home", "", tt.viewer), Embedded: tt.embedded})))
			got := map[string]string{}
			for _, id := range []string{"embedded-sign-in", "embedded-add-account"} {
				for _, n := range pagetest.ByTestID(doc, id) {
					got[id] = pagetest.Text(n) + " " + pagetest.Attr(n, "href")
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
		doc := pagetest.Parse(t, spoken(demo.DashboardPage(demo.DashboardView{Page: pagetest.Page("Dashboard", "", pagetest.Ada()), Name: name})))
		if got := len(pagetest.ByTestID(doc, "user-name")); got != rows {
			t.Errorf("%d rows for the name %q, want %d", got, name, rows)
		}
	}
}

// FuzzNotesStayText checks that no note changes which elements and attributes a page has.
func FuzzNotesStayText(f *testing.F) {
	for _, seed := range []string{pagetest.Markup, pagetest.Arabic, pagetest.Mail, "</textarea><script>", "</bdi>", "\x00<b>", "&lt;b&gt;", "--><!--"} {
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

// shape is the elements of the page with one note that has the text s.
func shape(t *testing.T, s string) []string {
	t.Helper()
	when := templates.Time{Text: s, RFC3339: s}
	return pagetest.Shape(t, demo.NotesPage(demo.NotesView{
		Page: pagetest.Page(s, "", templates.Viewer{SignedIn: true, Name: s, Email: s, Initials: s}), Notes: []demo.Note{{Text: s, Written: when}},
	}))
}
