package main

import (
	"net/http"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// testMoreScreenshots visits the pages that need a story to reach them.
func testMoreScreenshots(sc scene) {
	s, c := sc.site(instance.Development), newCamera(sc)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, bob)
	c.notePages(n, s)
	c.proofPages(n, s)
	c.waitingPages(n, s)
	c.livePages(sc.tab(s.origin, withoutScripts), sc.tab(s.origin, withScripts), s)
	c.signOutPages(n, s)
}

func (c *camera) notePages(n *tab, s *site) {
	c.t.Helper()
	n.visit(notesPath)
	c.examine(n, "notes-none")
	n.writeNote("Two lines,\nand the second is longer than the first, so that it has to be broken on a telephone.", func() {})
	s.clock.Advance(time.Minute)
	n.writeNote("milk", func() {})
	c.examine(n, "notes")
	n.visit(dangerPath)
	c.examine(n, "danger")
}

func (c *camera) proofPages(n *tab, s *site) {
	c.t.Helper()
	s.clock.Advance(11 * time.Minute)
	n.visit(dangerPath)
	n.wantAt("/sessions/verify", 200)
	c.examine(n, "verify")
	n.fill(testID("proof"), "not this one")
	n.click(testID("verify"))
	c.examine(n, "verify-wrong")
	s.clock.Advance(25 * time.Hour)
	n.visit(exportPath)
	n.wantAt(exportPath, 401)
	c.examine(n, "session-too-old")
	n.visit("/sessions/sign-in-again")
	c.examine(n, "sign-in-again")
}

func (c *camera) waitingPages(n *tab, s *site) {
	c.t.Helper()
	n.visit("/sessions/forms")
	c.examine(n, "forms-none")
	n.writeNote("flour", func() {
		s.clock.Advance(time.Hour)
		n.loseRefreshToken()
	})
	n.wantAt("/sessions/forms", 200)
	c.examine(n, "forms")
}

func (c *camera) livePages(still, moving *tab, s *site) {
	c.t.Helper()
	still.signInAs(s, bob)
	still.visit(livePath)
	c.take(still, "live-without-scripts")
	moving.signInAs(s, bob)
	id := moving.text("session-id")
	moving.do("call the API", chromedp.Click(chromedp.CSS(testID("call-api"))))
	moving.await("call-answer", bob)
	c.take(moving, "dashboard-answer")
	moving.visit(livePath)
	moving.await("live-state", c.says("demo.live.state-live"))
	moving.await("live-time", "UTC")
	c.take(moving, "live")
	if err := s.clerk.RevokeSession(id); err != nil {
		c.t.Fatal(err)
	}
	moving.await("live-state", c.says("demo.live.state-signed-out"))
	c.take(moving, "live-ended")
}

// signOutPages are the pages of a job that runs, and of a job that could not end every session.
func (c *camera) signOutPages(n *tab, s *site) {
	c.t.Helper()
	for range manySessions {
		if _, err := s.clerk.CreateSession(s.user(c.t, bob).ID, clerktest.SessionOptions{}); err != nil {
			c.t.Fatal(err)
		}
	}
	n.visit("/sessions/devices")
	c.take(n, "devices-many")
	s.clerk.Fail(clerktest.Fault{Operation: "POST /v1/sessions/{session_id}/revoke", Status: http.StatusForbidden, Times: 2})
	n.click(testID("sign-out-others"))
	n.click(testID("confirm")) // the page asks first
	c.take(n, "sign-out-running")
	n.follow(withoutScripts)
	c.take(n, "sign-out-failed")
	n.click(testID("retry"))
	c.take(n, "sign-out-retried")
}
