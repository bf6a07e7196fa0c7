package ginclerk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Signed out of everything, the browser goes to sign-in and comes back to the account. Whoever signs in there is not taken for it.
func TestSignInComesBackToThePathOfTheAccount(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	kept := map[string]string{"__client_uat": "0"}
	for name, value := range v.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_account_") {
			kept[name] = value
		}
	}
	v.cookies = kept
	v.ask(http.MethodGet, "/u/0/guarded?x=1", navigation).wantSignIn(t, http.StatusTemporaryRedirect, v.at("/u/0/guarded?x=1"))
	v.ask(http.MethodGet, "/u/7/guarded", navigation).wantSignIn(t, http.StatusTemporaryRedirect, "/u/7/guarded")
	v.ask(http.MethodPost, "/u/0/guarded", ownForm, header("Referer", ownOrigin+v.at("/u/0/guarded?y=2"))).
		wantSignIn(t, http.StatusSeeOther, v.at("/u/0/guarded?y=2"))
	other := a.visitor(t, mia)
	for name, value := range kept {
		if name != "__client_uat" {
			other.cookies[name] = value
		}
	}
	other.wantNotHere(t, "/u/0")
	other.wantNotHere(t, "/u/1")
	other.numbered(t, "2 "+a.userID(t, mia)+" /u/2")
	other.ask(http.MethodGet, "/u/2/guarded", navigation).wantSignedIn(t, a.userID(t, mia))
}

// A handshake returns below the path of the account, and is not sent below it.
func TestAHandshakeComesBackToThePathOfTheAccount(t *testing.T) {
	t.Parallel()
	a, v := tabbed(t)
	a.clock.Advance(2 * time.Minute)
	v.losesRefreshToken()
	way := v.ask(http.MethodGet, "/u/0/guarded?x=1", navigation).wantHandshake(t, "session-token-expired-refresh-non-eligible-no-refresh-cookie").location(t)
	if back := way.Query().Get("redirect_url"); !strings.HasPrefix(back, ownOrigin+v.at("/u/0/guarded?x=1")+"&__ginclerk_handshake=") {
		t.Errorf("the handshake returns to %s", back)
	}
	v.arrive(t, "/u/0/guarded?x=1").wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(2 * time.Minute)
	v.losesRefreshToken()
	v.arrive(t, "/u/1/guarded").wantSignedIn(t, a.userID(t, bob))
}

// Redirects stay with the account, those of Gin itself among them.
func TestRedirectsStayBelowThePathOfTheAccount(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		got := v.ask(method, "/u/0/folder", ownForm)
		got.wantHeader(t, "Location", v.at("/u/0/folder/"))
		v.ask(method, got.Header().Get("Location"), ownForm).wantSignedIn(t, a.userID(t, ada))
		v.ask(method, "/u/0/sends/guarded", ownForm).wantHeader(t, "Location", v.at("/u/0/guarded"))
	}
	a.engine.RedirectFixedPath = true
	v.ask(http.MethodGet, "/u/0/GUARDED", navigation).wantHeader(t, "Location", v.at("/u/0/guarded"))
	for to, want := range map[string]string{
		"/guarded?x=1#y":      v.at("/u/0/guarded?x=1#y"),
		"":                    v.at("/u/0/"),
		"/u/1/guarded":        "/u/1/guarded",
		"/u/0/guarded":        "/u/0/guarded",
		"/users":              v.at("/u/0/users"),
		ownOrigin + "/out":    ownOrigin + "/out",
		"https://example.com": "https://example.com",
	} {
		v.ask(http.MethodPost, "/u/0/leads?to="+url.QueryEscape(to), ownForm).wantHeader(t, "Location", want).
			wantHeader(t, "HX-Redirect", v.at("/u/0/guarded"))
	}
}

// The way to another account is its path, and nothing is changed for other tabs.
func TestASwitchBelowThePathOfAnAccount(t *testing.T) {
	t.Parallel()
	for name, household := range map[string]func(*testing.T, ...setup) (*app, *visitor){"in development": tabbed, "without the browser's credential": apartAndTabbed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := household(t)
			adas, bobs := a.sessionOf(t, ada), a.sessionOf(t, bob)
			touches := a.server.Calls()["POST /v1/client/sessions/{session_id}/touch"]
			v.ask(http.MethodPost, "/u/0/switch?to="+bobs.ID, ownForm).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", v.at("/u/1/guarded"))
			v.ask(http.MethodPost, "/u/1/switch?to="+adas.ID, ownForm).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", v.at("/u/0/guarded"))
			other := a.visitor(t, mia)
			_ = other
			for _, foreign := range []string{a.sessionOf(t, mia).ID, "sess_unknown", ""} {
				v.ask(http.MethodPost, "/u/0/switch?to="+foreign, ownForm).wantStatus(t, http.StatusConflict)
			}
			if v.cookies[selectionCookie] != "" || a.server.Calls()["POST /v1/client/sessions/{session_id}/touch"] != touches {
				t.Error("the browser's own account was changed")
			}
		})
	}
}

// Signing out below the path of an account leaves to other tabs what they have selected: they are told that it has ended.
func TestLeavingBelowThePathOfAnAccountLeavesTheSelection(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"/u/0", "/u/1"} {
		_, v := apartAndTabbed(t)
		v.switchTo(t, ada)
		v.ask(http.MethodPost, base+"/leave", ownForm).wantStatus(t, http.StatusSeeOther)
		if v.cookies[selectionCookie] == "" {
			t.Errorf("%s: the selection was dropped", base)
		}
	}
}
