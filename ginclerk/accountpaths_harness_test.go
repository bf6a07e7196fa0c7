package ginclerk_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
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
	for i, line := range want {
		at := strings.LastIndex(line, " ") + 1
		want[i] = line[:at] + v.at(line[at:])
	}
	if got != strings.Join(want, "\n")+"\n" {
		t.Errorf("accounts are\n%s, want\n%s", got, strings.Join(want, "\n"))
	}
}

// wantNotHere checks that nobody is signed in below the path of an account, and that no other account is.
func (v *visitor) wantNotHere(t *testing.T, base string) {
	t.Helper()
	const why = "ginclerk-account-not-here"
	base = v.at(base)
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

func (v *visitor) losesRefreshToken() {
	for name := range v.cookies {
		if strings.HasPrefix(name, "__refresh") {
			delete(v.cookies, name)
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

// pathOfAccount is the path of an account by its number.
var pathOfAccount = regexp.MustCompile(`^(/app)?(/u/)(\d+)(/.*|\?.*)?$`)

// at is where the pages of an account lead whose number is in a path: its mark, as the cookie says it, is behind the number. Other targets stay as
// they are.
func (v *visitor) at(target string) string { return markedBy(v.cookies, target) }

func markedBy(cookies map[string]string, target string) string {
	parts := pathOfAccount.FindStringSubmatch(target)
	if parts == nil {
		return target
	}
	mark, _, marked := strings.Cut(cookies["__Host-ginclerk_account_"+parts[3]], ".")
	if !marked {
		return target
	}
	return parts[1] + parts[2] + parts[3] + "-" + mark + parts[4]
}
