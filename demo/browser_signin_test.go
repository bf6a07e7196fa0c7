package main

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Selectors of the embedded Clerk's sign-in and sign-up pages, which have no test ids.
const (
	submitButton  = `[data-testid="form"] button[type="submit"]:not([name])`
	otherWay      = `[data-testid="alternative"] button`
	identifier    = `#identifier`
	passwordField = `#password`
	codeField     = `#code`
	testCode      = "424242"
)

// signIn takes the two steps of the sign-in page.
func (n *tab) signIn(email, password string) {
	n.t.Helper()
	n.fill(identifier, email)
	n.click(submitButton)
	n.fill(passwordField, password)
	n.click(submitButton)
}

// signInAs signs a seeded user in, in a browser without a signed-in user, and ends on the dashboard.
func (n *tab) signInAs(s *site, email string) {
	n.t.Helper()
	n.visit("/dashboard")
	n.wantAt(signInPath, 200)
	n.signIn(email, s.user(n.t, email).Password)
	n.wantAt("/dashboard", 200)
	n.want("user-email", email)
}

func testSignInWithCode(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.visit("/dashboard")
	n.fill(identifier, "bob@example.com")
	n.click(submitButton)
	n.click(otherWay)
	n.fill(codeField, "000000")
	n.click(submitButton)
	n.wantContains("problem", "Wrong")
	n.fill(codeField, testCode)
	n.click(submitButton)
	n.wantAt("/dashboard", 200)
	n.want("user-email", "bob@example.com")
}

func testWrongPassword(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.visit("/dashboard")
	n.signIn("bob@example.com", "not this one")
	n.wantContains("problem", "assword")
	if field, ok := n.page.byID("password"); !ok || field.attr("aria-invalid") != "true" || field.attr("value") != "" {
		n.fatalf("the password field shall be there, empty and marked")
	}
	if text := (element{n.page.root}).text(); !strings.Contains(text, "as bob@example.com") {
		n.fatalf("the page has forgotten the e-mail address")
	}
	n.fill(passwordField, s.user(sc.t, "bob@example.com").Password)
	n.click(submitButton)
	n.wantAt("/dashboard", 200)
}

func testUnknownAddress(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.visit("/dashboard")
	n.fill(identifier, "nobody@example.com")
	n.click(submitButton)
	if n.text("problem") == "" {
		n.fatalf("no word of what is wrong")
	}
	if field, _ := n.page.byID("identifier"); field.attr("value") != "nobody@example.com" {
		n.fatalf("the page has forgotten the e-mail address")
	}
}

func testSignUp(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.visit("/")
	n.click(testID("sign-up"))
	n.fill("#first_name", "Nia")
	n.fill("#last_name", "Larsen")
	n.fill("#email_address", "nia@example.com")
	n.fill(passwordField, "short")
	n.click(submitButton)
	n.wantContains("problem", "too short")
	if field, _ := n.page.byID("email_address"); field.attr("value") != "nia@example.com" {
		n.fatalf("the form has forgotten the e-mail address")
	}
	n.fill(passwordField, "long-enough-and-unheard-of")
	n.click(submitButton)
	n.fill(codeField, testCode)
	n.click(submitButton)
	n.wantAt("/", 200)
	n.want("viewer-email", "nia@example.com")
	n.visit("/dashboard")
	n.want("user-email", "nia@example.com")
}

func testSignOutHere(sc scene) {
	s := sc.site(instance.Development)
	n, elsewhere := sc.tab(s.origin, withoutScripts), sc.tab(s.origin, withoutScripts)
	n.signInAs(s, "bob@example.com")
	elsewhere.signInAs(s, "bob@example.com")
	n.visit("/sessions")
	n.click(testID("sign-out"))
	n.wantAt("/", 200)
	n.wantContains("notice", "You’re signed out.")
	n.wantContains("signed-in-state", "You’re signed out.")
	n.reload()
	if len(n.page.all("notice")) > 0 {
		n.fatalf("the notice is still there")
	}
	n.visit("/dashboard")
	n.wantAt(signInPath, 200)
	elsewhere.visit("/dashboard")
	elsewhere.wantAt("/dashboard", 200)
}

func testSignOutOtherAccount(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, "bob@example.com")
	n.addAccount(s, "mia@example.com")
	n.click(n.inAccount("bob@example.com", "sign-out-account"))
	n.wantAt("/sessions/accounts", 200)
	n.wantContains("notice", "Signed out of")
	n.wantAccounts("mia@example.com", "mia@example.com")
	n.visit("/dashboard")
	n.want("user-email", "mia@example.com")
}

func testSignInPageWhenSignedIn(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, "bob@example.com")
	n.addAccount(s, "mia@example.com")
	n.visit(signInPath)
	n.wantAt(signInPath, 200)
	n.click(`[data-testid="accounts"] button:has(.tag)`) // the button of the current account
	n.wantAt("/", 200)
	n.want("viewer-email", "mia@example.com")
	n.visit(signInPath + "?redirect_url=" + "%2Fdashboard")
	n.click(`[data-testid="accounts"] button:not(:has(.tag))`)
	n.wantAt("/dashboard", 200)
	n.want("user-email", "bob@example.com")
}
