package main

import (
	"cmp"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
	"github.com/ginclerk/ginclerk/internal/screentest"
)

// byKeys is what a person does on a page with the keyboard alone: they press Tab until they are on each of the controls, and then the keys.
type byKeys struct {
	name, on string
	steps    []keyStep
	at       string // where they are afterwards, with the beginning of a path that ends in an id; empty: where they were
	told     bool   // the result has the focus
}

type keyStep struct{ control, keys string }

// testKeyboardOnPages does on each page what it is for, with Tab, Enter, the space bar and letters.
func testKeyboardOnPages(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withScripts)
	n.signInAs(s, ada)
	n.addAccount(s, dana)
	if _, err := s.clerk.CreateSession(s.user(sc.t, bob).ID, clerktest.SessionOptions{}); err != nil {
		sc.t.Fatal(err)
	}
	for _, row := range []byKeys{
		{name: "a device signs out", on: "/sessions/devices", steps: []keyStep{{"select", kb.Tab + kb.Tab}, {"revoke", kb.Enter}}, told: true},
		{name: "a search lists what it finds", on: "/sessions/devices", steps: []keyStep{{"search", "Safari"}, {"search-button", kb.Enter}}},
		{name: "a filter opens and applies", on: "/sessions/devices", steps: []keyStep{{"filters", kb.Enter}, {"filter-sort", "S"}, {"filter-sort", kb.Enter}}},
		{name: "selected devices sign out", on: "/sessions/devices", steps: []keyStep{{"select", " "}, {"sign-out-selected-below", kb.Enter}}, told: true},
		{name: "a device gets a name", on: "/sessions/devices", steps: []keyStep{{"device-name", kb.Enter}, {"name", "Lamp" + kb.Enter}}, at: "/sessions/devices/", told: true},
		{name: "signing out of other devices asks first, and can be canceled", on: "/sessions/devices", steps: []keyStep{{"sign-out-others", kb.Enter}, {"cancel", kb.Enter}}},
		{name: "activity of a kind is listed", on: "/sessions/activity", steps: []keyStep{{"activity-show", " "}}},
		{name: "the time zone is saved", on: "/sessions/language", steps: []keyStep{{"save", kb.Enter}}, at: "/", told: true},
		{name: "another organization becomes active", on: "/sessions/organizations", steps: []keyStep{{"switch-organization", kb.Enter}}, told: true},
		{name: "another account becomes current", on: "/sessions/accounts", steps: []keyStep{{"switch", " "}}, told: true},
		{name: "an administrator finds a user and signs a device out", on: "/sessions/users", steps: []keyStep{
			{"query", "bob@example.com" + kb.Enter}, {"user-link", kb.Enter}, {"sign-out-device", kb.Enter},
		}, at: "/sessions/users/", told: true},
		{name: "a note is saved", on: notesPath, steps: []keyStep{{"note-text", "milk"}, {"add-note", kb.Enter}}, told: true},
		{name: "the menu of the account leads to the session", on: notesPath, steps: []keyStep{{"", kb.Enter}, {"menu-session", kb.Enter}}, at: "/sessions"},
		{name: "an account signs out", on: "/sessions/accounts", steps: []keyStep{{"sign-out-account", kb.Enter}}, at: "/"},
	} {
		s.clock.Advance(3 * time.Second)
		sc.t.Log(row.name)
		n.doByKeys(row)
	}
	sc.t.Log("the other account goes on, and a saved form is sent: its button has the focus")
	n.visit(signInPath)
	n.reach("continue-as")
	n.pressAndFollow(kb.Enter)
	n.writeNote("flour", func() {
		s.clock.Advance(time.Hour)
		n.loseRefreshToken()
	})
	n.wantAt("/sessions/forms", 200)
	if at := n.focused(); at != "send" {
		n.fatalf("the focus is on %s", at)
	}
	n.pressAndFollow(kb.Enter)
	n.wantAt(notesPath, 200)
	n.wantToldAtFocus()
}

func (n *tab) doByKeys(row byKeys) {
	n.t.Helper()
	n.visit(row.on)
	for _, step := range row.steps {
		n.reach(step.control)
		n.pressAndFollow(step.keys)
	}
	at, want := n.page.url.Path, cmp.Or(row.at, row.on)
	if at != want && (len(want) < 2 || !strings.HasSuffix(want, "/") || !strings.HasPrefix(at, want)) {
		n.fatalf("%s: the keyboard led elsewhere, want %s", row.name, want)
	}
	if row.told {
		n.wantToldAtFocus()
	}
}

// wantToldAtFocus fails unless the keyboard goes on at the result of the action.
func (n *tab) wantToldAtFocus() {
	n.t.Helper()
	if at := n.focused(); at != "notice" {
		n.fatalf("the focus is on %s, not on the result", at)
	}
}

// reach presses Tab until the control has the focus. Without a name it is the menu of the account.
func (n *tab) reach(control string) {
	n.t.Helper()
	const many = 80
	for range many {
		if at := n.focused(); at == control || control == "" && strings.HasPrefix(at, "<summary") {
			return
		}
		n.press(kb.Tab)
	}
	n.fatalf("Tab does not lead to %s", control)
}

// pressAndFollow presses keys, and waits for the page to which they lead, if they lead to one.
func (n *tab) pressAndFollow(keys string) {
	n.t.Helper()
	stays := strings.TrimRight(keys, kb.Enter+" ")
	leads := chromiumtest.Evaluate[bool](n.t, n.Tab, `const one = document.activeElement;
		return !["SUMMARY", "SELECT"].includes(one.tagName) && one.type !== "checkbox"`) && stays != keys
	if !leads {
		n.press(keys)
		return
	}
	n.press(stays)
	n.navigate("press a key", chromedp.KeyEvent(keys[len(stays):]))
}

// testKeyboardEverywhere walks every page of the demo. The small screen has the navigation in a menu.
func testKeyboardEverywhere(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withScripts)
	n.signInAs(s, ada)
	for _, path := range pagesOfAda(s, n.text("session-id"), s.user(sc.t, bob).ID) {
		s.clock.Advance(2 * time.Second)
		n.visit(path)
		for _, found := range append(screentest.Walk(sc.t, n.Tab), screentest.Disclosures(sc.t, n.Tab)...) {
			sc.t.Errorf("%s with the keyboard: %s", path, found)
		}
	}
	screentest.Show(sc.t, n.Tab, screentest.DesktopAtTwiceTheSize())
	n.visit("/dashboard")
	n.reach("nav-button")
	n.press(kb.Enter + kb.Tab)
	if at := n.focused(); at != "nav-home" {
		n.fatalf("the menu opens, and Tab leads to %s", at)
	}
	n.press(kb.Escape)
	if at := n.focused(); at != "nav-button" {
		n.fatalf("Escape closes the menu, and the focus is on %s", at)
	}
	n.press(" ")
	n.reach("nav-devices")
	n.pressAndFollow(kb.Enter)
	n.wantAt("/sessions/devices", 200)
}
