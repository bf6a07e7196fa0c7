package main

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

// await waits until the element with a test id has a text, because scripts change it.
func (n *tab) await(testID, text string) {
	n.t.Helper()
	n.poll(fmt.Sprintf(`document.querySelector('[data-testid=%q]:not([hidden])')?.textContent.includes(%q) ?? false`, testID, text))
}

// awaitOther waits until the element with a test id has another text than before.
func (n *tab) awaitOther(testID, text string) {
	n.t.Helper()
	n.poll(fmt.Sprintf(`(document.querySelector('[data-testid=%q]')?.textContent.trim() ?? %q) !== %q`, testID, text, text))
}

// poll waits until an expression is true, and then reads the page.
func (n *tab) poll(expression string) {
	n.t.Helper()
	ctx, cancel := n.Within()
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression))
	for err != nil && ctx.Err() == nil { // the page was loaded again meanwhile
		_, err = chromedp.Run(ctx, chromedp.Poll[bool](expression))
	}
	n.look()
	if err != nil {
		n.fatalf("it is never true that %s: %v", expression, err)
	}
}

// look reads the page again.
func (n *tab) look() {
	n.t.Helper()
	ctx, cancel := n.Within()
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.OuterHTML(chromedp.CSS("html")))
	for err != nil && ctx.Err() == nil { // the old page has gone, and the next one is not there
		text, err = chromedp.Run(ctx, chromedp.OuterHTML(chromedp.CSS("html")))
	}
	if err != nil {
		n.fatalf("read the page: %v", err)
	}
	if n.page, err = readPage(n.page.status, n.page.url.String(), text); err != nil {
		n.fatalf("read the page: %v", err)
	}
}

// testEndedAtClerkAtOnce: Clerk, or another application, ends a session. Clerk's webhook reports it, and the demo refuses the
// next click, although the token is valid for a minute.
func testEndedAtClerkAtOnce(sc scene) {
	s := sc.site(instance.Development)
	n, other := sc.tab(s.origin, withoutScripts), sc.tab(s.origin, withoutScripts)
	n.signInAs(s, bob)
	other.signInAs(s, bob)
	n.endAtClerk(s)
	other.visit("/dashboard")
	other.wantAt("/dashboard", 200)
}

// endAtClerk ends the session that the page names, and checks that the next click leads to sign-in.
func (n *tab) endAtClerk(s *site) {
	n.t.Helper()
	if err := s.clerk.RevokeSession(n.text("session-id")); err != nil {
		n.fatalf("%v", err)
	}
	s.deliver(n.t)
	n.visit("/dashboard")
	n.wantAt(signInPath, 200)
	n.wantStraight()
	n.wantContains("notice", "You were signed out")
}

// testLivePage: an open page says at once that its session has ended, on this device or on another one.
func testLivePage(sc scene) {
	s := sc.site(instance.Development)
	watching, other := sc.tab(s.origin, withScripts), sc.tab(s.origin, withoutScripts)
	for name, end := range map[string]func(id string){
		"revoked from another device": func(id string) {
			other.visit("/sessions/devices")
			other.click(inDevice(id, "revoke"))
		},
		"ended at Clerk": func(id string) {
			if err := s.clerk.RevokeSession(id); err != nil {
				sc.t.Fatal(err)
			}
		},
	} {
		sc.t.Log(name)
		watching.signInAs(s, bob)
		id := watching.text("session-id")
		if len(other.hops) == 0 {
			other.signInAs(s, bob)
		}
		watching.visit(livePath)
		watching.await("live-state", "Live")
		watching.await("live-time", "UTC")
		end(id)
		watching.await("live-state", "Signed out")
		watching.await("live-text", "This session was ended.")
		watching.click(testID("live-sign-in"))
		watching.wantAt(signInPath, 200)
	}
}

func testLivePageWithoutScripts(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, bob)
	n.visit(livePath)
	n.wantAt(livePath, 200)
	n.wantContains("live-text", "The stream needs JavaScript.")
}

// testCallAPI: the dashboard's link leads to the API's answer. With a script, the page calls the API with a token and shows the
// answer in place.
func testCallAPI(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, bob)
	n.click(testID("call-api"))
	n.wantAt(protectedPath, 200)
	if text := (element{n.page.root}).text(); !strings.Contains(text, `"email":"`+bob+`"`) {
		n.fatalf("the API does not name the user")
	}

	n = sc.tab(s.origin, withScripts)
	n.signInAs(s, bob)
	for range 2 { // the second time with the kept token
		n.do("call the API", chromedp.Click(chromedp.CSS(testID("call-api"))))
		n.await("call-answer", `"email": "`+bob+`"`)
	}
	n.wantAt("/dashboard", 200)
	if err := s.clerk.RevokeSession(n.text("session-id")); err != nil {
		sc.t.Fatal(err)
	}
	s.deliver(sc.t)
	n.seen.expectRefusals(s.origin+protectedPath, s.origin+tokenendpoint.DefaultPath)
	n.do("call the API", chromedp.Click(chromedp.CSS(testID("call-api"))))
	n.await("call-answer", "Not authenticated")
}
