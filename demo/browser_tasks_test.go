package main

import (
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// task is what a person wants to do, beginning at the dashboard. It counts the clicks.
type task struct {
	*tab
	name   string
	clicks int
}

func (k *task) click(selector string) {
	k.t.Helper()
	k.clicks++
	k.tab.click(selector)
}

// within fails if the task took more clicks than a person should need.
func (k *task) within(limit int) {
	k.t.Helper()
	k.t.Logf("%s: %d clicks", k.name, k.clicks)
	if k.clicks > limit {
		k.t.Errorf("%s takes %d clicks, want at most %d", k.name, k.clicks, limit)
	}
}

// begin signs Dana in, and puts the browser on the dashboard.
func begin(sc scene, s *site, scripts scripting, name string) *task {
	sc.t.Helper()
	k := &task{tab: sc.tab(s.origin, scripts), name: name}
	k.signInAs(s, dana)
	k.visit("/dashboard")
	return k
}

// testTasks does what matters most when something is wrong.
func testTasks(sc scene, scripts scripting) {
	endLostPhone(sc, scripts)
	endEverything(sc, scripts)
	findLastTuesday(sc, scripts)
}

func endLostPhone(sc scene, scripts scripting) {
	s := sc.site(instance.Development)
	k := begin(sc, s, scripts, "end the session on a lost phone")
	k.click(testID("to-devices"))
	id := k.sessionOn("on iPhone")
	k.click(inDevice(id, "revoke"))
	k.wantContains("notice", "iPhone")
	k.within(3)
	if session, err := s.clerk.Session(id); err != nil || session.Status == "active" {
		sc.t.Errorf("the session on the phone is %s (%v)", session.Status, err)
	}
}

// sessionOn returns the id of the session in the row that names a device.
func (k *task) sessionOn(device string) string {
	k.t.Helper()
	for _, row := range k.page.all("device-row") {
		if strings.Contains(row.text(), device) {
			return row.attr("data-session-id")
		}
	}
	k.fatalf("no row names %s", device)
	return ""
}

// endEverything: a sign-in that the user does not know comes while the dashboard is open.
func endEverything(sc scene, scripts scripting) {
	s := sc.site(instance.Development)
	k := begin(sc, s, scripts, "end everything after a suspicious sign-in")
	s.clock.Advance(30 * time.Second)
	stranger := clerktest.Device{Type: "Windows", Browser: "Edge", BrowserVersion: "141.0", IPAddress: "203.0.113.9", City: "Oslo", Country: "NO"}
	if _, err := s.clerk.CreateSession(s.user(sc.t, dana).ID, clerktest.SessionOptions{Device: stranger}); err != nil {
		sc.t.Fatal(err)
	}
	s.deliver(sc.t)
	k.visit("/dashboard")
	k.wantContains("new-sign-in", "Oslo")
	k.click(testID("new-sign-in-not-me"))
	k.click(testID("not-me-sign-out"))
	k.click(testID("sign-out-everywhere"))
	k.click(testID("confirm"))
	if k.page.url.Path != "/" { // the job took longer
		k.follow(scripts)
	}
	k.within(4)
	for _, session := range s.clerk.Sessions(s.user(sc.t, dana).ID) {
		if session.Status == "active" {
			sc.t.Errorf("session %s is still active", session.ID)
		}
	}
}

func findLastTuesday(sc scene, scripts scripting) {
	s := sc.site(instance.Development)
	k := begin(sc, s, scripts, "find where one signed in last Tuesday")
	k.click(testID("to-activity"))
	// The last seven days are links below each other; the one of last Tuesday, or of this day a week ago, is among them.
	for _, day := range k.page.all("activity-day") {
		if strings.Contains(day.text(), "Tuesday") || !k.names("Tuesday") && strings.Contains(day.text(), "Yesterday") {
			k.click(`[data-testid=activity-day][href="` + day.attr("href") + `"]`)
			break
		}
	}
	k.within(4)
	found := k.page.all("activity-where")
	if len(found) == 0 || len(k.page.all("activity-date")) != 1 || k.clicks < 2 {
		k.fatalf("the page does not show where Dana signed in on one day")
	}
	sc.t.Logf("%s: %s", k.text("activity-date"), found[0].text())
}

// names reports whether one of the links to days has this name: today and yesterday have other ones.
func (k *task) names(weekday string) bool {
	for _, day := range k.page.all("activity-day") {
		if strings.Contains(day.text(), weekday) {
			return true
		}
	}
	return false
}
