package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func testEndedAtClerk(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	for path, pause := range map[string]time.Duration{"/sessions": 0, "/sessions/devices": 0, "/sessions/accounts": 0, "/dashboard": 2 * time.Minute} {
		n.signInAs(s, "bob@example.com")
		if err := s.clerk.RevokeSession(n.text("session-id")); err != nil {
			sc.t.Fatal(err)
		}
		s.clock.Advance(pause)
		n.visit(path)
		n.wantAt(signInPath, 200)
		n.wantStraight()
		n.wantContains("notice", "Sign in to continue.")
	}
}

func testFormOfEndedSession(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, "bob@example.com")
	id := n.text("session-id")
	n.visit("/sessions/sign-out-everywhere")
	if err := s.clerk.RevokeSession(id); err != nil {
		sc.t.Fatal(err)
	}
	s.clock.Advance(2 * time.Minute)
	n.click(testID("confirm"))
	n.wantAt(signInPath, 200)
	n.wantStraight()
	n.signIn("bob@example.com", s.user(sc.t, "bob@example.com").Password)
	n.wantAt("/sessions/sign-out-everywhere", 200)
}

func testClerkAway(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, "bob@example.com")
	id := n.text("session-id")
	n.visit("/sessions")
	s.clock.Advance(2 * time.Minute)
	s.clerk.SetUnreachable(true)
	n.click(testID("sign-out"))
	n.wantAt("/sessions/sign-out", 503)
	n.wantContains("what", "You haven’t been signed out.")
	n.visit("/dashboard")
	n.wantAt("/dashboard", 503)
	n.visit("/")
	n.wantAt("/", 200)
	s.clerk.SetUnreachable(false)
	n.visit("/dashboard")
	n.wantAt("/dashboard", 200)
	n.want("session-id", id)
}

func testBackAfterSignOut(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, "bob@example.com")
	n.visit("/sessions")
	n.click(testID("sign-out"))
	n.wantAt("/", 200)
	n.navigate("back", chromedp.NavigateBack())
	n.wantAt(signInPath, 200)
}

func testFormAfterSwitch(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, dana)
	n.addAccount(s, mia)
	n.click(n.inAccount(dana, "switch"))
	n.visit("/sessions/devices")
	ids, current := n.devices()
	other := ids[slices.IndexFunc(ids, func(id string) bool { return id != current })]

	beside := n.another()
	beside.visit("/sessions/accounts")
	beside.click(beside.inAccount(mia, "switch"))
	beside.want("viewer-email", mia)

	n.click(inDevice(other, "revoke"))
	n.wantAt("/sessions/devices", 200)
	n.want("viewer-email", mia)
	n.wantContains("notice", "Nothing changed.")
	if session, err := s.clerk.Session(other); err != nil || session.Status != "active" {
		sc.t.Errorf("the session of the other account is %s (%v)", session.Status, err)
	}
}

// testForeignForm posts from another port of localhost. To the browser that is the same site, so it sends the cookies.
func testForeignForm(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	n.signInAs(s, "bob@example.com")
	id := n.text("session-id")
	neighbor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, err := fmt.Fprintf(w, `<!doctype html><title>t</title><form method="post" action="%s/sessions/sign-out-everywhere">`+
			`<button data-testid="go">Go</button></form>`, s.origin)
		if err != nil {
			sc.t.Error(err)
		}
	}))
	sc.t.Cleanup(neighbor.Close)
	foreign := n.another()
	foreign.origin = strings.Replace(neighbor.URL, "127.0.0.1", "localhost", 1)
	foreign.visit("/")
	foreign.click(testID("go"))
	foreign.wantAt("/sessions/sign-out-everywhere", 403)
	foreign.want("page-title", "This came from another site")
	n.visit("/dashboard")
	n.want("session-id", id)
}

func testForeignReturn(sc scene) {
	s := sc.site(instance.Development)
	for _, target := range []string{"https://evil.example/x", "//evil.example/x", `/\evil.example`} {
		n := sc.tab(s.origin, withoutScripts)
		n.visit(signInPath + "?redirect_url=" + url.QueryEscape(target))
		n.signIn("bob@example.com", s.user(sc.t, "bob@example.com").Password)
		n.wantAt("/", 200)
		n.want("viewer-email", "bob@example.com")
	}
}

// testLookingAround opens one link after the other as a new visitor, sees that each needs a session, and goes back.
func testLookingAround(sc scene) {
	s := sc.site(instance.Development)
	n := sc.tab(s.origin, withoutScripts)
	for _, path := range []string{"/dashboard", "/admin", "/sessions", "/sessions/accounts", "/sessions/devices"} {
		n.visit("/")
		n.do("open the list of routes", chromedp.Click(chromedp.CSS(`[data-testid="all-routes"] summary`)))
		n.click(`[data-testid="route-link"][href="` + path + `"]`)
		n.wantAt(signInPath, 200)
	}
}
