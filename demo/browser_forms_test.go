package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// loseRefreshToken deletes the refresh cookie: then the server can't renew an expired token.
func (n *tab) loseRefreshToken() {
	n.t.Helper()
	n.do("lose the refresh token", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		jar, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{})
		if err != nil {
			return err
		}
		for _, cookie := range jar.Cookies {
			if !strings.HasPrefix(cookie.Name, "__refresh") {
				continue
			}
			gone := network.DeleteCookiesParams{Name: cookie.Name, Domain: cookie.Domain, Path: cookie.Path}
			if _, err := cdp.Call(ctx, t, network.DeleteCookies, gone); err != nil {
				return err
			}
		}
		return nil
	}))
}

// writeNote fills the form in, and advances the clock before it sends the form.
func (n *tab) writeNote(text string, before func()) {
	n.t.Helper()
	n.visit(notesPath)
	n.fill(testID("note-text"), text)
	before()
	n.click(testID("add-note"))
}

func (n *tab) wantNotes(texts ...string) {
	n.t.Helper()
	n.visit(notesPath)
	n.wantAt(notesPath, 200)
	var shown []string
	for _, found := range n.page.all("note-shown") {
		shown = append(shown, found.text())
	}
	if !slices.Equal(shown, texts) {
		n.fatalf("the notes are %q, want %q", shown, texts)
	}
}

// testParkedForm: a form that is sent after its token has expired is kept, and arrives once.
func testParkedForm(sc scene, scripts scripting, kind instance.Type) {
	s := sc.site(kind)
	n := sc.tab(s.origin, scripts)
	n.signInAs(s, bob)

	sc.t.Log("the token can be renewed: the form arrives as if nothing had been")
	n.writeNote("renewed", func() { s.clock.Advance(time.Hour) })
	n.wantAt(notesPath, 200)
	n.wantContains("notice", "Note saved.")
	n.wantNotes("renewed")

	sc.t.Log("it can't: the form waits while the browser goes for another, and is offered again")
	n.writeNote("parked", func() {
		s.clock.Advance(time.Hour)
		n.loseRefreshToken()
	})
	n.wantAt("/sessions/forms", 200)
	n.wantStraight()
	n.wantContains("form-fields", "parked")
	twin := n.another()
	twin.visit("/sessions/forms")
	n.wantNotes("renewed")
	n.visit("/sessions/forms")
	n.click(testID("send"))
	n.wantAt(notesPath, 200)
	n.wantContains("notice", "Note saved.")
	n.wantNotes("parked", "renewed")

	sc.t.Log("it is sent once")
	twin.click(testID("send"))
	twin.wantContains("notice", "isn’t saved anymore")
	n.wantNotes("parked", "renewed")
}

// testParkedFormOfEndedSession: the form's author signs in again and sends it. Other users do not see it.
func testParkedFormOfEndedSession(sc scene, scripts scripting) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, scripts)
	n.signInAs(s, bob)
	id := n.text("session-id")
	n.writeNote("after the end", func() {
		s.clock.Advance(time.Hour)
		if err := s.clerk.RevokeSession(id); err != nil {
			sc.t.Fatal(err)
		}
		s.deliver(sc.t)
	})
	n.wantAt(signInPath, 200)
	n.wantStraight()
	n.signIn(mia, s.user(sc.t, mia).Password)
	n.wantAt("/sessions/forms", 200)
	n.wantContains("empty", "You have no saved forms.")
	n.addAccount(s, bob)
	n.visit("/sessions/forms")
	n.wantContains("form-fields", "after the end")
	n.click(testID("send"))
	n.wantAt(notesPath, 200)
	n.want("viewer-email", bob)
	n.wantNotes("after the end")
}
