package ginclerk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
)

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
			v.ask(http.MethodPost, "/u/0/orders?x=1", ownForm, body("text=hers")).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", v.at("/u/0/waiting"))
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
