package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// The embedded Clerk has just started, and yet each of the last days has a sign-in of Dana.
func TestDanaHasAHistory(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	header := byProgram(t, a, person{email: danaEmail})
	for back := 1; back <= historyDays; back++ {
		day := a.clerk.Clock().Now().AddDate(0, 0, -back).Format(time.DateOnly)
		found := a.do(t, http.MethodGet, "/sessions/activity?kind=sign_ins&day="+day, header).json(t)
		if count, _ := found["total_count"].(float64); count < 1 {
			t.Errorf("on %s there are %v sign-ins", day, found["total_count"])
		}
	}
}

// Clerk's webhooks tell the activity of what happens elsewhere.
func TestASignInElsewhereIsInTheActivity(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	header := byProgram(t, a, member)
	device := clerktest.Device{Type: "Windows", Browser: "Edge", City: "Oslo", Country: "NO"}
	bob, err := a.clerk.UserByEmail(member.email)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.clerk.CreateSession(bob.ID, clerktest.SessionOptions{Device: device}); err != nil {
		t.Fatal(err)
	}
	if err := a.clerk.DeliverWebhooks(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := a.do(t, http.MethodGet, "/sessions/activity", header); !strings.Contains(got.body, `"Oslo"`) {
		t.Errorf("the activity does not name the place:\n%s", got.body)
	}
}

// Ada may manage the members of Acme, and no other user. Bob, a member, is offered nothing of it.
func TestAdministratorsManageMembersOfTheirOrganization(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, admin := visitors()
	for _, row := range []struct {
		name   string
		who    person
		path   string
		status int
		has    string // "" means nothing of the users
	}{
		{"the dashboard leads an administrator to the users", admin, "/dashboard", 200, `href="/sessions/users"`},
		{"so does the page for administrators", admin, "/admin", 200, `data-testid="users"`},
		{"a member of Acme is found", admin, "/sessions/users?query=bob@example.com", 200, "bob@example.com"},
		{"the dashboard of a member has no such link", member, "/dashboard", 200, ""},
	} {
		got := a.do(t, http.MethodGet, row.path, byBrowser(t, a, row.who))
		if got.status != row.status || row.has != "" && !strings.Contains(got.body, row.has) ||
			row.has == "" && strings.Contains(got.body, `data-testid="to-users"`) {
			t.Errorf("%s: %s\n%s", row.name, got.summary(t, a.origin), got.body)
		}
	}
	dana, err := a.clerk.UserByEmail(danaEmail)
	if err != nil {
		t.Fatal(err)
	}
	if got := a.do(t, http.MethodGet, "/sessions/users/"+dana.ID, byBrowser(t, a, admin)); got.status != http.StatusNotFound {
		t.Errorf("a user of another organization: %s, want 404", got.summary(t, a.origin))
	}
}

func TestPagesSpeakTheLanguageOfTheBrowser(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	for path, words := range map[string]string{
		livePath: "Serverzeit", "/dashboard": "Wird geladen", "/unauthorized": "Administratoren Ihrer Organisation", notesPath: "Notiz speichern",
	} {
		header := byBrowser(t, a, member)
		header.Set("Accept-Language", "de")
		if got := a.do(t, http.MethodGet, path, header); !strings.Contains(got.body, words) {
			t.Errorf("%s does not say %q", path, words)
		}
	}
}
