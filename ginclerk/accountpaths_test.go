package ginclerk_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// tabbed is an application whose accounts have paths, and a browser in which Ada and Bob have signed in: they are 0 and 1, and Bob's session is the
// browser's own.
func tabbed(t *testing.T, options ...setup) (*app, *visitor) {
	t.Helper()
	a := newApp(t, options...)
	a.withAccountPaths(t)
	v := a.visitor(t, ada)
	a.clock.Advance(time.Second)
	v.signIn(t, bob)
	v.numbered(t, "0 "+a.userID(t, ada)+" /u/0", "1 "+a.userID(t, bob)+" /u/1")
	return a, v
}

// apartAndTabbed is an application in production that never sees the browser's credential.
func apartAndTabbed(t *testing.T, options ...setup) (*app, *visitor) {
	t.Helper()
	a, v := tabbed(t, append(options, production(), configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))...)
	delete(v.cookies, "__client")
	return a, v
}

// withAccountPaths registers routes of all kinds, and serves them below the paths of accounts.
func (a *app) withAccountPaths(t *testing.T) {
	t.Helper()
	a.withSwitch(t)
	a.clerk.MountProxy(a.engine)
	a.engine.GET("/numbers", a.clerk.RequireSession(), func(c *gin.Context) {
		accounts, err := a.clerk.Links(c).Accounts()
		if err != nil {
			c.String(http.StatusConflict, "%v", err)
			return
		}
		for _, account := range accounts {
			c.String(http.StatusOK, "%d %s %s\n", account.Number, account.Session.UserID, account.Base)
		}
	})
	a.engine.GET("/base", func(c *gin.Context) { c.String(http.StatusOK, a.clerk.Links(c).BasePath) })
	a.engine.Any("/folder/", a.clerk.RequireSession(), whoami)
	a.engine.Any("/sends/*to", a.clerk.RequireSession(), func(c *gin.Context) { c.Redirect(http.StatusSeeOther, c.Param("to")) })
	a.engine.POST("/leads", a.clerk.RequireSession(), func(c *gin.Context) {
		c.Header("HX-Redirect", "/guarded")
		c.Redirect(http.StatusSeeOther, c.Query("to"))
	})
	a.front = a.clerk.AccountPaths(a.engine)
}

// signIn signs another user in, whose session becomes the browser's own.
func (v *visitor) signIn(t *testing.T, email string) {
	t.Helper()
	if _, err := v.agent.SignIn(email); err != nil {
		t.Fatal(err)
	}
	client := v.cookies["__client"]
	v.renewed(t)
	if client != "" {
		v.cookies["__client"] = client
	}
}

// numbered has the accounts of the browser numbered, and checks them.
func (v *visitor) numbered(t *testing.T, want ...string) {
	t.Helper()
	got := v.ask(http.MethodGet, "/numbers", navigation).wantStatus(t, http.StatusOK).Body.String()
	if got != strings.Join(want, "\n")+"\n" {
		t.Errorf("accounts are\n%s, want\n%s", got, strings.Join(want, "\n"))
	}
}

// wantNotHere checks that nobody is signed in below the path of an account, and that no other account is.
func (v *visitor) wantNotHere(t *testing.T, base string) {
	t.Helper()
	const why = "ginclerk-account-not-here"
	page := v.ask(http.MethodGet, base+"/guarded?x=1", navigation).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
	if back := url.QueryEscape(ownOrigin + base + "/guarded?x=1"); !strings.Contains(page.Body.String(), back) {
		t.Errorf("the page does not lead to sign-in and back to %s: %s", back, page.Body)
	}
	v.ask(http.MethodGet, base+"/guarded", fetched).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
	v.ask(http.MethodGet, base+"/guarded", htmx).wantStatus(t, http.StatusUnauthorized).wantHeader(t, "HX-Refresh", "true").wantRan(t, false)
	v.ask(http.MethodPost, base+"/guarded", ownForm).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
	v.ask(http.MethodGet, base+"/", navigation).wantNobody(t, why)
	v.ask(http.MethodPost, base+"/", ownForm).wantNobody(t, why)
}

func TestEachTabHasTheAccountOfItsPath(t *testing.T) {
	t.Parallel()
	for name, household := range map[string]func(*testing.T, ...setup) (*app, *visitor){
		"in development": tabbed, "in production without the browser's credential": apartAndTabbed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := household(t)
			for _, when := range []string{"at once", "after the token's life", "after another"} {
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					v.ask(method, "/u/0/guarded", ownForm).wantSignedIn(t, a.userID(t, ada))
					v.ask(method, "/u/1/guarded", ownForm).wantSignedIn(t, a.userID(t, bob))
					v.ask(method, "/u/0/", ownForm).wantSignedIn(t, a.userID(t, ada))
					v.ask(method, "/guarded", ownForm).wantSignedIn(t, a.userID(t, bob))
				}
				v.numbered(t, "0 "+a.userID(t, ada)+" /u/0", "1 "+a.userID(t, bob)+" /u/1")
				if t.Failed() {
					t.Fatal(when)
				}
				a.clock.Advance(2 * time.Minute)
				v.renewed(t)
			}
		})
	}
}

// Each tab keeps its account, whichever session is the browser's own.
func TestTheBrowsersOwnAccountMayChange(t *testing.T) {
	t.Parallel()
	a, v := tabbed(t)
	v.ask(http.MethodPost, "/switch?to="+a.sessionOf(t, ada).ID, ownForm).wantStatus(t, http.StatusSeeOther)
	v.arrive(t, "/guarded").wantSignedIn(t, a.userID(t, bob)) // until the handshake
	a.clock.Advance(2 * time.Minute)
	v.renewed(t)
	v.arrive(t, "/guarded").wantSignedIn(t, a.userID(t, ada))
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	v.ask(http.MethodGet, "/u/1/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	v.signIn(t, mia)
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	v.ask(http.MethodGet, "/u/1/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	v.wantNotHere(t, "/u/2")
	v.numbered(t, "0 "+a.userID(t, ada)+" /u/0", "1 "+a.userID(t, bob)+" /u/1", "2 "+a.userID(t, mia)+" /u/2")
	v.ask(http.MethodGet, "/u/2/guarded", navigation).wantSignedIn(t, a.userID(t, mia))
}

func TestAnAccountThatIsSignedOutIsNeverAnother(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, *app, *visitor){
		"below its path": func(t *testing.T, _ *app, v *visitor) {
			t.Helper()
			v.ask(http.MethodPost, "/u/0/leave", ownForm).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "/u/0/guarded")
		},
		"at Clerk": func(t *testing.T, a *app, v *visitor) {
			t.Helper()
			if err := a.server.EndSession(a.sessionOf(t, ada).ID); err != nil {
				t.Fatal(err)
			}
			a.clock.Advance(2 * time.Minute)
			v.renewed(t)
		},
		"revoked here": func(t *testing.T, a *app, _ *visitor) {
			t.Helper()
			if err := a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: a.sessionOf(t, ada).ID}); err != nil {
				t.Fatal(err)
			}
		},
		"the user is gone": func(t *testing.T, a *app, v *visitor) {
			t.Helper()
			if err := a.server.RemoveUser(a.userID(t, ada)); err != nil {
				t.Fatal(err)
			}
			a.clock.Advance(2 * time.Minute)
			v.renewed(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := apartAndTabbed(t)
			bobs := a.userID(t, bob)
			v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
			end(t, a, v)
			v.wantNotHere(t, "/u/0")
			v.ask(http.MethodGet, "/u/1/guarded", navigation).wantSignedIn(t, bobs)
			v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, bobs)
			v.signIn(t, mia)
			if name != "revoked here" { // Clerk still has that session
				v.numbered(t, "1 "+bobs+" /u/1", "2 "+a.userID(t, mia)+" /u/2")
			}
			v.wantNotHere(t, "/u/0")
		})
	}
}

// The account of a user who signs in again has the number that it had.
func TestAnAccountThatSignsInAgainKeepsItsNumber(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	adas := a.userID(t, ada)
	if err := a.server.EndSession(a.sessionOf(t, ada).ID); err != nil {
		t.Fatal(err)
	}
	a.clock.Advance(2 * time.Minute)
	v.renewed(t)
	v.wantNotHere(t, "/u/0")
	v.signIn(t, ada)
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, adas)
	v.ask(http.MethodGet, "/u/1/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	a.clock.Advance(time.Second)
	v.signIn(t, mia) // Ada's new session is not the browser's own any more
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, adas)
	v.numbered(t, "0 "+adas+" /u/0", "1 "+a.userID(t, bob)+" /u/1", "2 "+a.userID(t, mia)+" /u/2")
}

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
	v.ask(http.MethodGet, "/u/0/guarded?x=1", navigation).wantSignIn(t, http.StatusTemporaryRedirect, "/u/0/guarded?x=1")
	v.ask(http.MethodGet, "/u/7/guarded", navigation).wantSignIn(t, http.StatusTemporaryRedirect, "/u/7/guarded")
	v.ask(http.MethodPost, "/u/0/guarded", ownForm, header("Referer", ownOrigin+"/u/0/guarded?y=2")).
		wantSignIn(t, http.StatusSeeOther, "/u/0/guarded?y=2")
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
	if back := way.Query().Get("redirect_url"); !strings.HasPrefix(back, ownOrigin+"/u/0/guarded?x=1&__ginclerk_handshake=") {
		t.Errorf("the handshake returns to %s", back)
	}
	v.arrive(t, "/u/0/guarded?x=1").wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(2 * time.Minute)
	v.losesRefreshToken()
	v.arrive(t, "/u/1/guarded").wantSignedIn(t, a.userID(t, bob))
}

func (v *visitor) losesRefreshToken() {
	for name := range v.cookies {
		if strings.HasPrefix(name, "__refresh") {
			delete(v.cookies, name)
		}
	}
}

func TestOnlyOneSpellingIsThePathOfAnAccount(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	for name, target := range map[string]string{
		"a zero in front":                      "/u/01/guarded",
		"two zeros":                            "/u/00/guarded",
		"a minus":                              "/u/-1/guarded",
		"a minus and zero":                     "/u/-0/guarded",
		"a plus":                               "/u/+1/guarded",
		"an escaped digit":                     "/u/%31/guarded",
		"an escaped letter":                    "/%75/1/guarded",
		"an escaped slash behind the folder":   "/u%2F1/guarded",
		"an escaped slash behind the number":   "/u/1%2Fguarded",
		"twice escaped":                        "/u/%2531/guarded",
		"a twice escaped folder":               "/%2575/1/guarded",
		"dots behind":                          "/u/1/../guarded",
		"dots to another account":              "/u/1/../0/guarded",
		"dots at the end":                      "/u/1/..",
		"escaped dots":                         "/u/1/%2e%2e/0/guarded",
		"twice escaped dots":                   "/u/1/%252e%252e/0/guarded",
		"dots and a parameter":                 "/u/1/..;x/0/guarded",
		"a single dot":                         "/u/./1/guarded",
		"dots in front":                        "/x/../u/1/guarded",
		"a second slash in front":              "//u/1/guarded",
		"a second slash in the middle":         "/u//1/guarded",
		"a second slash behind":                "/u/1//guarded",
		"an escaped second slash":              "/u/1/%2Fguarded",
		"a backslash":                          `/u\1/guarded`,
		"an escaped backslash":                 "/u%5C1/guarded",
		"a backslash behind":                   "/u/1/%5Cguarded",
		"a parameter of the number":            "/u/1;x/guarded",
		"a parameter of the folder":            "/u;x/1/guarded",
		"an upper case letter":                 "/U/1/guarded",
		"a number in other digits":             "/u/%D9%A1/guarded",
		"a hexadecimal number":                 "/u/0x1/guarded",
		"a decimal number":                     "/u/1.0/guarded",
		"an exponent":                          "/u/1e0/guarded",
		"an underscore":                        "/u/1_0/guarded",
		"a space":                              "/u/1%20/guarded",
		"a null byte":                          "/u/1%00/guarded",
		"a control character":                  "/u/1/%0aguarded",
		"no number":                            "/u//guarded",
		"only the folder":                      "/u/",
		"the folder without a slash":           "/u",
		"a word":                               "/u/me/guarded",
		"a number that is too high":            "/u/1000/guarded",
		"a number that wraps at 8 bits":        "/u/257/../guarded",
		"a number that wraps at 16 bits":       "/u/65537/guarded",
		"a number that wraps at 32 bits":       "/u/4294967297/guarded",
		"a number that wraps at 64 bits":       "/u/18446744073709551617/guarded",
		"a very long number":                   "/u/" + strings.Repeat("1", 4000) + "/guarded",
		"very many zeros":                      "/u/" + strings.Repeat("0", 4000) + "1/guarded",
		"an account within an account":         "/u/1/u/0/guarded",
		"an account within an account, itself": "/u/1/u/1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visitor := &visitor{app: a, cookies: v.cookies}
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				bare := *a // whatever a handler may make of the path, it does not see it
				bare.front = a.clerk.AccountPaths(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(ranHeader, "true") }))
				bare.ask(method, target, ownForm).wantRan(t, false).wantStatus(t, http.StatusNotFound)
				got := visitor.app.ask(method, target, visitor.jar(), ownForm).wantRan(t, false)
				if got.Code != http.StatusNotFound {
					t.Errorf("%s: status %d, location %q", target, got.Code, got.Header().Get("Location"))
				}
			}
		})
	}
}

// Other paths are served as ever.
func TestPathsThatAreNoAccounts(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	for _, target := range []string{"/users", "/u1", "/up", "/a/u/1/guarded", "/%25", "/%2575x"} {
		a.engine.NoRoute(whoami)
		v.ask(http.MethodGet, target, navigation).wantRan(t, true)
	}
	v.ask(http.MethodGet, "/base", navigation)
	for path, base := range map[string]string{"/base": "", "/u/0/base": "/u/0", "/u/12/base": "/u/12"} {
		if got := v.ask(http.MethodGet, path, navigation).Body.String(); got != base {
			t.Errorf("the base path of %s is %q, want %q", path, got, base)
		}
	}
	v.ask(http.MethodGet, "/u/0?x=1", navigation).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "0/?x=1")
	v.ask(http.MethodPost, "/u/0", ownForm).wantStatus(t, http.StatusNotFound)
}

func TestAnUnknownNumberIsNobodys(t *testing.T) {
	t.Parallel()
	_, v := apartAndTabbed(t)
	for _, number := range []string{"2", "7", "10", "999"} {
		v.wantNotHere(t, "/u/"+number)
	}
}

// Redirects stay with the account, those of Gin itself among them.
func TestRedirectsStayBelowThePathOfTheAccount(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		got := v.ask(method, "/u/0/folder", ownForm)
		got.wantHeader(t, "Location", "/u/0/folder/")
		v.ask(method, got.Header().Get("Location"), ownForm).wantSignedIn(t, a.userID(t, ada))
		v.ask(method, "/u/0/sends/guarded", ownForm).wantHeader(t, "Location", "/u/0/guarded")
	}
	a.engine.RedirectFixedPath = true
	v.ask(http.MethodGet, "/u/0/GUARDED", navigation).wantHeader(t, "Location", "/u/0/guarded")
	for to, want := range map[string]string{
		"/guarded?x=1#y":      "/u/0/guarded?x=1#y",
		"":                    "/u/0/",
		"/u/1/guarded":        "/u/1/guarded",
		"/u/0/guarded":        "/u/0/guarded",
		"/users":              "/u/0/users",
		ownOrigin + "/out":    ownOrigin + "/out",
		"https://example.com": "https://example.com",
	} {
		v.ask(http.MethodPost, "/u/0/leads?to="+url.QueryEscape(to), ownForm).wantHeader(t, "Location", want).
			wantHeader(t, "HX-Redirect", "/u/0/guarded")
	}
}

// What a browser has of the cookies gives it nothing that it does not have without them.
func TestTheCookiesOfAccountsAuthenticateNobody(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	zero, one := v.cookies["__Host-ginclerk_account_0"], v.cookies["__Host-ginclerk_account_1"]
	if zero == "" || one == "" {
		t.Fatal("the browser has no cookies of accounts")
	}
	numbers := []option{withCookie("__Host-ginclerk_account_0", zero), withCookie("__Host-ginclerk_account_1", one)}
	for _, base := range []string{"", "/u/0", "/u/1"} {
		a.ask(http.MethodGet, base+"/guarded", append(numbers, fetched)...).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	}
	other := a.visitor(t, mia)
	for _, base := range []string{"/u/0", "/u/1"} {
		other.ask(http.MethodGet, base+"/guarded", append(numbers, fetched)...).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
	}
	swapped := []option{withCookie("__Host-ginclerk_account_0", one), withCookie("__Host-ginclerk_account_2", one), withCookie("__Host-ginclerk_account_3", zero+"x")}
	tossed := &visitor{app: a, cookies: map[string]string{}}
	for name, value := range v.cookies {
		if !strings.HasPrefix(name, "__Host-ginclerk_account_") {
			tossed.cookies[name] = value
		}
	}
	for _, base := range []string{"/u/0", "/u/2", "/u/3"} {
		tossed.ask(http.MethodGet, base+"/guarded", append(swapped, fetched)...).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
	}
	// A selection is no account, and an account no selection.
	v.switchTo(t, ada)
	selected := v.cookies[selectionCookie]
	tossed.ask(http.MethodGet, "/u/0/guarded", fetched, withCookie("__Host-ginclerk_account_0", selected)).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
	tossed.ask(http.MethodPost, "/guarded", ownForm, withCookie(selectionCookie, zero)).wantRan(t, false)
	// The same user on another device, with copied cookies: their own session there, and no other.
	elsewhere := a.visitor(t, ada)
	elsewhere.ask(http.MethodGet, "/u/0/guarded", append(numbers, navigation)...).wantSignedIn(t, a.userID(t, ada))
	elsewhere.ask(http.MethodGet, "/u/1/guarded", append(numbers, fetched)...).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
}

// A key that is new, or another instance, reads none of them: numbers are not given anew over those that can't be read.
func TestNumbersThatCannotBeReadAreNotGivenAgain(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	v.cookies["__Host-ginclerk_account_1"] = "garbage"
	v.wantNotHere(t, "/u/1")
	v.numbered(t, "0 "+a.userID(t, ada)+" /u/0", "2 "+a.userID(t, bob)+" /u/2")
	v.wantNotHere(t, "/u/1")
}

// A bearer token says by itself who sends a request.
func TestABearerTokenBelowThePathOfAnAccount(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	mias := a.token(t, mia)
	for _, base := range []string{"/u/0", "/u/1", "/u/7"} {
		v.ask(http.MethodGet, base+"/guarded", program, bearer(mias)).wantSignedIn(t, a.userID(t, mia))
		v.ask(http.MethodGet, base+"/guarded", program, bearer("x.y.z")).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
	}
	v.ask(http.MethodGet, "/u/0/numbers", program, bearer(mias)).wantStatus(t, http.StatusConflict)
}

func TestFormsOfOtherSitesBelowThePathOfAnAccount(t *testing.T) {
	t.Parallel()
	_, v := apartAndTabbed(t)
	for _, base := range []string{"/u/0", "/u/1", "/u/7"} {
		for name, from := range map[string][]option{
			"another site":       {navigation, header("Origin", evilOrigin), header("Sec-Fetch-Site", "cross-site")},
			"a sibling":          {navigation, header("Origin", "http://x.localhost:8080"), header("Sec-Fetch-Site", "same-site")},
			"no word from where": {navigation},
		} {
			got := v.ask(http.MethodPost, base+"/guarded", from...).wantRan(t, false)
			if got.Code != http.StatusForbidden && base != "/u/7" {
				t.Errorf("%s: status %d", name, got.Code)
			}
			if got := v.ask(http.MethodPost, base+"/", from...); !strings.HasPrefix(got.Body.String(), "nobody: ") {
				t.Errorf("%s: %s", name, got.Body)
			}
		}
	}
}

// What a pattern guards, it guards below the path of an account, too.
func TestRulesHoldBelowThePathOfAnAccount(t *testing.T) {
	t.Parallel()
	a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))
	a.ruled(t, ginclerk.Rules{Public: []string{"/open(.*)"}, Admin: []string{"/admin(.*)"}})
	a.engine.Any("/open", whoami)
	a.engine.Any("/admin/:page", whoami)
	a.engine.Any("/mine", whoami)
	a.engine.GET("/numbers", func(c *gin.Context) {
		if _, err := a.clerk.Links(c).Accounts(); err != nil {
			t.Error(err)
		}
	})
	a.front = a.clerk.AccountPaths(a.engine)
	v := a.visitor(t, ada)
	a.clock.Advance(time.Second)
	v.signIn(t, bob)
	v.ask(http.MethodGet, "/numbers", navigation).wantStatus(t, http.StatusOK)
	v.ask(http.MethodGet, "/u/0/mine", navigation).wantSignedIn(t, a.userID(t, ada))
	v.ask(http.MethodGet, "/u/0/open", navigation).wantSignedIn(t, a.userID(t, ada))
	a.ask(http.MethodGet, "/u/0/open", navigation).wantStatus(t, http.StatusOK)
	a.ask(http.MethodGet, "/u/0/mine", fetched).wantStatus(t, http.StatusUnauthorized)
	for _, target := range []string{"/admin/x", "/u/1/admin/x", "/u/1/admin/x/", "/u/1/%61dmin/x", "/u/1/ADMIN/x", "/u/1/open/../admin/x", "/u/1/open/%2e%2e/admin/x", "/u/1%2Fadmin/x", "/u/1//admin/x", "/u/7/admin/x"} {
		v.ask(http.MethodGet, target, fetched).wantRan(t, false)
	}
}

func TestAccountsInAnOutage(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t, configured(func(c *ginclerk.Config) { c.Tokens.JWTKey = ""; c.Tokens.OutageReading = time.Hour }))
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(2 * time.Minute)
	v.renewed(t)
	a.server.SetUnavailable(true)
	v.ask(http.MethodGet, "/u/0/guarded", fetched).wantUnavailable(t)
	v.ask(http.MethodPost, "/u/0/guarded", ownForm).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
	v.ask(http.MethodGet, "/u/1/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	a.clock.Advance(2 * time.Minute)
	v.ask(http.MethodGet, "/u/1/guarded", navigation).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
	a.server.SetUnavailable(false)
	v.renewed(t)
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
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
			v.ask(http.MethodPost, "/u/0/switch?to="+bobs.ID, ownForm).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "/u/1/guarded")
			v.ask(http.MethodPost, "/u/1/switch?to="+adas.ID, ownForm).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "/u/0/guarded")
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

// What other tabs have selected outside of the paths of accounts is theirs, and counts there alone.
func TestASelectionDoesNotCountBelowThePathOfAnAccount(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	v.switchTo(t, ada)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	v.ask(http.MethodGet, "/u/1/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	v.wantNotHere(t, "/u/2")
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
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

// A request that was decided about without its account is decided anew.
func TestAnApplicationBehindAnother(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	outer := gin.New()
	outer.Use(a.clerk.Attach())
	outer.NoRoute(a.clerk.RequireSession(), gin.WrapH(a.front))
	a.front = outer
	v.ask(http.MethodGet, "/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	v.ask(http.MethodGet, "/u/1/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
	v.ask(http.MethodGet, "/u/7/guarded", fetched).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
}

// Middleware that gives a request another context does not make it another account's.
func TestAnAccountThatGetsLostIsNobody(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(*app, gin.HandlerFunc) gin.HandlersChain{
		"before it is decided": func(a *app, loses gin.HandlerFunc) gin.HandlersChain {
			return gin.HandlersChain{loses, a.clerk.Attach(), a.clerk.RequireSession(), whoami}
		},
		"between": func(a *app, loses gin.HandlerFunc) gin.HandlersChain {
			return gin.HandlersChain{a.clerk.Attach(), loses, a.clerk.RequireSession(), whoami}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := apartAndTabbed(t)
			engine := gin.New()
			engine.GET("/guarded", at(a, func(c *gin.Context) { c.Request = c.Request.WithContext(context.Background()) })...)
			a.front = a.clerk.AccountPaths(engine)
			got := v.ask(http.MethodGet, "/u/0/guarded", fetched)
			if got.ran() && !strings.HasPrefix(got.Body.String(), a.userID(t, ada)+" ") {
				t.Errorf("it is %s", got.Body)
			}
			v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
		})
	}
}

// The base path of the application stands in front of that of the account.
func TestAccountsOfAnApplicationBelowABasePath(t *testing.T) {
	t.Parallel()
	for name, configuredPath := range map[string]string{"configured": "/app", "as requests say": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.ProxyURL, c.BasePath = "", configuredPath }))
			a.withAccountPaths(t)
			a.front = http.StripPrefix("/app", a.front)
			v := a.visitor(t, ada)
			a.clock.Advance(time.Second)
			v.signIn(t, bob)
			got := v.ask(http.MethodGet, "/app/numbers", navigation).wantStatus(t, http.StatusOK).Body.String()
			if want := "0 " + a.userID(t, ada) + " /app/u/0\n1 " + a.userID(t, bob) + " /app/u/1\n"; got != want {
				t.Errorf("accounts are %q, want %q", got, want)
			}
			v.ask(http.MethodGet, "/app/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
			v.ask(http.MethodGet, "/app/u/1/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
			v.ask(http.MethodGet, "/app/u/0/folder", navigation).wantHeader(t, "Location", "/app/u/0/folder/")
			v.ask(http.MethodGet, "/app/u/0/sends/app/guarded", navigation).wantHeader(t, "Location", "/app/u/0/guarded")
			v.cookies = map[string]string{"__client_uat": "0"}
			back := v.ask(http.MethodGet, "/app/u/0/guarded", navigation).location(t).Query().Get("redirect_url")
			if back != ownOrigin+"/app/u/0/guarded" {
				t.Errorf("sign-in comes back to %s", back)
			}
		})
	}
}

// Numbers are bounded, and not given twice.
func TestABrowserOfVeryManyAccounts(t *testing.T) {
	t.Parallel()
	a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))
	a.withAccountPaths(t)
	v := a.visitor(t, ada)
	last := -1
	for i := range 12 {
		email := "person" + strconv.Itoa(i) + "@example.com"
		user := a.newUser(t, email)
		a.clock.Advance(time.Second)
		v.signIn(t, email)
		v.ask(http.MethodGet, "/numbers", navigation).wantStatus(t, http.StatusOK)
		cookies := 0
		for name := range v.cookies {
			if number, found := strings.CutPrefix(name, "__Host-ginclerk_account_"); found {
				cookies++
				n, err := strconv.Atoi(number)
				if err != nil {
					t.Fatal(err)
				}
				last = max(last, n)
			}
		}
		if last != i+1 || cookies > 8 {
			t.Errorf("after %d accounts the last number is %d, and there are %d cookies", i+2, last, cookies)
		}
		v.ask(http.MethodGet, "/u/"+strconv.Itoa(last)+"/guarded", navigation).wantSignedIn(t, user)
		if err := a.server.EndSession(a.server.Sessions(user)[0].ID); err != nil {
			t.Fatal(err)
		}
	}
}

// newUser makes a user.
func (a *app) newUser(t *testing.T, email string) string {
	t.Helper()
	user, err := a.server.AddUser(clerktest.User{Email: email})
	if err != nil {
		t.Fatal(err)
	}
	return user.ID
}

// A stream of Gin's ends as it does elsewhere.
func TestAStreamBelowThePathOfAnAccount(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	a.engine.GET("/stream", a.clerk.RequireSession(), func(c *gin.Context) {
		c.Stream(func(io.Writer) bool { return false })
	})

	v.ask(http.MethodGet, "/u/0/stream", navigation).wantStatus(t, http.StatusOK)
}

// waitingAt is the page of an account with the forms that wait.
func (o *office) waitingAt(t *testing.T, v *visitor, base string) []desk.Waiting {
	t.Helper()
	var list []desk.Waiting
	if err := json.Unmarshal(v.arrive(t, base+"/waiting").wantStatus(t, http.StatusOK).Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// A form that is kept is the account's own, whoever else is signed in on the browser.
func TestAFormThatIsKeptBelongsToTheAccountOfItsPath(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]func(t *testing.T, o *office, v *visitor) (goesOn func()){
		"the token has expired": func(_ *testing.T, o *office, v *visitor) func() {
			o.clock.Advance(time.Hour)
			v.losesRefreshToken()
			return func() {}
		},
		"the account is signed out": func(t *testing.T, o *office, v *visitor) func() {
			t.Helper()
			if err := o.server.EndSession(o.sessionOf(t, ada).ID); err != nil {
				t.Fatal(err)
			}
			o.clock.Advance(2 * time.Minute)
			v.renewed(t)
			return func() {
				v.ask(http.MethodGet, "/u/0/waiting", navigation).wantStatus(t, http.StatusUnauthorized)
				v.signIn(t, ada)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, signedIn)
			o.engine.GET("/numbers", o.clerk.RequireSession(), func(c *gin.Context) {
				if _, err := o.clerk.Links(c).Accounts(); err != nil {
					t.Error(err)
				}
			})
			o.front = o.clerk.AccountPaths(o.engine)
			v := o.visitor(t, ada)
			o.clock.Advance(time.Second)
			v.signIn(t, bob)
			v.ask(http.MethodGet, "/numbers", navigation).wantStatus(t, http.StatusOK)
			goesOn := interrupt(t, o, v)
			v.ask(http.MethodPost, "/u/0/orders?x=1", ownForm, body("text=hers")).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "/u/0/waiting")
			v.ask(http.MethodPost, "/u/7/orders", ownForm, body("text=nobodys"))
			if list := o.waitingAt(t, v, "/u/1"); len(list) != 0 {
				t.Errorf("Bob is offered %+v", list)
			}
			if list := o.waiting(t, v); len(list) != 0 {
				t.Errorf("the browser's own account is offered %+v", list)
			}
			goesOn()
			list := o.waitingAt(t, v, "/u/0")
			if len(list) != 1 || list[0].Anonymous {
				t.Fatalf("Ada is offered %+v", list)
			}
			send := "/waiting?handle=" + list[0].Handle
			v.ask(http.MethodPost, "/u/1"+send, ownForm).wantStatus(t, http.StatusGone)
			o.want(t)
			v.ask(http.MethodPost, "/u/0"+send, ownForm).wantStatus(t, http.StatusCreated)
			o.want(t, o.userID(t, ada)+" "+formType+" /orders?x=1 text=hers")
		})
	}
}
