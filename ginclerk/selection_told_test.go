package ginclerk_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// A page of the selected account goes on asking after that session has ended. Until the person has been told, nothing that it
// sends may be done in the other account's name.
func TestNothingIsDoneInTheOtherAccountBeforeItIsTold(t *testing.T) {
	t.Parallel()
	for name, quiet := range map[string]func(*visitor){
		"a script's request":  func(v *visitor) { v.ask(http.MethodGet, "/guarded", fetched) },
		"a script that posts": func(v *visitor) { v.ask(http.MethodPost, "/guarded", fetched, header("Origin", ownOrigin)) },
		"htmx":                func(v *visitor) { v.ask(http.MethodGet, "/guarded", htmx) },
		"a HEAD request":      func(v *visitor) { v.ask(http.MethodHead, "/guarded", navigation) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := household(t)
			v.switchTo(t, ada)
			v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
			if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: a.sessionOf(t, ada).ID}); err != nil {
				t.Fatal(err)
			}
			quiet(v)
			v.ask(http.MethodPost, "/guarded", ownForm, body("delete=everything")).wantStatus(t, http.StatusSeeOther).wantRan(t, false)
			if v.cookies["__Host-ginclerk_flash"] == "" {
				t.Error("nobody is told")
			}
			v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
		})
	}
}

// The same holds where the cookie can't be read any more, because its key was changed, and where the session's time is over.
func TestASelectionThatCannotBeReadIsToldToo(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	v.switchTo(t, ada)
	v.cookies[selectionCookie] = "sealed-with-another-key"
	v.ask(http.MethodPost, "/guarded", fetched, header("Origin", ownOrigin)).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
	v.ask(http.MethodPost, "/guarded", ownForm).wantStatus(t, http.StatusSeeOther).wantRan(t, false)
	if v.cookies["__Host-ginclerk_flash"] == "" {
		t.Error("nobody is told")
	}
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
}

func TestASelectionOutlivesItsSessionToTellOfItsEnd(t *testing.T) {
	t.Parallel()
	a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))
	a.withSwitch(t)
	v := a.visitor(t, bob)
	v.cookies = map[string]string{
		"__session": a.mint(t, a.sessionOf(t, bob).ID, clerktest.TokenOptions{}), "__client_uat": v.cookies["__client_uat"],
	}
	short, err := a.server.CreateSession(a.userID(t, ada), clerktest.SessionOptions{
		ClientID: a.sessionOf(t, bob).ClientID, Lifetime: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := v.ask(http.MethodPost, "/switch?to="+short.ID, ownForm).wantStatus(t, http.StatusSeeOther)
	if kept := time.Duration(got.setCookies()[selectionCookie].MaxAge) * time.Second; kept <= time.Hour {
		t.Errorf("the browser forgets its choice after %v: from one request to the next it is somebody else", kept)
	}
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(time.Hour + time.Second)
	v.cookies["__session"] = a.mint(t, a.sessionOf(t, bob).ID, clerktest.TokenOptions{})
	v.ask(http.MethodPost, "/guarded", ownForm).wantStatus(t, http.StatusSeeOther).wantRan(t, false)
	if v.cookies["__Host-ginclerk_flash"] == "" {
		t.Error("nobody is told")
	}
}

// htmx loads the page again, which tells.
func TestHTMXIsToldThatASelectionHasEnded(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	ginclerk.UsePages(a.clerk, ginclerk.Pages{Forms: parking.Page{URL: "/waiting", Replay: a.engine}})
	v.switchTo(t, ada)
	if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: a.sessionOf(t, ada).ID}); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		v.ask(method, "/guarded", htmx, header("Origin", ownOrigin), body("a=1")).
			wantStatus(t, http.StatusUnauthorized).wantHeader(t, "HX-Refresh", "true").wantHeader(t, "HX-Redirect", "")
	}
	if v.keepsForms() {
		t.Error("a form of the account that is gone waits for the other one")
	}
}

// An outage while a token is made anew is an outage.
func TestASelectionInAnOutageIsNotTooOld(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	a.engine.Any("/fresh", a.clerk.MaxTokenAge(20*time.Second), whoami)
	v.switchTo(t, ada)
	v.ask(http.MethodGet, "/fresh", navigation).wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(30 * time.Second)
	a.server.SetUnavailable(true)
	v.ask(http.MethodGet, "/fresh", navigation).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
	v.ask(http.MethodPost, "/fresh", ownForm).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
	a.server.SetUnavailable(false)
	v.ask(http.MethodGet, "/fresh", navigation).wantSignedIn(t, a.userID(t, ada))
}

// Two instances of one application may share everything but their keys: a choice made at one says nothing to the other.
func TestASelectionIsOfOneInstanceAlone(t *testing.T) {
	t.Parallel()
	store := storage.NewMemory(storage.MemoryConfig{})
	shared := configured(func(c *ginclerk.Config) {
		c.CookieKeys, c.Stores.Records = [][]byte{[]byte("a key that both instances seal with")}, store
	})
	one, v := household(t, shared)
	_, other := household(t, shared)
	v.switchTo(t, ada)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, one.userID(t, ada))
	other.cookies[selectionCookie] = v.cookies[selectionCookie]
	other.ask(http.MethodGet, "/guarded", fetched).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
	other.arrive(t, "/guarded").wantSignedIn(t, other.app.userID(t, bob))
}

// However a revocation falls among requests, none that begins after it is accepted.
func TestARevocationAmongRequestsOfASwitchedBrowser(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	adasID, adas := a.userID(t, ada), a.sessionOf(t, ada).ID
	v.switchTo(t, ada)
	jar := v.jar()
	var revoked atomic.Bool
	var crowd sync.WaitGroup
	for range 8 {
		crowd.Go(func() {
			for over := false; !over; {
				over = revoked.Load()
				got := a.ask(http.MethodGet, "/guarded", jar, fetched)
				if over && got.Code == http.StatusOK {
					t.Errorf("accepted after the revocation: %s", got.Body)
				}
				if got.Code == http.StatusOK && !strings.HasPrefix(got.Body.String(), adasID) {
					t.Errorf("taken for somebody else: %s", got.Body)
				}
			}
		})
	}
	if err := a.clerk.Sessions().RevokeForBrowser(t.Context(), a.sessionOf(t, bob).ID, adas); err != nil {
		t.Error(err)
	}
	revoked.Store(true)
	crowd.Wait()
}

// Where a token that is made anew is no younger, it is not made anew for every page.
func TestASelectionThatStaysStaleIsNotMadeAnewAllTheTime(t *testing.T) {
	t.Parallel()
	a, v := household(t)
	a.engine.GET("/fresh", a.clerk.MaxTokenAge(-time.Second), whoami) // no token is young enough
	v.switchTo(t, ada)
	for range 4 {
		v.ask(http.MethodGet, "/fresh", navigation).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
	}
	if made := a.server.Calls()["POST /v1/sessions/{session_id}/tokens"]; made != 2 {
		t.Errorf("%d tokens made, want the first and one more", made)
	}
}
