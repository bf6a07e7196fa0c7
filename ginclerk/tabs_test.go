package ginclerk_test

import (
	"net/http"
	"testing"
	"time"
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

// A browser with several tabs, none of which signing in helps.
func TestTabsThatSignInInVainAreAllStopped(t *testing.T) {
	t.Parallel()
	a := newApp(t).attached()
	targets := []string{"/one", "/two", "/three"}
	for _, target := range targets {
		a.engine.GET(target, a.clerk.RequireSession(), whoami)
	}
	v := a.visitor(t)
	for range 3 {
		for _, target := range targets {
			v.ask(http.MethodGet, target, navigation).wantStatus(t, http.StatusTemporaryRedirect)
		}
	}
	for _, target := range targets {
		v.ask(http.MethodGet, target, navigation).wantStatus(t, http.StatusUnauthorized)
	}
}
