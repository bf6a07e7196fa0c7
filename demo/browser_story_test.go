package main

import (
	"slices"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// The users of the story. Dana has sessions on eight more devices.
const (
	dana = "dana@example.com"
	mia  = "mia@example.com"
	ada  = "ada@example.com"
	bob  = "bob@example.com"
)

// story is the main path through the demo, with two browsers and without JavaScript.
type story struct {
	*site
	t             *testing.T
	first, second *tab
}

func testStory(sc scene, kind instance.Type) {
	s := sc.site(kind)
	st := &story{
		site: s, t: sc.t,
		first: sc.tab(s.origin, withoutScripts), second: sc.tab(s.origin, withoutScripts),
	}
	for _, step := range []struct {
		name string
		run  func()
	}{
		{"signed out at the dashboard, sign in, back on the dashboard", st.signInAndReturn},
		{"the session page shows the session", st.seeSession},
		{"add a second account, switch back, reload", st.switchAccounts},
		{"a second browser signs in and is revoked from the first", st.revokeSecond},
		{"the token expires and work goes on", func() { st.goOnAfter(2 * time.Minute) }},
		{"a day passes and work goes on", func() { st.goOnAfter(24 * time.Hour) }},
		{"who is no admin lands on unauthorized", st.notAdmin},
		{"an admin sees the admin page", st.isAdmin},
		{"sign out everywhere signs both browsers out", st.signOutEverywhere},
	} {
		sc.t.Logf("%s", step.name)
		step.run()
	}
}

func (s *story) signInAndReturn() {
	s.first.visit("/dashboard")
	s.first.wantAt(signInPath, 200)
	s.first.wantStraight()
	s.first.signIn(dana, s.user(s.t, dana).Password)
	s.first.wantAt("/dashboard", 200)
	s.first.want("user-email", dana)
	s.first.want("viewer-email", dana)
}

func (s *story) seeSession() {
	id := s.first.text("session-id")
	s.first.visit("/sessions")
	s.first.wantNoRedirects()
	s.first.wantAt("/sessions", 200)
	s.first.want("session-id", id)
	s.first.want("session-status", "Status: Active")
	s.first.want("session-created", "just now")
	s.first.want("session-last-active", "just now")
	if _, err := time.Parse("Jan 2, 2006, 3:04 pm UTC", s.first.text("session-expires")); err != nil {
		s.first.fatalf("session-expires: %v", err)
	}
	s.first.wantContains("session-device", "Chrome")
}

func (s *story) switchAccounts() {
	s.first.click(testID("accounts-link"))
	s.first.wantAccounts(dana, dana)
	s.first.click(testID("add-account"))
	s.clock.Advance(time.Second) // Clerk's times are whole seconds, and two sign-ins must differ
	s.first.signIn(mia, s.user(s.t, mia).Password)
	s.first.wantAt("/sessions/accounts", 200)
	s.first.wantAccounts(mia, dana, mia)
	s.first.want("viewer-email", mia)

	s.first.click(s.first.inAccount(dana, "switch"))
	s.first.wantAt("/sessions/accounts", 200)
	s.first.want("notice", "Done. You switched to "+dana+".")
	s.first.wantAccounts(dana, dana, mia)
	s.first.reload()
	s.first.wantAccounts(dana, dana, mia)
	s.first.visit("/dashboard")
	s.first.want("user-email", dana)
}

func (s *story) revokeSecond() {
	s.second.signInAs(s.site, dana)
	theirs := s.second.text("session-id")
	mine := s.first.text("session-id")
	s.first.visit("/sessions/devices")
	ids, current := s.first.devices()
	if !slices.Contains(ids, theirs) || current != mine || len(ids) != 10 {
		s.first.fatalf("the devices are %v with %s as current, want ten with %s, and %s as current", ids, current, theirs, mine)
	}
	s.first.click(inDevice(theirs, "revoke"))
	s.first.wantAt("/sessions/devices", 200)
	s.first.wantContains("notice", "Signed out: Chrome")
	if ids, _ = s.first.devices(); slices.Contains(ids, theirs) || !slices.Contains(ids, mine) {
		s.first.fatalf("the devices are %v after %s was revoked", ids, theirs)
	}

	s.second.visit("/dashboard")
	s.second.wantAt(signInPath, 200)
	s.second.wantStraight()
	s.second.wantContains("notice", "You were signed out from another device")
}

// goOnAfter advances the clock while pages are open: links and forms of old pages still work each time.
func (s *story) goOnAfter(pause time.Duration) {
	s.first.visit("/sessions/devices")
	s.clock.Advance(pause)
	s.first.visit("/dashboard")
	s.first.wantAt("/dashboard", 200)
	s.first.wantStraight()
	s.first.want("user-email", dana)
	s.first.reload()
	s.first.wantNoRedirects()

	s.first.visit("/sessions/devices")
	ids, current := s.first.devices()
	other := ids[slices.IndexFunc(ids, func(id string) bool { return id != current })]
	s.clock.Advance(pause)
	s.first.click(inDevice(other, "revoke"))
	s.first.wantAt("/sessions/devices", 200)
	s.first.wantStraight()
	s.first.wantContains("notice", "Signed out: ")
	if left, _ := s.first.devices(); slices.Contains(left, other) {
		s.first.fatalf("%s is still there", other)
	}

	s.first.visit("/sessions/accounts")
	s.clock.Advance(pause)
	s.first.click(s.first.inAccount(mia, "switch"))
	s.first.wantStraight()
	s.first.want("notice", "Done. You switched to "+mia+".")
	s.first.wantAccounts(mia, dana, mia)
	s.first.click(s.first.inAccount(dana, "switch"))
	s.first.wantAccounts(dana, dana, mia)
}

func (s *story) notAdmin() {
	s.first.visit("/admin")
	s.first.wantAt("/unauthorized", 403)
	s.first.want("account-email", dana)
	s.first.want("required", "Admins of your organization")
}

func (s *story) isAdmin() {
	s.second.signIn(ada, s.user(s.t, ada).Password)
	s.second.visit("/admin")
	s.second.wantAt("/admin", 200)
	s.second.want("admin-user", ada)
	s.second.want("role", "org:admin")
	s.second.visit("/sessions")
	s.second.click(testID("sign-out"))
}

func (s *story) signOutEverywhere() {
	s.second.signInAs(s.site, dana)
	s.first.visit("/sessions")
	s.first.click(testID("sign-out-everywhere"))
	s.first.click(testID("confirm"))  // the page asks first
	if s.first.page.url.Path != "/" { // the job took longer
		s.first.follow(withoutScripts)
		s.first.click(testID("primary"))
	} else {
		s.first.wantContains("notice", "You’re signed out on every device.")
	}
	s.first.wantAt("/", 200)
	s.first.wantContains("signed-in-state", "You’re signed out.")
	s.first.visit("/dashboard")
	s.first.wantAt(signInPath, 200)

	s.second.visit("/dashboard")
	s.second.wantAt(signInPath, 200)
	s.second.wantContains("notice", "You were signed out from another device")
	for _, session := range s.clerk.Sessions(s.user(s.t, dana).ID) {
		if session.Status == "active" {
			s.t.Errorf("session %s is still active", session.ID)
		}
	}
}
