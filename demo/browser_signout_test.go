package main

import (
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// manySessions is a number of sessions that takes some seconds to end at half of a development instance's limit: five a second.
const manySessions = 30

// testSignOutEverywhereWithProgress: a user with many sessions sees them end. Other users' sessions stay.
func testSignOutEverywhereWithProgress(sc scene, scripts scripting) {
	s := sc.site(instance.Development)
	n, bobs := sc.tab(s.origin, scripts), sc.tab(s.origin, withoutScripts)
	bobs.signInAs(s, bob)
	n.signInAs(s, mia)
	miaID := s.user(sc.t, mia).ID
	for range manySessions {
		if _, err := s.clerk.CreateSession(miaID, clerktest.SessionOptions{}); err != nil {
			sc.t.Fatal(err)
		}
	}
	n.visit("/sessions")
	n.click(testID("sign-out-everywhere"))
	n.click(testID("confirm")) // the page asks first
	seen := n.follow(scripts)
	if len(seen) < 3 {
		sc.t.Errorf("the page told of %v sessions that are ended, want it to go on", seen)
	}
	sc.t.Logf("the page told of %v sessions that are ended", seen)
	n.want("ended", strconv.Itoa(manySessions+1))
	n.want("failed", "0")
	n.click(testID("primary"))
	n.wantAt("/", 200)
	n.wantContains("signed-in-state", "You’re signed out.")
	for _, session := range s.clerk.Sessions(miaID) {
		if session.Status == "active" {
			sc.t.Errorf("session %s is still active", session.ID)
		}
	}
	bobs.visit("/dashboard")
	bobs.want("user-email", bob)
}

// follow watches the page of a job until it has finished, and returns the numbers of ended sessions that it showed.
func (n *tab) follow(scripts scripting) (seen []int) {
	n.t.Helper()
	for {
		job := n.page.all("sign-out-job")
		if len(job) != 1 {
			n.fatalf("this is not the page of a job; it told of %v sessions that are ended", seen)
		}
		ended, err := strconv.Atoi(n.text("ended"))
		if err != nil {
			n.fatalf("ended: %v", err)
		}
		if len(seen) == 0 || seen[len(seen)-1] != ended {
			seen = append(seen, ended)
		}
		if !job[0].has("data-running") {
			return seen
		}
		if scripts {
			n.awaitOther("ended", strconv.Itoa(ended))
		} else {
			n.reload()
		}
	}
}
