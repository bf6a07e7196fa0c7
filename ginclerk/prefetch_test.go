package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// prefetches are the ways in which browsers and scripts say that nobody has opened the page yet.
func prefetches() map[string]option {
	return map[string]option{
		"Sec-Purpose: prefetch":                     header("Sec-Purpose", "prefetch"),
		"Sec-Purpose: prefetch;prerender":           header("Sec-Purpose", "prefetch;prerender"),
		"Sec-Purpose: prerender":                    header("Sec-Purpose", "prerender"),
		"Sec-Purpose: prefetch;anonymous-client-ip": header("Sec-Purpose", "prefetch;anonymous-client-ip"),
		"Purpose: prefetch":                         header("Purpose", "prefetch"),
		"Purpose: Prefetch, in another case":        header("Purpose", "Prefetch"),
		"X-Moz: prefetch":                           header("X-Moz", "prefetch"),
		"X-Purpose: preview":                        header("X-Purpose", "preview"),
		"X-Purpose: instant":                        header("X-Purpose", "instant"),
		"X-Sec-Purpose: prefetch, of Turbo":         header("X-Sec-Purpose", "prefetch"),
		"HX-Preloaded, of htmx":                     header("HX-Preloaded", "true"),
	}
}

// wantDiscarded checks that a browser discards the response and asks again.
func (r *answer) wantDiscarded(tb testing.TB) *answer {
	tb.Helper()
	if r.Code < 400 || r.Header().Get("Location") != "" || r.Header().Get("Retry-After") != "" || len(r.Header()["Set-Cookie"]) > 0 ||
		!strings.Contains(r.Header().Get("Cache-Control"), "no-store") {
		tb.Errorf("%s %s: status %d, header %v", r.request.Method, r.request.RequestURI, r.Code, r.Header())
	}
	return r.wantRan(tb, false)
}

// TestAPrefetchIsNoVisit: whoever is there, the first real click finds everything as it was.
func TestAPrefetchIsNoVisit(t *testing.T) {
	t.Parallel()
	for name, prefetch := range prefetches() {
		for _, kind := range []instance.Type{instance.Development, instance.Production} {
			t.Run(name+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				t.Run("nobody", func(t *testing.T) {
					t.Parallel()
					a := proxied(t, typed(kind)...)
					v := a.visitor(t)
					for range 9 {
						v.ask(http.MethodGet, "/guarded", navigation, prefetch).wantDiscarded(t)
					}
					v.ask(http.MethodGet, "/guarded", navigation).wantSignIn(t, http.StatusTemporaryRedirect, "/guarded")
				})
				t.Run("a new browser", func(t *testing.T) {
					t.Parallel()
					a := proxied(t, typed(kind)...)
					v := a.visitor(t)
					clear(v.cookies)
					v.ask(http.MethodGet, "/guarded", navigation, prefetch).wantDiscarded(t)
					if end := v.arrive(t, "/guarded"); end.request.URL.Path != "/sign-in" {
						t.Errorf("arrived at %s", end.request.RequestURI)
					}
				})
				t.Run("somebody whose token can be renewed", func(t *testing.T) {
					t.Parallel()
					a := proxied(t, typed(kind)...)
					v := a.visitor(t, ada)
					a.clock.Advance(2 * time.Minute)
					for _, target := range []string{"/", "/guarded"} {
						v.ask(http.MethodGet, target, navigation, prefetch).wantDiscarded(t)
					}
					if calls := a.server.Calls()["POST /v1/sessions/{session_id}/refresh"]; calls != 0 {
						t.Errorf("the refresh token was spent %d times", calls)
					}
					v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
				})
				t.Run("somebody who needs a handshake", func(t *testing.T) {
					t.Parallel()
					a := proxied(t, typed(kind)...)
					v := a.visitor(t, ada)
					a.clock.Advance(2 * time.Minute)
					dropRefresh(v)
					for _, target := range []string{"/", "/guarded", "/guarded?__clerk_handshake_nonce=x"} {
						v.ask(http.MethodGet, target, navigation, prefetch).wantDiscarded(t)
					}
					v.arrive(t, "/guarded").wantSignedIn(t, a.userID(t, ada))
				})
				t.Run("somebody who is signed in", func(t *testing.T) {
					t.Parallel()
					a := proxied(t, typed(kind)...)
					v := a.visitor(t, ada)
					v.cookies["__ginclerk_sign_in_redirects"], v.cookies["__clerk_redirect_count"] = "1-1-x", "1"
					got := v.ask(http.MethodGet, "/guarded", navigation, prefetch).wantSignedIn(t, a.userID(t, ada))
					if cookies := got.Header()["Set-Cookie"]; len(cookies) > 0 {
						t.Errorf("sets %v", cookies)
					}
				})
			})
		}
	}
}

// TestAPrefetchBringsNoAnswerOfAHandshake: the visit does.
func TestAPrefetchBringsNoAnswerOfAHandshake(t *testing.T) {
	t.Parallel()
	a := proxied(t)
	v := a.visitor(t, ada)
	a.clock.Advance(2 * time.Minute)
	dropRefresh(v)
	back := strings.TrimPrefix(v.ask(http.MethodGet, "/guarded", navigation).location(t).Query().Get("redirect_url"), ownOrigin)
	name, value := v.answerOf(t, "nonce")
	target := back + "&" + name + "=" + value
	v.ask(http.MethodGet, target, navigation, header("Sec-Purpose", "prefetch")).wantDiscarded(t)
	v.arrive(t, target).wantSignedIn(t, a.userID(t, ada))
}

// TestAPrefetchUsesNothingUp: a notice, and what is remembered about a page, are there for the visit.
func TestAPrefetchUsesNothingUp(t *testing.T) {
	t.Parallel()
	prefetch := header("Sec-Purpose", "prefetch")
	t.Run("a notice", func(t *testing.T) {
		t.Parallel()
		a := newApp(t)
		a.engine.GET("/leave", func(c *ginContext) { serve(a.clerk, c).SetFlash(serving.Flash{Kind: "info", Text: "Done."}) })
		a.engine.GET("/show", func(c *ginContext) { c.String(http.StatusOK, "%s", serve(a.clerk, c).TakeFlash().Text) })
		v := a.visitor(t)
		v.ask(http.MethodGet, "/leave", navigation)
		if got := v.ask(http.MethodGet, "/show", navigation, prefetch); got.Body.String() != "" || len(got.Header()["Set-Cookie"]) > 0 {
			t.Errorf("%q, %v", got.Body, got.Header())
		}
		if got := v.ask(http.MethodGet, "/show", navigation); got.Body.String() != "Done." {
			t.Errorf("the notice is gone: %q", got.Body)
		}
	})
	t.Run("a page that wants a fresher token", func(t *testing.T) {
		t.Parallel()
		a := proxied(t)
		a.engine.GET("/fresh", a.clerk.MaxTokenAge(5*time.Second), whoami)
		v := a.visitor(t, ada)
		a.clock.Advance(20 * time.Second)
		v.ask(http.MethodGet, "/fresh", navigation, prefetch).wantDiscarded(t)
		v.arrive(t, "/fresh").wantSignedIn(t, a.userID(t, ada))
	})
	t.Run("a session that was ended elsewhere", func(t *testing.T) {
		t.Parallel()
		a := proxied(t)
		v := a.visitor(t, ada)
		if err := a.server.RevokeSession(a.server.Sessions(a.userID(t, ada))[0].ID); err != nil {
			t.Fatal(err)
		}
		a.clock.Advance(2 * time.Minute)
		v.ask(http.MethodGet, "/guarded", navigation, prefetch).wantDiscarded(t)
		if end := v.arrive(t, "/guarded"); end.request.URL.Query().Get(ginclerk.SignInNotice) != ginclerk.NoticeSessionEnded {
			t.Errorf("arrived at %s", end.request.RequestURI)
		}
	})
	t.Run("a form", func(t *testing.T) {
		t.Parallel()
		a := proxied(t)
		ginclerk.UsePages(a.clerk, ginclerk.Pages{Forms: parking.Page{URL: "/forms", Replay: a.engine}})
		v := a.visitor(t, ada)
		a.clock.Advance(2 * time.Minute)
		v.ask(http.MethodPost, "/guarded", ownForm, body("a=b"), prefetch).wantDiscarded(t)
		if calls := a.server.Calls()["POST /v1/sessions/{session_id}/refresh"]; calls != 0 {
			t.Errorf("the refresh token was spent %d times", calls)
		}
	})
	t.Run("an organization that the address names", func(t *testing.T) {
		t.Parallel()
		a := proxied(t, configured(func(c *ginclerk.Config) { c.OrganizationSync.OrganizationPatterns = []string{"/orgs/:slug"} }))
		a.engine.GET("/orgs/:slug", a.clerk.RequireSession(), whoami)
		token := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{})
		v := a.visitor(t, ada)
		v.cookies["__session"], v.cookies[a.clerk.PublishableKey().Suffixed("__session")] = token, token
		v.ask(http.MethodGet, "/orgs/other", navigation, prefetch).wantDiscarded(t)
	})
}

// TestOtherPurposesAreVisits: only what says that nobody has asked is a prefetch.
func TestOtherPurposesAreVisits(t *testing.T) {
	t.Parallel()
	a := proxied(t)
	v := a.visitor(t)
	for _, purpose := range []string{"", "navigate", "prefetching", "no-prefetch"} {
		v.ask(http.MethodGet, "/guarded", navigation, header("Purpose", purpose)).wantStatus(t, http.StatusTemporaryRedirect)
	}
}
