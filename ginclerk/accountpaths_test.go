package ginclerk_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

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
		"a mark that is too short":             "/u/1-abcdefg/guarded",
		"a mark that is too long":              "/u/1-abcdefghi/guarded",
		"a mark in capital letters":            "/u/1-ABCDEFGH/guarded",
		"a mark with another digit":            "/u/1-abcdefg1/guarded",
		"a mark with an escape":                "/u/1-%61bcdefgh/guarded",
		"an empty mark":                        "/u/1-/guarded",
		"two marks":                            "/u/1-abcdefgh-abcdefgh/guarded",
		"a mark without a number":              "/u/abcdefgh/guarded",
		"a parameter of the mark":              "/u/1-abcdefgh;x/guarded",
		"dots behind a mark":                   "/u/1-abcdefgh/../0/guarded",
		"an account within a marked one":       "/u/1-abcdefgh/u/0/guarded",
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
		if got := v.ask(http.MethodGet, path, navigation).Body.String(); got != v.at(base) {
			t.Errorf("the base path of %s is %q, want %q", path, got, base)
		}
	}
	v.ask(http.MethodGet, "/u/0?x=1", navigation).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", strings.TrimPrefix(v.at("/u/0"), "/u/")+"/?x=1")
	v.ask(http.MethodPost, "/u/0", ownForm).wantStatus(t, http.StatusNotFound)
	for path, want := range map[string]string{
		"/u/0/guarded?x=1": "../" + strings.TrimPrefix(v.at("/u/0/guarded?x=1"), "/u/"),
		"/u/1/a/b%2Fc/":    "../../../" + strings.TrimPrefix(v.at("/u/1/a/b%2Fc/"), "/u/"),
		"/u/0/":            "../" + strings.TrimPrefix(v.at("/u/0/"), "/u/"),
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			v.askBare(method, path, navigation).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", want).wantHeader(t, "Cache-Control", "no-store")
		}
	}
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
			if want := "0 " + a.userID(t, ada) + " " + v.at("/app/u/0") + "\n1 " + a.userID(t, bob) + " " + v.at("/app/u/1") + "\n"; got != want {
				t.Errorf("accounts are %q, want %q", got, want)
			}
			v.ask(http.MethodGet, "/app/u/0/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
			v.ask(http.MethodGet, "/app/u/1/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
			v.ask(http.MethodGet, "/app/u/0/folder", navigation).wantHeader(t, "Location", v.at("/app/u/0/folder/"))
			v.ask(http.MethodGet, "/app/u/0/sends/app/guarded", navigation).wantHeader(t, "Location", v.at("/app/u/0/guarded"))
			v.cookies = map[string]string{"__client_uat": "0"}
			back := v.ask(http.MethodGet, "/app/u/0/guarded", navigation).location(t).Query().Get("redirect_url")
			if back != ownOrigin+"/app/u/0/guarded" {
				t.Errorf("sign-in comes back to %s", back)
			}
		})
	}
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
