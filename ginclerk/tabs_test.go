package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Browsers open several tabs at once when they start; each is renewed once, whatever the others do meanwhile.
func TestTabsThatStayStaleDoNotChaseEachOther(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.attached()
	stale := a.clerk.MaxTokenAge(-time.Second) // no token is young enough
	a.engine.GET("/one", stale, whoami)
	a.engine.GET("/two", stale, whoami)
	v := a.visitor(t, ada)
	for _, target := range []string{"/one", "/two"} {
		v.ask(http.MethodGet, target, navigation).wantStatus(t, http.StatusSeeOther)
	}
	for _, target := range []string{"/one", "/two"} {
		v.ask(http.MethodGet, target, navigation).wantStatus(t, http.StatusUnauthorized)
	}
}

// Who loads a page twice in a few seconds is renewed twice: the first time helped.
func TestAPageThatWasRenewedCanBeRenewedAgain(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.clerk.MountProxy(a.engine)
	a.guarded(a.clerk.MaxTokenAge(5 * time.Second))
	v := a.visitor(t, ada)
	for range 3 {
		a.clock.Advance(7 * time.Second)
		v.arrive(t, "/guarded").wantSignedIn(t, a.userID(t, ada))
	}
	for range 3 {
		a.clock.Advance(7 * time.Second)
		v.ask(http.MethodPost, "/guarded", ownForm).wantSignedIn(t, a.userID(t, ada))
	}
}

// A browser with several tabs, none of which signing in helps. Each comes from the sign-in page.
func TestTabsThatSignInInVainAreAllStopped(t *testing.T) {
	t.Parallel()
	a := newApp(t).attached()
	targets := []string{"/one", "/two", "/three"}
	for _, target := range targets {
		a.engine.GET(target, a.clerk.RequireSession(), whoami)
	}
	v := a.visitor(t)
	fromSignIn := header("Referer", ownOrigin+"/sign-in")
	for range 3 {
		for _, target := range targets {
			v.ask(http.MethodGet, target, navigation, fromSignIn).wantStatus(t, http.StatusTemporaryRedirect)
		}
	}
	for _, target := range targets {
		v.ask(http.MethodGet, target, navigation, fromSignIn).wantStatus(t, http.StatusUnauthorized)
	}
}

// Who opens one page in several tabs has not come back from signing in.
func TestQuickTabsOfOnePageAreAllSentToSignIn(t *testing.T) {
	t.Parallel()
	for name, referer := range map[string]string{"typed": "", "from a page of ours": ownOrigin + "/", "from another site": "https://search.example/"} {
		for _, kind := range []instance.Type{instance.Development, instance.Production} {
			t.Run(name+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				a := newApp(t, typed(kind)...)
				a.guarded(a.clerk.RequireSession())
				a.engine.GET("/sign-in", whoami)
				v := a.visitor(t)
				for range 4 {
					v.ask(http.MethodGet, "/guarded", navigation, header("Referer", referer)).
						wantSignIn(t, http.StatusTemporaryRedirect, "/guarded")
				}
				for range 4 { // and each tab shows the sign-in page
					v.arrive(t, "/guarded", header("Referer", referer)).wantStatus(t, http.StatusOK)
				}
			})
		}
	}
}

// A sign-in page that sends everybody back at once, by redirects alone or to a fixed place, ends at a page that says so.
func TestASignInPageThatSendsBackAtOnceIsNoLoop(t *testing.T) {
	t.Parallel()
	for _, way := range []struct{ name, signIn string }{
		{"the sign-in page redirects to where the browser came from", "/sign-in"},
		{"the sign-in page redirects to one place", "/sign-in-fixed"},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, configured(func(c *ginclerk.Config) { c.SignInURL = way.signIn }))
			a.guarded(a.clerk.RequireSession())
			a.engine.GET("/sign-in", func(c *ginContext) { c.Redirect(http.StatusFound, a.clerk.Links(c).Safe(c.Query("redirect_url"))) })
			a.engine.GET("/sign-in-fixed", func(c *ginContext) { c.Redirect(http.StatusFound, "/guarded") })
			v := a.visitor(t)
			next := "/guarded"
			for range 18 { // browsers follow twenty
				got := v.ask(http.MethodGet, next, navigation)
				if next = strings.TrimPrefix(got.Header().Get("Location"), ownOrigin); next != "" {
					continue
				}
				got.wantStatus(t, http.StatusUnauthorized)
				if !strings.Contains(got.Body.String(), "Signing in does not hold") || !strings.Contains(got.Body.String(), `href="/guarded"`) {
					t.Errorf("is told %s", got.Body)
				}
				return
			}
			t.Error("went round in circles")
		})
	}
}

// The mark of a loop goes when signing in has helped.
func TestTheMarkOfALoopLeavesTheAddress(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	v := a.visitor(t, ada)
	end := v.arrive(t, "/guarded?a=1&__ginclerk_sign_ins=3&b=%20").wantSignedIn(t, a.userID(t, ada))
	if end.request.RequestURI != "/guarded?a=1&b=%20" {
		t.Errorf("arrived at %s", end.request.RequestURI)
	}
}
