package ginclerk_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

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
			v.ask(http.MethodPost, "/u/0/leave", ownForm).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", v.at("/u/0/guarded"))
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

func TestAnUnknownNumberIsNobodys(t *testing.T) {
	t.Parallel()
	_, v := apartAndTabbed(t)
	for _, number := range []string{"2", "7", "10", "999"} {
		v.wantNotHere(t, "/u/"+number)
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
		a.ask(http.MethodGet, v.at(base+"/guarded"), append(numbers, fetched)...).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	}
	other := a.visitor(t, mia)
	for _, base := range []string{"/u/0", "/u/1"} {
		other.ask(http.MethodGet, v.at(base+"/guarded"), append(numbers, fetched)...).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
	}
	swapped := []option{withCookie("__Host-ginclerk_account_0", one), withCookie("__Host-ginclerk_account_2", one), withCookie("__Host-ginclerk_account_3", zero+"x")}
	tossed := &visitor{app: a, cookies: map[string]string{}}
	for name, value := range v.cookies {
		if !strings.HasPrefix(name, "__Host-ginclerk_account_") {
			tossed.cookies[name] = value
		}
	}
	mark := func(value string) string { return "-" + value[:8] }
	for _, base := range []string{"/u/0" + mark(one), "/u/2" + mark(one), "/u/3" + mark(zero)} {
		tossed.ask(http.MethodGet, base+"/guarded", append(swapped, fetched)...).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
	}
	// A selection is no account, and an account no selection.
	v.switchTo(t, ada)
	selected := v.cookies[selectionCookie]
	for _, value := range []string{selected, zero[:9] + selected, one[:9] + zero[9:]} { // with the mark, and with that of another account
		for _, base := range []string{"/u/0", "/u/0" + mark(zero), "/u/0" + mark(one)} {
			got := tossed.ask(http.MethodGet, base+"/guarded", fetched, withCookie("__Host-ginclerk_account_0", value)).wantRan(t, false)
			if got.Code != http.StatusSeeOther { // to the path with the mark
				got.wantProblem(t, http.StatusUnauthorized, "Account not signed in")
			}
		}
	}
	tossed.ask(http.MethodPost, "/guarded", ownForm, withCookie(selectionCookie, zero)).wantRan(t, false)
	// The same user on another device, with copied cookies: their own session there, and no other.
	elsewhere := a.visitor(t, ada)
	elsewhere.ask(http.MethodGet, v.at("/u/0/guarded"), append(numbers, navigation)...).wantSignedIn(t, a.userID(t, ada))
	elsewhere.ask(http.MethodGet, v.at("/u/1/guarded"), append(numbers, fetched)...).wantProblem(t, http.StatusUnauthorized, "Account not signed in")
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
