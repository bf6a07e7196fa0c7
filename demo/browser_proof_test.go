package main

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// testReverification: the danger zone needs a proof beside a valid session.
func testReverification(sc scene, scripts scripting, kind instance.Type) {
	s := sc.site(kind)
	n := sc.tab(s.origin, scripts)
	n.signInAs(s, bob)
	n.writeNote("soon gone", func() {})

	n.visit(dangerPath)
	n.wantAt(dangerPath, 200)

	s.clock.Advance(11 * time.Minute)
	n.visit(dangerPath)
	n.wantAt("/sessions/verify", 200)
	n.wantStraight()
	n.fill(testID("proof"), "not this one")
	n.click(testID("verify"))
	n.wantContains("proof-error", "Wrong password.")
	n.fill(testID("proof"), s.user(sc.t, bob).Password)
	n.click(testID("verify"))
	n.wantAt(dangerPath, 200)
	n.wantContains("delete-text", "This deletes 1 note.")

	sc.t.Log("the proof grows old while the page is open")
	s.clock.Advance(11 * time.Minute)
	n.click(testID("delete-notes"))
	n.wantAt("/sessions/verify", 200)
	n.fill(testID("proof"), s.user(sc.t, bob).Password)
	n.click(testID("verify"))
	n.wantAt("/sessions/forms", 200)
	n.wantContains("form-name", "Form")
	n.click(testID("send"))
	n.wantAt(notesPath, 200)
	n.wantContains("notice", "1 note deleted.")
	n.wantNotes()
}

// testRecentSession: the export of all notes needs a session that began today, however fresh its token is.
func testRecentSession(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, bob)
	n.writeNote("taken out", func() {})
	n.click(testID("export"))
	n.wantAt(exportPath, 200)

	s.clock.Advance(23 * time.Hour)
	n.visit(notesPath)
	n.wantAt(notesPath, 200)
	s.clock.Advance(2 * time.Hour)
	n.visit(exportPath)
	n.wantAt(exportPath, 401)
	n.wantContains("why", "This action needs a sign-in from the last 24 hours.")
	n.click(testID("leave"))
	n.wantAt(signInPath, 200)
	n.signIn(bob, s.user(sc.t, bob).Password)
	n.wantAt(exportPath, 200)
}
