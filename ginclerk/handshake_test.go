package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// proxied is an app with its guard, its sign-in page and the Frontend API behind it.
func proxied(t *testing.T, options ...setup) *app {
	t.Helper()
	a := newApp(t, options...)
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/sign-in", whoami)
	a.clerk.MountProxy(a.engine)
	return a
}

// TestAHandshakeBringsTheSession: the browser is signed in at Clerk, and the application has not heard of it.
func TestAHandshakeBringsTheSession(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			options := []setup{}
			if kind == instance.Production {
				options = append(options, production())
			}
			a := proxied(t, options...)
			v := a.visitor(t, ada)
			for name := range v.cookies {
				if strings.HasPrefix(name, "__session") || strings.HasPrefix(name, "__refresh") {
					delete(v.cookies, name)
				}
			}
			way := v.visit(t, "/guarded?a=1&b=%20")
			way[0].wantHandshake(t, "client-uat-but-no-session-token")
			if count := way[0].setCookies()["__clerk_redirect_count"]; count == nil || count.Value != "1" ||
				count.MaxAge != 2 || !count.HttpOnly || count.SameSite != http.SameSiteLaxMode || count.Path != "" {
				t.Errorf("redirect counter is %v", count)
			}
			back := way[2].wantHeader(t, "Access-Control-Allow-Origin", "").wantHeader(t, "Access-Control-Allow-Credentials", "")
			if cookies := back.setCookies(); cookies["__session"] == nil || cookies["__client_uat"] == nil {
				t.Errorf("the answer of the handshake sets no session: %v", back.Header()["Set-Cookie"])
			}
			if !strings.Contains(back.Header().Get("Cache-Control"), "no-store") {
				t.Errorf("Cache-Control is %q with Set-Cookie", back.Header().Get("Cache-Control"))
			}
			end := way[len(way)-1].wantSignedIn(t, a.userID(t, ada))
			if strings.Contains(end.request.RequestURI, "__clerk") {
				t.Errorf("the nonce is still in the address: %s", end.request.RequestURI)
			}
			if kind == instance.Development {
				back.wantStatus(t, http.StatusTemporaryRedirect).wantHeader(t, "Location", ownOrigin+"/guarded?a=1&b=+")
			}
			if len(way) != 4 {
				t.Errorf("%d hops, want 4", len(way))
			}
		})
	}
}

func TestANewBrowserEndsAtSignInWithoutALoop(t *testing.T) {
	t.Parallel()
	for _, options := range [][]setup{nil, {production()}} {
		a := proxied(t, options...)
		v := a.visitor(t)
		clear(v.cookies)
		end := v.arrive(t, "/guarded?x=1").wantNobody(t, "session-token-and-uat-missing")
		if back := end.request.URL.Query().Get("redirect_url"); end.request.URL.Path != "/sign-in" || back != ownOrigin+"/guarded?x=1" {
			t.Errorf("arrived at %s", end.request.URL)
		}
	}
}

func TestAnExpiredTokenIsRenewedOnGet(t *testing.T) {
	t.Parallel()
	a := proxied(t)
	v := a.visitor(t, ada)
	old := v.cookies["__session"]
	a.clock.Advance(2 * time.Minute)
	got := v.ask(http.MethodGet, "/guarded", fetched).wantSignedIn(t, a.userID(t, ada)).wantHeader(t, "Cache-Control", "no-store")
	if fresh := got.setCookies()["__session"]; fresh == nil || fresh.Value == old {
		t.Errorf("no fresh token was set: %v", got.Header()["Set-Cookie"])
	}
}

func TestAnExpiredTokenWithoutRefreshIsRenewedByHandshake(t *testing.T) {
	t.Parallel()
	a := proxied(t)
	v := a.visitor(t, ada)
	a.clock.Advance(2 * time.Minute)
	dropRefresh(v)
	a.ask(http.MethodGet, "/guarded", v.jar(), navigation).
		wantHandshake(t, "session-token-expired-refresh-non-eligible-no-refresh-cookie")
	v.arrive(t, "/guarded").wantSignedIn(t, a.userID(t, ada))
}

// TestAnExpiredTokenOnPost: a form that was open for longer than a minute is not lost, but only if it is our own.
func TestAnExpiredTokenOnPost(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		renewed bool
		options []option
	}{
		{"a form of an own page", true, []option{ownForm}},
		{"a script of an own page", true, []option{fetched}},
		{"only Sec-Fetch-Site says that it is ours", true, []option{navigation, header("Sec-Fetch-Site", "same-origin")}},
		{"only Origin says that it is ours", true, []option{navigation, header("Origin", ownOrigin)}},
		{"Sec-Fetch-Site says that the person did it", true, []option{navigation, header("Sec-Fetch-Site", "none")}},
		{"neither header is there", false, []option{navigation}},
		{"another site's Origin", false, []option{navigation, header("Origin", evilOrigin)}},
		{"another site by Sec-Fetch-Site", false, []option{navigation, header("Sec-Fetch-Site", "cross-site")}},
		{"a sibling domain", false, []option{navigation, header("Sec-Fetch-Site", "same-site"), header("Origin", "http://other.localhost:8080")}},
		{"an opaque origin", false, []option{navigation, header("Origin", "null")}},
		{"another site that names our own Referer", false, []option{navigation, header("Referer", ownOrigin+"/"), header("Origin", evilOrigin)}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := proxied(t)
			v := a.visitor(t, ada)
			a.clock.Advance(2 * time.Minute)
			for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
				got := a.ask(method, "/guarded", append(row.options, v.jar())...)
				if !row.renewed {
					if cookie := got.wantRan(t, false).setCookies()["__session"]; cookie != nil {
						t.Errorf("%s: a token was set", method)
					}
					continue
				}
				got.wantSignedIn(t, a.userID(t, ada)).wantHeader(t, "Cache-Control", "no-store")
				if cookie := got.setCookies()["__session"]; cookie == nil || cookie.Value == v.cookies["__session"] {
					t.Errorf("%s: no fresh token was set", method)
				}
			}
			if calls := a.server.Calls()["POST /v1/sessions/{session_id}/refresh"]; !row.renewed && calls > 0 {
				t.Errorf("Clerk was asked %d times to renew for another site", calls)
			}
		})
	}
}

func TestAnExpiredBearerTokenIsNotRenewed(t *testing.T) {
	t.Parallel()
	a := proxied(t)
	v := a.visitor(t, ada)
	token := v.cookies["__session"]
	a.clock.Advance(2 * time.Minute)
	a.ask(http.MethodPost, "/guarded", v.jar(), bearer(token), fetched).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
}

// TestRenewalOfASessionThatHasEnded ends at sign-in, not in a circle.
func TestRenewalOfASessionThatHasEnded(t *testing.T) {
	t.Parallel()
	for _, options := range [][]setup{nil, {production()}} {
		a := proxied(t, options...)
		v := a.visitor(t, ada)
		if err := a.server.RevokeSession(a.server.Sessions(a.userID(t, ada))[0].ID); err != nil {
			t.Fatal(err)
		}
		a.clock.Advance(2 * time.Minute)
		a.ask(http.MethodPost, "/guarded", v.jar(), ownForm).wantStatus(t, http.StatusSeeOther).wantRan(t, false)
		end := v.arrive(t, "/guarded")
		if end.request.URL.Path != "/sign-in" {
			t.Errorf("arrived at %s", end.request.URL)
		}
	}
}

// TestAHandshakeLoopIsBroken: a browser that keeps no cookies of ours is not sent round for ever.
func TestAHandshakeLoopIsBroken(t *testing.T) {
	t.Parallel()
	a := proxied(t)
	for count, looped := range map[string]bool{"0": false, "2": false, "3": true, "4": true, "99999999999999999999999": true, "x": false, "-5": false} {
		got := a.ask(http.MethodGet, "/", navigation, withCookie("__clerk_redirect_count", count))
		if looped {
			got.wantNobody(t, "dev-browser-missing")
			continue
		}
		got.wantHandshake(t, "dev-browser-missing")
	}
}

// TestHandshakeTokensAreVerified: a token in the address that Clerk did not sign sets nothing.
func TestHandshakeTokensAreVerified(t *testing.T) {
	t.Parallel()
	a, other := proxied(t), newApp(t)
	foreign := other.token(t, ada)
	for name, token := range map[string]string{"garbage": "abc", "of another instance": foreign, "a session token": a.token(t, ada)} {
		got := a.ask(http.MethodGet, "/guarded?__clerk_handshake="+token, navigation)
		if got.wantRan(t, false).setCookies()["__session"] != nil {
			t.Errorf("%s: a session was set", name)
		}
	}
	nonce := a.ask(http.MethodGet, "/guarded?__clerk_handshake_nonce=unknown", navigation).wantRan(t, false)
	if nonce.setCookies()["__session"] != nil {
		t.Error("an unknown nonce set a session")
	}
}

// unnamed is an address to return to without the name of the handshake, which comes last.
func unnamed(address string) string {
	before, _, _ := strings.Cut(address, "__ginclerk_handshake=")
	return strings.TrimRight(before, "?&")
}

func TestSyncBrowserGoesThroughAHandshakeToSafeTargets(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for target, want := range map[string]string{
		"/after":                     ownOrigin + "/after",
		"/after?__clerk_db_jwt=x&a=": ownOrigin + "/after?a=",
		evilOrigin + "/x":            ownOrigin + "/",
		"//evil.example":             ownOrigin + "/",
	} {
		got := run(a, func(c *ginContext) { syncBrowser(a.clerk, c, target, reason.SessionSwitched) })
		u := got.wantStatus(t, http.StatusSeeOther).wantHeader(t, "Cache-Control", "no-store").location(t)
		if u.Path != "/__clerk/v1/client/handshake" || unnamed(u.Query().Get("redirect_url")) != want ||
			u.Query().Get("__clerk_hs_reason") != string(reason.SessionSwitched) {
			t.Errorf("%s: leads to %s", target, u)
		}
	}
}

func TestForgetSessionDropsTheSessionCookies(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	v := a.visitor(t, ada)
	got := run(a, func(c *ginContext) { serve(a.clerk, c).Set(serve(a.clerk, c).ForgetSession()...) }, v.jar())
	key := a.clerk.PublishableKey()
	for _, name := range []string{"__session", key.Suffixed("__session"), key.Suffixed("__refresh")} {
		if cookie := got.setCookies()[name]; cookie == nil || cookie.MaxAge >= 0 || cookie.Path != "/" {
			t.Errorf("%s: %v, want it dropped", name, cookie)
		}
	}
}

func TestSessionEndedAnswers(t *testing.T) {
	t.Parallel()
	end := func(a *app) func(*ginContext) {
		return func(c *ginContext) {
			a.clerk.Attach()(c)
			ginclerk.SessionEnded(c)
		}
	}
	t.Run("a page goes through a handshake and back to where it was", func(t *testing.T) {
		t.Parallel()
		a := newApp(t)
		got := run(a, end(a), a.visitor(t, ada).jar(), navigation).wantStatus(t, http.StatusSeeOther)
		if u := got.location(t); u.Path != "/__clerk/v1/client/handshake" || unnamed(u.Query().Get("redirect_url")) != ownOrigin+"/run" {
			t.Errorf("leads to %s", u)
		}
		if cookie := got.setCookies()["__session"]; cookie == nil || cookie.MaxAge >= 0 {
			t.Errorf("the session cookie stays: %v", cookie)
		}
	})
	t.Run("an API is told, and the session refused from then on", func(t *testing.T) {
		t.Parallel()
		a := newApp(t)
		v := a.visitor(t, ada)
		got := run(a, end(a), v.jar(), fetched).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
		if !strings.Contains(got.Body.String(), string(reason.SessionEnded)) {
			t.Errorf("no reason in %s", got.Body)
		}
		a.attached()
		a.ask(http.MethodGet, "/", fetched, v.jar()).wantNobody(t, string(reason.SessionRevoked))
	})
}

// TestSatellitesKeepTheirCORSHeaders: what is dropped elsewhere is what a satellite needs.
func TestSatellitesKeepTheirCORSHeaders(t *testing.T) {
	t.Parallel()
	a := proxied(t, configured(func(c *ginclerk.Config) {
		c.MultiDomain.Satellite = &authn.Satellite{Domain: "satellite.example"}
		c.SignInURL = "https://primary.example/sign-in"
		c.Unsafe.AcceptUnsolicitedHandshakes = true
	}))
	got := a.ask(http.MethodGet, "/?__clerk_handshake_nonce=unknown", navigation)
	got.wantHeader(t, "Access-Control-Allow-Origin", "null")
}

// TestASessionThatWasEndedElsewhere ends at the sign-in page, which is told why, once.
func TestASessionThatWasEndedElsewhere(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		options []setup
	}{{"development", nil}, {"production", []setup{production()}}} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := proxied(t, row.options...)
			a.engine.GET("/ended", a.clerk.RequireSession(), func(c *ginContext) { ginclerk.SessionEnded(c) })
			v := a.visitor(t, ada)
			if err := a.server.RevokeSession(a.server.Sessions(a.userID(t, ada))[0].ID); err != nil {
				t.Fatal(err)
			}
			end := v.arrive(t, "/ended")
			query := end.request.URL.Query()
			if end.request.URL.Path != "/sign-in" || query.Get(ginclerk.SignInNotice) != ginclerk.NoticeSessionEnded ||
				query.Get("redirect_url") != ownOrigin+"/ended" {
				t.Errorf("arrived at %s", end.request.URL)
			}
			again := v.arrive(t, "/ended")
			if again.request.URL.Path != "/sign-in" || again.request.URL.Query().Get(ginclerk.SignInNotice) != "" {
				t.Errorf("arrived at %s the second time", again.request.URL)
			}
		})
	}
}
