package ginclerk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// typed is an instance of that type.
func typed(kind instance.Type) []setup {
	if kind == instance.Production {
		return []setup{production()}
	}
	return nil
}

// answerOf is an answer of Clerk's for the visitor's browser, as a handshake of the visitor's own yields it.
func (v *visitor) answerOf(tb testing.TB, format string) (name, value string) {
	tb.Helper()
	target := "/__clerk/v1/client/handshake?redirect_url=" + url.QueryEscape(ownOrigin+"/guarded") + "&format=" + format +
		"&__clerk_db_jwt=" + v.agent.DevBrowser()
	got := v.app.ask(http.MethodGet, target, v.jar(), navigation)
	for _, name := range []string{"__clerk_handshake", "__clerk_handshake_nonce"} {
		if value := got.location(tb).Query().Get(name); value != "" {
			return name, value
		}
		if cookie := got.setCookies()[name]; cookie != nil {
			return name, cookie.Value
		}
	}
	tb.Fatalf("no answer: %d %s", got.Code, got.Header().Get("Location"))
	return "", ""
}

// plantedCookie is a cookie that somebody put into the browser before Clerk set any of that name. Browsers send the one with the
// longer path first, and of two with the same path the older one (RFC 6265, section 5.4).
func plantedCookie(name, value string) option {
	return func(r *http.Request) {
		before := r.Header.Get("Cookie")
		r.Header.Set("Cookie", strings.TrimSuffix(name+"="+value+"; "+before, "; "))
	}
}

// wantNoSession checks that a response sets no session.
func (r *answer) wantNoSession(tb testing.TB) *answer {
	tb.Helper()
	for name := range r.setCookies() {
		if strings.HasPrefix(name, "__session") || strings.HasPrefix(name, "__client") || strings.HasPrefix(name, "__refresh") {
			tb.Errorf("%s %s sets %s", r.request.Method, r.request.RequestURI, name)
		}
	}
	return r
}

// TestAnAnswerThatTheBrowserDidNotAskForSignsNobodyIn: Mia sends a link with the answer of her own handshake.
func TestAnAnswerThatTheBrowserDidNotAskForSignsNobodyIn(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		for _, format := range []string{"nonce", "token"} {
			for _, carrier := range []string{"in the address", "in a cookie"} {
				for _, visitor := range []string{"a new browser", "a browser that is signed in", "a browser with an expired token"} {
					t.Run(strings.Join([]string{string(kind), format, carrier, visitor}, ", "), func(t *testing.T) {
						t.Parallel()
						a := proxied(t, typed(kind)...)
						name, value := a.visitor(t, mia).answerOf(t, format)
						v := a.visitor(t, ada)
						switch visitor {
						case "a new browser":
							v = a.visitor(t)
							clear(v.cookies)
						case "a browser with an expired token":
							dropRefresh(v)
							a.clock.Advance(90e9)
						}
						target := "/guarded?x=1"
						options := []option{plantedCookie(name, value)}
						if carrier == "in the address" {
							target, options = target+"&"+name+"="+value, nil
						}
						miaID, adaID := a.userID(t, mia), a.userID(t, ada)
						way := v.visit(t, target, options...)
						for _, hop := range way {
							if strings.Contains(hop.Body.String(), miaID) {
								t.Errorf("%s is answered as Mia", hop.request.RequestURI)
							}
						}
						if carrier == "in the address" {
							way[0].wantNoSession(t).wantHandshake(t, string(reason.HandshakeNotBegun))
						}
						end := way[len(way)-1]
						if visitor == "a new browser" {
							if end.request.URL.Path != "/sign-in" || strings.Contains(end.request.RequestURI, "__clerk_handshake") {
								t.Errorf("arrived at %s", end.request.RequestURI)
							}
							return
						}
						end.wantSignedIn(t, adaID)
						if carrier == "in the address" && end.request.RequestURI != "/guarded?x=1" {
							t.Errorf("arrived at %s", end.request.RequestURI)
						}
						v.arrive(t, "/guarded").wantSignedIn(t, adaID)
					})
				}
			}
		}
	}
}

// TestAnAnswerCountsForTheHandshakeThatWasBegun: that a browser is on a handshake does not make it believe any answer.
func TestAnAnswerCountsForTheHandshakeThatWasBegun(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		begin := func(t *testing.T) (*app, *visitor, *url.URL) {
			t.Helper()
			a := proxied(t, typed(kind)...)
			v := a.visitor(t, ada)
			delete(v.cookies, "__session")
			delete(v.cookies, a.clerk.PublishableKey().Suffixed("__session"))
			begun := v.ask(http.MethodGet, "/guarded?x=1", navigation).wantHandshake(t, "client-uat-but-no-session-token")
			back, err := url.Parse(begun.location(t).Query().Get("redirect_url"))
			if err != nil {
				t.Fatal(err)
			}
			return a, v, back
		}
		t.Run(string(kind)+", an answer of somebody else meanwhile", func(t *testing.T) {
			t.Parallel()
			a, v, _ := begin(t)
			name, value := a.visitor(t, mia).answerOf(t, "nonce")
			v.ask(http.MethodGet, "/guarded?"+name+"="+value, navigation).wantNoSession(t).
				wantHandshake(t, string(reason.HandshakeNotBegun))
			v.arrive(t, "/guarded").wantSignedIn(t, a.userID(t, ada))
		})
		t.Run(string(kind)+", an answer with the address of somebody else's handshake", func(t *testing.T) {
			t.Parallel()
			a, v, _ := begin(t)
			attacker := a.visitor(t, mia)
			delete(attacker.cookies, "__session")
			delete(attacker.cookies, a.clerk.PublishableKey().Suffixed("__session"))
			theirs, err := url.Parse(attacker.ask(http.MethodGet, "/guarded", navigation).location(t).Query().Get("redirect_url"))
			if err != nil {
				t.Fatal(err)
			}
			name, value := attacker.answerOf(t, "nonce")
			way := v.visit(t, theirs.RequestURI()+"&"+name+"="+value)
			way[0].wantNoSession(t)
			way[len(way)-1].wantSignedIn(t, a.userID(t, ada))
		})
		t.Run(string(kind)+", an answer that was used before", func(t *testing.T) {
			t.Parallel()
			a, v, back := begin(t)
			name, value := v.answerOf(t, "nonce")
			target := back.RequestURI() + "&" + name + "=" + value
			v.ask(http.MethodGet, target, navigation).wantStatus(t, http.StatusTemporaryRedirect).
				wantHeader(t, "Location", ownOrigin+"/guarded?x=1")
			v.ask(http.MethodGet, target, navigation).wantNoSession(t)
			v.arrive(t, target).wantSignedIn(t, a.userID(t, ada))
		})
		t.Run(string(kind)+", an answer that Clerk does not know", func(t *testing.T) {
			t.Parallel()
			a, v, back := begin(t)
			v.ask(http.MethodGet, back.RequestURI()+"&__clerk_handshake_nonce=unknown", navigation).wantNoSession(t).
				wantHandshake(t, string(reason.HandshakeNotBegun))
			v.arrive(t, "/guarded").wantSignedIn(t, a.userID(t, ada))
		})
		t.Run(string(kind)+", an answer that is fetched by a script", func(t *testing.T) {
			t.Parallel()
			a, v, back := begin(t)
			name, value := v.answerOf(t, "nonce")
			for _, request := range []struct {
				method string
				option option
			}{{http.MethodGet, fetched}, {http.MethodPost, ownForm}, {http.MethodHead, navigation}} {
				got := v.ask(request.method, back.RequestURI()+"&"+name+"="+value, request.option).wantNoSession(t)
				if strings.Contains(got.Header().Get("Location"), "handshake") {
					t.Errorf("%s is sent to %s", request.method, got.Header().Get("Location"))
				}
			}
			v.arrive(t, back.RequestURI()+"&"+name+"="+value).wantSignedIn(t, a.userID(t, ada)) // the navigation is still to come
		})
		t.Run(string(kind)+", long after", func(t *testing.T) {
			t.Parallel()
			a, v, back := begin(t)
			a.clock.Advance(10 * 60e9)
			name, value := v.answerOf(t, "nonce")
			v.ask(http.MethodGet, back.RequestURI()+"&"+name+"="+value, navigation).wantNoSession(t)
		})
	}
}

// TestTabsAreOnHandshakesOfTheirOwn: their responses overtake each other, and each tab arrives.
func TestTabsAreOnHandshakesOfTheirOwn(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			a := proxied(t, typed(kind)...)
			v := a.visitor(t, ada)
			for name := range v.cookies {
				if strings.HasPrefix(name, "__session") || strings.HasPrefix(name, "__refresh") {
					delete(v.cookies, name)
				}
			}
			jar := v.jar()
			var begun []*answer // all are sent before any is answered
			for range 6 {
				begun = append(begun, a.ask(http.MethodGet, "/guarded", jar, navigation).wantHandshake(t, "client-uat-but-no-session-token"))
			}
			for i := range begun {
				for name, cookie := range begun[len(begun)-1-i].setCookies() {
					v.cookies[name] = cookie.Value
				}
			}
			for _, tab := range begun {
				to := strings.TrimPrefix(tab.Header().Get("Location"), ownOrigin)
				way := v.visit(t, to)
				way[len(way)-1].wantSignedIn(t, a.userID(t, ada))
				if len(way) > 4 {
					t.Errorf("a tab took %d hops", len(way))
				}
			}
			for name := range v.cookies {
				if strings.Contains(name, "ginclerk_handshake") {
					t.Errorf("the browser still has %s", name)
				}
			}
		})
	}
}

// TestABrowserThatKeepsNoCookiesArrives wherever it goes, and is told where cookies are needed.
func TestABrowserThatKeepsNoCookiesArrives(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		for _, target := range []string{"/", "/guarded", "/sign-in", "/?__clerk_handshake_nonce=x", "/guarded?__clerk_handshake=x&__clerk_db_jwt=y"} {
			t.Run(string(kind)+" "+target, func(t *testing.T) {
				t.Parallel()
				a := proxied(t, typed(kind)...)
				v := a.visitor(t)
				const most = 8
				next, hops := target, 0
				for {
					clear(v.cookies)
					got := v.ask(http.MethodGet, next, navigation)
					if got.Header().Get("Location") == "" {
						if kind == instance.Development && strings.HasPrefix(target, "/guarded") {
							got.wantStatus(t, http.StatusUnauthorized)
							if !strings.Contains(got.Body.String(), string(reason.CookiesRefused)) {
								t.Errorf("is told %s", got.Body)
							}
						}
						return
					}
					next = strings.TrimPrefix(got.Header().Get("Location"), ownOrigin)
					if hops++; hops > most {
						t.Fatalf("is still on its way to %s", next)
					}
				}
			})
		}
	}
}

// TestPlainHTTPInDevelopment: browsers drop Secure cookies there, and the handshake works all the same.
func TestPlainHTTPInDevelopment(t *testing.T) {
	t.Parallel()
	const lan = "http://192.168.1.7:8080"
	a := proxied(t, setup{
		clerk:  func(c *clerktest.Config) { c.Origins = []string{lan} },
		config: func(c *ginclerk.Config) { c.Origins = nil },
	})
	v := a.visitor(t, ada)
	delete(v.cookies, "__session")
	delete(v.cookies, a.clerk.PublishableKey().Suffixed("__session"))
	next := "/guarded"
	for range maxHops {
		got := v.ask(http.MethodGet, next, navigation, host("192.168.1.7:8080"))
		for name, cookie := range got.setCookies() {
			if cookie.Secure {
				delete(v.cookies, name)
			}
		}
		if next = strings.TrimPrefix(got.Header().Get("Location"), lan); next == "" {
			got.wantSignedIn(t, a.userID(t, ada))
			return
		}
	}
	t.Error("went round in circles")
}

// TestTheCookieOfAHandshake is sealed, short-lived and of this host alone.
func TestTheCookieOfAHandshake(t *testing.T) {
	t.Parallel()
	a := proxied(t, production())
	v := a.visitor(t, ada)
	delete(v.cookies, "__session")
	delete(v.cookies, a.clerk.PublishableKey().Suffixed("__session"))
	for name, cookie := range v.ask(http.MethodGet, "/guarded", navigation).setCookies() {
		if name == "__clerk_redirect_count" {
			continue
		}
		if !strings.HasPrefix(name, "__Host-") || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode ||
			cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge <= 0 || cookie.MaxAge > 600 {
			t.Errorf("%v", cookie)
		}
		v.cookies[name] = cookie.Value[:len(cookie.Value)-2] + "AA" // forged
	}
	name, value := v.answerOf(t, "nonce")
	v.ask(http.MethodGet, "/guarded?"+name+"="+value, navigation).wantNoSession(t)
}

// TestSwitchingGoesThroughABoundHandshake, and arrives where it was to.
func TestSwitchingGoesThroughABoundHandshake(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			a := proxied(t, typed(kind)...)
			a.engine.GET("/sync", func(c *ginContext) { syncBrowser(a.clerk, c, "/guarded?b=1&a=%20#top", reason.SessionSwitched) })
			v := a.visitor(t, ada, bob)
			end := v.arrive(t, "/sync")
			if end.wantSignedIn(t, a.userID(t, bob)); end.request.URL.RawQuery != "b=1&a=%20" && end.request.URL.RawQuery != "b=1&a=+" {
				t.Errorf("arrived at %s", end.request.RequestURI)
			}
		})
	}
}

// TestUnsolicitedAnswersCanBeAccepted, as Clerk's own SDKs do.
func TestUnsolicitedAnswersCanBeAccepted(t *testing.T) {
	t.Parallel()
	a := proxied(t, configured(func(c *ginclerk.Config) { c.Unsafe.AcceptUnsolicitedHandshakes = true }))
	name, value := a.visitor(t, mia).answerOf(t, "nonce")
	v := a.visitor(t)
	clear(v.cookies)
	v.arrive(t, "/guarded?"+name+"="+value).wantSignedIn(t, a.userID(t, mia))
	if a.log.count("Unsafe.AcceptUnsolicitedHandshakes") == 0 {
		t.Error("nobody was warned")
	}
}
