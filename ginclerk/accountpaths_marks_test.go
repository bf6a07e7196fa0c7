package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// forgets has a browser lose the cookies whose names begin so.
func (v *visitor) forgets(prefix string) {
	for name := range v.cookies {
		if strings.HasPrefix(name, prefix) {
			delete(v.cookies, name)
		}
	}
}

// A page that is open keeps its account, whatever becomes of the browser's cookies: what it sends is done for that account, or for none.
func TestAPageThatIsOpenIsNeverTakenForAnotherAccounts(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]struct {
		number  string // of the page
		after   func(*testing.T, *app, *visitor)
		another string // who has the number then
	}{
		"the browser has lost all cookies, and somebody else signs in": {"0", func(t *testing.T, a *app, v *visitor) {
			t.Helper()
			other := a.visitor(t, mia)
			v.cookies, v.agent = other.cookies, other.agent
			v.numbered(t, "0 "+a.userID(t, mia)+" /u/0")
		}, mia},
		"the browser has lost the numbers, and their order is another": {"0", func(t *testing.T, a *app, v *visitor) {
			t.Helper()
			if err := a.server.EndSession(a.sessionOf(t, ada).ID); err != nil {
				t.Fatal(err)
			}
			v.forgets("__Host-ginclerk_account_")
			a.clock.Advance(2 * time.Minute)
			v.renewed(t)
			v.numbered(t, "0 "+a.userID(t, bob)+" /u/0")
		}, bob},
		"the browser has dropped the cookie of the highest number": {"1", func(t *testing.T, a *app, v *visitor) {
			t.Helper()
			if err := a.server.EndSession(a.sessionOf(t, bob).ID); err != nil {
				t.Fatal(err)
			}
			v.forgets("__Host-ginclerk_account_1")
			v.signIn(t, mia)
			v.numbered(t, "0 "+a.userID(t, ada)+" /u/0", "1 "+a.userID(t, mia)+" /u/1")
		}, mia},
		"an answer that was slow brings the cookie of another account": {"0", func(t *testing.T, a *app, v *visitor) {
			t.Helper()
			other := &visitor{app: a, cookies: map[string]string{}, agent: v.agent}
			for name, value := range v.cookies {
				if !strings.HasPrefix(name, "__Host-ginclerk_account_") {
					other.cookies[name] = value
				}
			}
			if err := a.server.EndSession(a.sessionOf(t, ada).ID); err != nil {
				t.Fatal(err)
			}
			other.numbered(t, "0 "+a.userID(t, bob)+" /u/0")
			v.cookies["__Host-ginclerk_account_0"] = other.cookies["__Host-ginclerk_account_0"]
		}, bob},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := apartAndTabbed(t)
			before := "/u/" + happens.number
			open := v.at(before)
			v.askBare(http.MethodPost, open+"/guarded", ownForm).wantRan(t, true)
			happens.after(t, a, v)
			if now := v.at(before); now == open || now == before {
				t.Fatalf("the number is at %s", now)
			}
			v.ask(http.MethodPost, before+"/guarded", ownForm).wantSignedIn(t, a.userID(t, happens.another))
			from := header("Referer", ownOrigin+open+"/guarded")
			for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodGet} {
				for _, how := range []option{ownForm, fetched, htmx} {
					v.askBare(method, open+"/guarded", how, from).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
					v.askBare(method, open+"/", how, from).wantNobody(t, "ginclerk-account-not-here")
				}
			}
			v.wantNotHere(t, open)
			// With the number alone, the form says nothing of whose it is.
			v.askBare(http.MethodPost, before+"/guarded", ownForm, header("Referer", ownOrigin+before+"/guarded")).
				wantStatus(t, http.StatusConflict).wantRan(t, false)
			v.askBare(http.MethodPost, before+"/", ownForm).wantStatus(t, http.StatusConflict).wantRan(t, false)
			v.askBare(http.MethodPost, before+"/guarded", program, bearer(a.token(t, mia))).wantSignedIn(t, a.userID(t, mia))
		})
	}
}

// The account of an open page that signs in again goes on there, also where it has another number by then.
func TestAnAccountWithANewNumberIsFoundByItsMark(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	open := v.at("/u/1/guarded?x=1")
	other := a.visitor(t, mia)
	v.cookies, v.agent = other.cookies, other.agent
	v.numbered(t, "0 "+a.userID(t, mia)+" /u/0")
	a.clock.Advance(time.Second)
	v.signIn(t, ada)
	a.clock.Advance(time.Second)
	v.signIn(t, bob)
	v.numbered(t, "0 "+a.userID(t, mia)+" /u/0", "1 "+a.userID(t, ada)+" /u/1", "2 "+a.userID(t, bob)+" /u/2")
	v.askBare(http.MethodPost, open, ownForm).wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
	v.askBare(http.MethodGet, open, navigation).wantStatus(t, http.StatusSeeOther).wantRan(t, false).
		wantHeader(t, "Location", "../"+strings.TrimPrefix(v.at("/u/2/guarded?x=1"), "/u/"))
	v.ask(http.MethodGet, "/u/2/guarded?x=1", navigation).wantSignedIn(t, a.userID(t, bob))
	v.ask(http.MethodPost, "/u/2/guarded?x=1", ownForm).wantSignedIn(t, a.userID(t, bob))
}

// The mark is the account's, in every browser, and no other account's: also not of the same user as whom somebody acts.
func TestEachAccountHasAMarkOfItsOwn(t *testing.T) {
	t.Parallel()
	a, v := apartAndTabbed(t)
	markAt := func(v *visitor, number string) string {
		_, mark, _ := strings.Cut(v.at("/u/"+number), "-")
		return mark
	}
	again := a.visitor(t, bob)
	again.numbered(t, "0 "+a.userID(t, bob)+" /u/0")
	if markAt(v, "1") == "" || markAt(v, "1") != markAt(again, "0") {
		t.Errorf("Bob is %s and %s", v.at("/u/1"), again.at("/u/0"))
	}
	if markAt(v, "0") == markAt(v, "1") {
		t.Errorf("Ada and Bob are both %s", markAt(v, "0"))
	}
	elsewhere, w := apartAndTabbed(t) // another instance
	if elsewhere.userID(t, bob) == a.userID(t, bob) && markAt(w, "1") == markAt(v, "1") {
		t.Errorf("at both instances Bob is %s", markAt(w, "1"))
	}
}
