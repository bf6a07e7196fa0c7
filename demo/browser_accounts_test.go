package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// addAccount signs one more user in, in a browser with a signed-in user, and ends on the page with the accounts.
func (n *tab) addAccount(s *site, email string) {
	n.t.Helper()
	n.visit("/sessions/accounts")
	n.click(testID("add-account"))
	s.clock.Advance(time.Second) // Clerk's times are whole seconds, and two sign-ins must differ
	n.signIn(email, s.user(n.t, email).Password)
	n.wantAt("/sessions/accounts", 200)
}

// wantAccounts fails unless the page lists exactly these accounts, and marks one as current.
func (n *tab) wantAccounts(current string, emails ...string) {
	n.t.Helper()
	var listed []string
	for _, row := range n.page.all("account-row") {
		email := row.says("account-email")
		listed = append(listed, email)
		marked := row.attr("aria-current") == "true" && len(row.all("current")) == 1
		if marked != (email == current) {
			n.fatalf("the account %s is marked as current: %t", email, marked)
		}
	}
	slices.Sort(listed)
	slices.Sort(emails)
	if !slices.Equal(listed, emails) {
		n.fatalf("the accounts are %v, want %v", listed, emails)
	}
}

// inAccount is the selector of a control in an account's row.
func (n *tab) inAccount(email, control string) string {
	n.t.Helper()
	for _, row := range n.page.all("account-row") {
		if row.says("account-email") == email {
			return inRow("account-row", row.attr("data-session-id"), control)
		}
	}
	n.fatalf("the account %s is not listed", email)
	return ""
}

// inDevice is the selector of a control in the row of a session.
func inDevice(sessionID, control string) string { return inRow("device-row", sessionID, control) }

func inRow(row, sessionID, control string) string {
	return fmt.Sprintf(`[data-testid=%q][data-session-id=%q] [data-testid=%q]`, row, sessionID, control)
}

// devices returns the session ids on the page, and the one that is marked as this device.
func (n *tab) devices() (ids []string, current string) {
	n.t.Helper()
	for _, row := range n.page.all("device-row") {
		ids = append(ids, row.attr("data-session-id"))
		if row.attr("aria-current") == "true" {
			current = row.attr("data-session-id")
		}
	}
	return ids, current
}

// testAddAccountFromHome adds one of the accounts on the home page, as a signed-in user.
func testAddAccountFromHome(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, dana)
	n.visit("/")
	n.click(testID("embedded-add-account"))
	n.wantAt(signInPath+"/add-account", 200)
	n.signIn(mia, s.user(sc.t, mia).Password)
	n.wantAt("/sessions/accounts", 200)
	n.wantAccounts(mia, dana, mia)
}

// testHomeFromSignIn leaves the sign-in page without signing in.
func testHomeFromSignIn(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.visit("/dashboard")
	n.wantAt(signInPath, 200)
	n.click(".application a")
	n.wantAt("/", 200)
}

// testSwitchLasts: after a switch the browser stays in that account until its session ends, even if tokens expire and the
// application restarts. A page then says why, and offers the other account.
func testSwitchLasts(sc scene, scripts scripting, kind instance.Type) {
	s := sc.site(kind)
	n := sc.tab(s.origin, scripts)
	n.signInAs(s, dana)
	n.addAccount(s, mia)
	n.click(n.inAccount(dana, "switch"))
	n.want("viewer-email", dana)
	for _, pause := range []time.Duration{0, 2 * time.Minute, 24 * time.Hour} {
		s.clock.Advance(pause)
		s.restart(sc.t)
		n.visit("/dashboard")
		n.wantAt("/dashboard", 200)
		n.wantStraight()
		n.want("user-email", dana)
	}
	n.endAtClerk(s)
	n.click(`[data-testid="accounts"] button`)
	n.wantAt("/dashboard", 200)
	n.want("user-email", mia)
}
