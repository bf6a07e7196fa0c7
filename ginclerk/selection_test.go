package ginclerk_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// household is a production application without a proxy, which never sees __client, and a browser in which Ada and Bob are
// signed in, Bob being current.
func household(t *testing.T, options ...setup) (*app, *visitor) {
	t.Helper()
	a := newApp(t, append(options, production(), configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))...)
	a.withSwitch(t)
	v := a.visitor(t, ada, bob)
	delete(v.cookies, "__client")
	return a, v
}

// withSwitch registers routes for everybody, for the signed in, and the one that switches.
func (a *app) withSwitch(t *testing.T) {
	t.Helper()
	a.guarded(a.clerk.RequireSession())
	a.engine.POST("/switch", a.clerk.RequireSession(), func(c *gin.Context) {
		if err := a.clerk.SwitchSession(c, c.Query("to"), "/guarded"); err != nil {
			c.String(http.StatusConflict, "%v", err)
		}
	})
	a.engine.POST("/leave", a.clerk.RequireSession(), func(c *gin.Context) {
		auth := ginclerk.From(c)
		if err := a.clerk.Sessions().Revoke(c.Request.Context(), auth.UserID, auth.SessionID); err != nil {
			t.Error(err)
		}
		leaveSession(a.clerk, c, "/guarded", reason.SessionEnded)
	})
}

// sessionOf is the one session of a user.
func (a *app) sessionOf(t *testing.T, email string) clerktest.Session {
	t.Helper()
	all := a.server.Sessions(a.userID(t, email))
	if len(all) != 1 {
		t.Fatalf("%s has %d sessions", email, len(all))
	}
	return all[0]
}

// switchTo has the visitor choose the session of a user.
func (v *visitor) switchTo(t *testing.T, email string) {
	t.Helper()
	v.ask(http.MethodPost, "/switch?to="+v.app.sessionOf(t, email).ID, ownForm).wantStatus(t, http.StatusSeeOther)
}

// renewed gives the visitor the cookies that a handshake would give.
func (v *visitor) renewed(t *testing.T) {
	t.Helper()
	cookies, err := v.agent.Cookies(ownOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		if cookie.Name != "__client" {
			v.cookies[cookie.Name] = cookie.Value
		}
	}
}

const selectionCookie = "__Host-ginclerk_selection"

func TestASelectionLasts(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	v.switchTo(t, ada)
	for _, when := range []string{"at once", "after the token's life", "after another"} {
		v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
		v.ask(http.MethodPost, "/guarded", ownForm).wantSignedIn(t, a.userID(t, ada))
		if v.cookies["__session"] == "" || v.cookies[selectionCookie] == "" {
			t.Errorf("%s, the browser has %v", when, v.cookies)
		}
		a.clock.Advance(2 * time.Minute)
		v.renewed(t)
	}
	restarted := *a
	config := configFor(a.server)
	config.ProxyURL = ""
	restarted.clerk, restarted.engine = newClerk(t, config), gin.New()
	restarted.withSwitch(t)
	v.app = &restarted
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	v.switchTo(t, bob)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	if v.cookies[selectionCookie] != "" {
		t.Error("back in its own account, the browser keeps the selection")
	}
}

// The selected session's token is none of the browser's business.
func TestTheTokenOfASelectionStaysOnTheServer(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	v.switchTo(t, ada)
	own := v.cookies["__session"]
	got := v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	if v.cookies["__session"] != own || len(got.setCookies()) != 0 {
		t.Errorf("cookies were set: %v", got.Header().Values("Set-Cookie"))
	}
	if calls := a.server.Calls()["POST /v1/sessions/{session_id}/tokens"]; calls != 1 {
		t.Errorf("%d tokens made, want 1", calls)
	}
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	if calls := a.server.Calls()["POST /v1/sessions/{session_id}/tokens"]; calls != 1 {
		t.Errorf("%d tokens made for two requests, want 1", calls)
	}
}

func TestOnlySessionsOfThisBrowserCanBeSelected(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	elsewhere := a.visitor(t, mia)
	if elsewhere.cookies["__session"] == "" {
		t.Fatal("Mia is not signed in")
	}
	for name, id := range map[string]string{
		"another browser's": a.sessionOf(t, mia).ID, "an unknown one": "sess_unknown", "none": "",
	} {
		v.ask(http.MethodPost, "/switch?to="+id, ownForm).wantStatus(t, http.StatusConflict)
		if v.cookies[selectionCookie] != "" {
			t.Errorf("%s was selected", name)
		}
	}
}

// Whoever steals or keeps the cookie gains nothing: it needs the token of the session that it was made beside.
func TestASelectionNeverAuthenticates(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	v.switchTo(t, ada)
	stolen := withCookie(selectionCookie, v.cookies[selectionCookie])
	a.ask(http.MethodGet, "/guarded", fetched, stolen).wantProblem(t, http.StatusUnauthorized, "Unauthorized")

	other := a.visitor(t, mia)
	other.ask(http.MethodGet, "/guarded", fetched, stolen).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	other.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, mia))

	token := bearer(a.mint(t, a.sessionOf(t, bob).ID, clerktest.TokenOptions{}))
	a.ask(http.MethodGet, "/guarded", program, token, stolen).wantSignedIn(t, a.userID(t, bob))
}

func TestASelectionThatHasEnded(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, *app, string){
		"revoked at Clerk": func(t *testing.T, a *app, id string) {
			t.Helper()
			if err := a.server.RevokeSession(id); err != nil {
				t.Fatal(err)
			}
			a.clock.Advance(time.Minute) // within the life of a token only Clerk knows
		},
		"revoked here": func(t *testing.T, a *app, id string) {
			t.Helper()
			if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: id}); err != nil {
				t.Fatal(err)
			}
		},
		"the user is gone": func(t *testing.T, a *app, _ string) {
			t.Helper()
			if err := a.server.RemoveUser(a.userID(t, ada)); err != nil {
				t.Fatal(err)
			}
			a.clock.Advance(time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := household(t)
			bobsID, adasSession := a.userID(t, bob), a.sessionOf(t, ada).ID
			v.switchTo(t, ada)
			v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
			end(t, a, adasSession)
			v.renewed(t)
			kept := v.cookies[selectionCookie]
			v.ask(http.MethodPost, "/guarded", ownForm).wantStatus(t, http.StatusSeeOther).wantRan(t, false)
			v.cookies[selectionCookie] = kept
			v.ask(http.MethodGet, "/guarded", fetched).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
			v.cookies[selectionCookie] = kept
			v.ask(http.MethodGet, "/guarded?x=1", navigation).wantStatus(t, http.StatusSeeOther).
				wantHeader(t, "Location", "/guarded?x=1").wantRan(t, false)
			if v.cookies["__Host-ginclerk_flash"] == "" {
				t.Error("nobody is told")
			}
			v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, bobsID)
		})
	}
}

// When the browser's own session becomes another one, a choice has been made since.
func TestASelectionEndsWithTheSessionItWasMadeBeside(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	v.switchTo(t, ada)
	if _, err := v.agent.SignIn(mia); err != nil {
		t.Fatal(err)
	}
	v.renewed(t)
	a.clock.Advance(2 * time.Second)
	v.renewed(t)
	v.ask(http.MethodGet, "/guarded", navigation).wantStatus(t, http.StatusSeeOther).wantRan(t, false)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, mia))
}

func TestASelectionInAnOutage(t *testing.T) {
	t.Parallel()
	a, v := household(t, configured(func(c *ginclerk.Config) { c.Tokens.JWTKey = "" }))
	v.switchTo(t, ada)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(time.Minute)
	v.renewed(t)
	a.server.SetUnavailable(true)
	v.ask(http.MethodGet, "/guarded", fetched).wantUnavailable(t)
	v.ask(http.MethodPost, "/guarded", ownForm).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
	a.server.SetUnavailable(false)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
}

func TestLeavingASelectedSession(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	v.switchTo(t, ada)
	v.ask(http.MethodPost, "/leave", ownForm).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "/guarded")
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	if got := a.sessionOf(t, ada).Status; got != string(session.Revoked) {
		t.Errorf("the session left is %s", got)
	}
}

// Signing out of everything at Clerk ends the selection, too.
func TestASelectionEndsWhenTheBrowserIsSignedOut(t *testing.T) {
	t.Parallel()
	_, v := household(t)
	v.switchTo(t, ada)
	v.cookies = map[string]string{"__client_uat": "0", selectionCookie: v.cookies[selectionCookie]}
	v.ask(http.MethodGet, "/guarded", fetched).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	if v.cookies[selectionCookie] != "" {
		t.Error("the selection outlives the browser's sign-out")
	}
}

// Where Clerk can be told, nothing is selected.
func TestASwitchWithTheBrowsersCredential(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]setup{"development": nil, "production behind the proxy": {production()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, options...)
			a.clerk.MountProxy(a.engine)
			a.withSwitch(t)
			v := a.visitor(t, ada, bob)
			got := v.ask(http.MethodPost, "/switch?to="+a.sessionOf(t, ada).ID, ownForm).wantStatus(t, http.StatusSeeOther)
			if v.cookies[selectionCookie] != "" {
				t.Error("a selection was made")
			}
			v.arrive(t, got.Header().Get("Location")[len(ownOrigin):]).wantSignedIn(t, a.userID(t, ada))
		})
	}
}

func TestSwitchSessionTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	var got error
	a.engine.POST("/try", a.clerk.RequireSession(), func(c *gin.Context) {
		got = a.clerk.SwitchSession(c, c.Query("to"), "/")
	})
	adas := a.sessionOf(t, ada).ID
	if err := a.server.EndSession(adas); err != nil {
		t.Fatal(err)
	}
	v.renewed(t)
	v.ask(http.MethodPost, "/try?to="+adas, ownForm)
	if !errors.Is(got, session.ErrNotActive) {
		t.Errorf("error is %v", got)
	}
	v.ask(http.MethodPost, "/try?to=sess_x", ownForm)
	if !errors.Is(got, session.ErrNotFound) {
		t.Errorf("error is %v", got)
	}
}

// What has to be fresh is made anew for the account that was chosen, never taken from the other one.
func TestAStaleTokenOfASelectionIsMadeAnew(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	a.engine.Any("/fresh", a.clerk.MaxTokenAge(20*time.Second), whoami)
	v.switchTo(t, ada)
	v.ask(http.MethodGet, "/fresh", navigation).wantSignedIn(t, a.userID(t, ada))
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		a.clock.Advance(30 * time.Second)
		v.ask(method, "/fresh", ownForm).wantSignedIn(t, a.userID(t, ada))
	}
}

// A stream of a chosen account goes on no longer than its requests would.
func TestAStreamOfASelectionEndsWithTheSessionItWasMadeBeside(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	var watched context.Context
	a.engine.GET("/stream", a.clerk.RequireSession(), func(c *gin.Context) {
		ctx, stop := ginclerk.WatchSession(c.Request.Context())
		t.Cleanup(stop)
		watched = ctx
	})
	v.switchTo(t, ada)
	v.ask(http.MethodGet, "/stream", navigation).wantStatus(t, http.StatusOK)
	if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: a.sessionOf(t, bob).ID}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-watched.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the stream goes on")
	}
	if cause := context.Cause(watched); !errors.Is(cause, ginclerk.ErrSessionEnded) {
		t.Errorf("it ended with %v", cause)
	}
}

// TestASwitchToSomebodyWhoHasLeftTheirOrganization: Clerk refuses to keep the organization active that the session had, and
// not the session. That is no outage.
func TestASwitchToSomebodyWhoHasLeftTheirOrganization(t *testing.T) {
	t.Parallel()
	for status, code := range map[int]string{
		http.StatusNotFound: "organization_not_found_or_unauthorized", http.StatusForbidden: "not_a_member_in_organization",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.withSwitch(t)
			a.clerk.MountProxy(a.engine)
			v := a.visitor(t, ada, bob)
			a.server.Fail(clerktest.Fault{
				Operation: "POST /v1/client/sessions/{session_id}/touch", Times: 1, Status: status, Code: code,
			})
			switched := v.ask(http.MethodPost, "/switch?to="+a.sessionOf(t, ada).ID, ownForm).wantStatus(t, http.StatusSeeOther)
			if _, selected := v.cookies[selectionCookie]; selected {
				t.Error("clerk-js does not agree")
			}
			v.arrive(t, strings.TrimPrefix(switched.Header().Get("Location"), ownOrigin)).wantSignedIn(t, a.userID(t, ada))
		})
	}
}

// TestASelectionOfSomebodyWhoIsGoneDoesNotSpendClerksBudget: a program that keeps the cookie has Clerk asked now and then.
func TestASelectionOfSomebodyWhoIsGoneDoesNotSpendClerksBudget(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	v.switchTo(t, ada)
	if err := a.server.RemoveUser(a.userID(t, ada)); err != nil {
		t.Fatal(err)
	}
	a.clock.Advance(2 * time.Minute)
	v.renewed(t)
	before := a.server.Calls()["GET /v1/sessions/{session_id}"]
	for range 200 {
		a.ask(http.MethodGet, "/guarded", v.jar(), program).wantRan(t, false)
	}
	if asked := a.server.Calls()["GET /v1/sessions/{session_id}"] - before; asked > 3 {
		t.Errorf("Clerk was asked %d times", asked)
	}
}

// TestAClockThatGoesBackMakesAnswersOld: that a session was active an hour from now says nothing.
func TestAClockThatGoesBackMakesAnswersOld(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.MaxSessionAge(24 * time.Hour))
	s := a.session(t, ada, clerktest.SessionOptions{})
	a.clock.Advance(time.Hour)
	a.ask(http.MethodGet, "/guarded", program, bearer(a.mint(t, s.ID, clerktest.TokenOptions{}))).wantSignedIn(t, s.UserID)
	if err := a.server.EndSession(s.ID); err != nil {
		t.Fatal(err)
	}
	a.clock.Advance(-30 * time.Minute)
	for range 2 {
		a.clock.Advance(10 * time.Minute)
		a.ask(http.MethodGet, "/guarded", program, bearer(a.mint(t, s.ID, clerktest.TokenOptions{}))).wantStatus(t, http.StatusUnauthorized)
	}
}
