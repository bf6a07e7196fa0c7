package main

import (
	"fmt"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// addAccount signs one more user in on a browser where somebody is, and ends on the page with the accounts.
func (n *tab) addAccount(s *site, email string) {
	n.t.Helper()
	n.visit("/sessions/accounts")
	n.click(testID("add-account"))
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

// devices returns the ids of the sessions that the page lists, and which is marked as this device.
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

// testAddAccountFromHome: whom the home page offers to sign in as is one more account for who is signed in already.
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

// testHomeFromSignIn: who has changed their mind finds the way back.
func testHomeFromSignIn(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.visit("/dashboard")
	n.wantAt(signInPath, 200)
	n.click(".application a")
	n.wantAt("/", 200)
}
