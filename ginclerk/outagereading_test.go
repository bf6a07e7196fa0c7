package ginclerk_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// readingFor is for how long pages are read in these tests.
const readingFor = 30 * time.Minute

// reader is an application whose pages are read while Clerk is down, and a browser of it.
type reader struct {
	*app
	v *visitor
}

func reading() setup {
	return configured(func(c *ginclerk.Config) { c.Tokens.OutageReading = readingFor })
}

// newReader returns a browser whose token ended a minute ago, on an application that has verified it before.
func newReader(t *testing.T, email string, options ...setup) *reader {
	t.Helper()
	r := &reader{app: newApp(t, append([]setup{reading()}, options...)...)}
	r.guarded(r.clerk.RequireSession())
	r.clock.Advance(2 * time.Second) // the application knows what was revoked since it began
	r.v = r.visitor(t, email)
	r.v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, r.userID(t, email))
	r.clock.Advance(2 * time.Minute)
	return r
}

const (
	renewal = "POST /v1/sessions/{session_id}/refresh"
	look    = "GET /v1/sessions/{session_id}"
)

// reads opens a page without keeping the cookies of the answer.
func (r *reader) reads(options ...option) *answer {
	return r.ask(http.MethodGet, "/guarded", append([]option{r.v.jar(), navigation}, options...)...)
}

// wantNoCookies checks that the browser gets none.
func (r *answer) wantNoCookies(tb testing.TB) *answer {
	tb.Helper()
	if len(r.Result().Cookies()) > 0 {
		tb.Errorf("the page sets cookies: %v", r.Header()["Set-Cookie"])
	}
	return r
}

// brings has the browser bring another token of the user, of whom the application has seen it while it was good. It has ended then.
func (r *reader) brings(t *testing.T, o clerktest.SessionOptions) {
	t.Helper()
	made, err := r.server.CreateSession(r.userID(t, ada), o)
	if err != nil {
		t.Fatal(err)
	}
	raw := r.mint(t, made.ID, clerktest.TokenOptions{})
	r.ask(http.MethodGet, "/guarded", bearer(raw), program).wantSignedIn(t, r.userID(t, ada))
	for name := range r.v.cookies {
		if strings.HasPrefix(name, "__session") {
			r.v.cookies[name] = raw
		}
	}
	r.clock.Advance(2 * time.Minute)
}

func TestPagesAreReadWhileClerkIsDown(t *testing.T) {
	t.Parallel()
	for name, set := range outages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, ada)
			set(r.server, true)
			r.reads().wantSignedIn(t, r.userID(t, ada)).wantPrivate(t).wantNoCookies(t)
			r.ask(http.MethodHead, "/guarded", r.v.jar(), navigation).wantStatus(t, http.StatusOK).wantRan(t, true).wantPrivate(t).wantNoCookies(t)
			r.ask(http.MethodGet, "/", r.v.jar(), navigation).wantStatus(t, http.StatusOK).wantNobody(t, "session-token-expired-refresh-fetch-error")
			set(r.server, false)
			r.clock.Advance(6 * time.Second)
			r.reads().wantSignedIn(t, r.userID(t, ada))
			if got := r.reads().setCookies()["__session"]; got == nil {
				t.Error("the token is not renewed when Clerk is back")
			}
		})
	}
}

// TestReadingEnds at the stated time after the end of the token, and not a moment later.
func TestReadingEnds(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada) // the token lives for a minute, and ended a minute ago
	r.server.SetUnreachable(true)
	r.clock.Advance(readingFor - time.Minute - time.Second)
	r.reads().wantSignedIn(t, r.userID(t, ada))
	r.clock.Advance(time.Second)
	r.reads().wantUnavailable(t)
}

func TestWithoutTheOptionNothingIsRead(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada, configured(func(c *ginclerk.Config) { c.Tokens.OutageReading = 0 }))
	before := r.server.Calls()[look]
	r.server.SetUnreachable(true)
	r.reads().wantUnavailable(t)
	if r.server.Calls()[look] != before {
		t.Error("Clerk is asked about the session")
	}
}

// TestTheBoundOfReading is enforced by New.
func TestTheBoundOfReading(t *testing.T) {
	t.Parallel()
	for d, valid := range map[time.Duration]bool{0: true, time.Second: true, time.Hour: true, time.Hour + 1: false, -1: false, 30: false} {
		_, err := ginclerk.New(ginclerk.Config{
			PublishableKey: somePublishableKey(), SecretKey: someSecretKey, Origins: []string{ownOrigin},
			Tokens: ginclerk.TokenChecks{OutageReading: d},
		})
		var problem *ginclerk.ConfigError
		if (err == nil) != valid || err != nil && (!errors.As(err, &problem) || problem.Field != "Tokens.OutageReading") {
			t.Errorf("%v: %v", d, err)
		}
	}
}

// TestWhatIsNeverRead while Clerk is down: each row is answered as without the option.
func TestWhatIsNeverRead(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]option{
		"a script":                             {fetched},
		"htmx":                                 {htmx},
		"a WebSocket":                          {upgrade, header("Origin", ownOrigin)},
		"an event stream":                      {header("Accept", "text/event-stream"), header("Sec-Fetch-Dest", "empty")},
		"a prefetch":                           {header("Sec-Purpose", "prefetch")},
		"another method by a header":           {header("X-HTTP-Method-Override", "DELETE"), header("Sec-Fetch-Site", "same-origin")},
		"another method by the query":          {query("_method=DELETE"), header("Sec-Fetch-Site", "same-origin")},
		"another method by the encoded query":  {query("%5fmethod=PATCH"), header("Sec-Fetch-Site", "same-origin")},
		"a browser that has switched":          {withCookie("__Host-ginclerk_selection", "anything")},
		"a document that is fetched by script": {header("Sec-Fetch-Dest", "empty"), header("Accept", "text/html")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, ada)
			r.server.SetUnreachable(true)
			r.reads(options...).wantRan(t, false)
			r.reads().wantSignedIn(t, r.userID(t, ada)) // the reader it is compared with
		})
	}
}

// TestABrowserThatHasSignedOutReadsNothing: Clerk's scripts say so in a cookie.
func TestABrowserThatHasSignedOutReadsNothing(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	for cookie := range r.v.cookies {
		if strings.HasPrefix(cookie, "__client_uat") {
			r.v.cookies[cookie] = "0"
		}
	}
	r.server.SetUnreachable(true)
	r.reads().wantRan(t, false)
}

// TestNoOtherMethodIsRead, whatever it is.
func TestNoOtherMethodIsRead(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.SetUnreachable(true)
	r.reads().wantSignedIn(t, r.userID(t, ada))
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace} {
		r.ask(method, "/guarded", r.v.jar(), ownForm).wantRan(t, false)
	}
}

// TestABearerTokenReadsNothing: it is a program's, and nothing shows its user that pages are old.
func TestABearerTokenReadsNothing(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.SetUnreachable(true)
	r.reads().wantSignedIn(t, r.userID(t, ada))
	r.ask(http.MethodGet, "/guarded", navigation, bearer(r.v.cookies["__session"])).wantRan(t, false)
	r.reads(bearer(r.v.cookies["__session"])).wantRan(t, false)
}

// TestWhatClerkSaysIsNoOutage: an answer is an answer, and what a visitor can bring about is none of Clerk's outages.
func TestWhatClerkSaysIsNoOutage(t *testing.T) {
	t.Parallel()
	const html = "<!doctype html><title>Attention required</title>"
	for name, faults := range map[string][]clerktest.Fault{
		"Clerk refuses the refresh token":      {{Operation: renewal, Status: 401, Code: "refresh_token_invalid"}},
		"Clerk does not know the session":      {{Operation: renewal, Status: 404, Code: "resource_not_found"}},
		"the session has ended":                {{Operation: renewal, Status: 422, Code: "session_ended"}},
		"too many requests":                    {{Operation: renewal, Status: 429, Code: "too_many_requests"}, {Operation: look, Status: 429, Code: "too_many_requests"}},
		"too many requests, and Clerk is down": {{Operation: renewal, Status: 429, Code: "too_many_requests"}, {Operation: look, Status: 503}},
		"a firewall refuses what was sent":     {{Operation: renewal, Status: 403, Body: html}, {Operation: look, Status: 403, Body: html}},
		"a gateway finds it too large":         {{Operation: renewal, Status: 413, Body: html}, {Operation: look, Status: 413, Body: html}},
		"an answer that can't be read":         {{Operation: renewal, Garbage: true}, {Operation: look, Garbage: true}},
		"this renewal alone fails":             {{Operation: renewal, Status: 500, Code: "internal_clerk_error"}},
		"this renewal alone is cut off":        {{Operation: renewal, Cut: true}},
		"a question about it is too many":      {{Operation: renewal, Status: 502, Body: html}, {Operation: look, Status: 429, Code: "too_many_requests"}},
		"a question about it: not found":       {{Operation: renewal, Status: 502, Body: html}, {Operation: look, Status: 404, Code: "resource_not_found"}},
		"a question about it: the key is wrong": {
			{Operation: renewal, Status: 502, Body: html}, {Operation: look, Status: 401, Code: "clerk_key_invalid"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, ada)
			for _, f := range faults {
				r.server.Fail(f)
			}
			r.reads().wantRan(t, false)
			r.reads().wantRan(t, false) // nothing is remembered of it
		})
	}
}

// TestWhatAVisitorLeavesOutIsNoOutage: without a refresh token no call is made that could fail.
func TestWhatAVisitorLeavesOutIsNoOutage(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.SetUnreachable(true)
	for name := range r.v.cookies {
		if strings.HasPrefix(name, "__refresh") {
			delete(r.v.cookies, name)
		}
	}
	r.reads().wantRan(t, false)
}

// TestAMadeUpHandshakeOpensNothing: the browser was not sent on it, so that a cookie of it is as if it were not there, and an address with it leads
// to a handshake of our own.
func TestAMadeUpHandshakeOpensNothing(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.SetUnreachable(true)
	r.reads(withCookie("__clerk_handshake_nonce", "made-up")).wantSignedIn(t, r.userID(t, ada))
	r.reads(withCookie("__clerk_handshake", "made.up.token")).wantSignedIn(t, r.userID(t, ada))
	r.reads(query("__clerk_handshake_nonce=made-up")).wantRan(t, false)
}

// TestAVisitorWhoGoesIsNoOutage: the end of a request says nothing of Clerk.
func TestAVisitorWhoGoesIsNoOutage(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	gone, leave := context.WithCancel(t.Context())
	leave()
	r.reads(func(request *http.Request) { *request = *request.WithContext(gone) }).wantRan(t, false)
	r.reads().wantSignedIn(t, r.userID(t, ada))
	if r.log.count("outage began") != 0 {
		t.Errorf("an outage is told: %s", r.log)
	}
}

// TestWhatClerkHasRefusedIsNotRead when Clerk goes down afterwards.
func TestWhatClerkHasRefusedIsNotRead(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.Fail(clerktest.Fault{Operation: renewal, Status: 401, Code: "refresh_token_invalid"})
	r.reads().wantRan(t, false)
	r.server.ClearFaults()
	r.server.SetUnreachable(true)
	r.clock.Advance(time.Minute) // the refusal itself is asked about again
	r.reads().wantUnavailable(t)
	r.clock.Advance(time.Minute)
	r.reads().wantUnavailable(t)
}

// TestWhatIsRevokedIsNotRead, for as long as its token could be.
func TestWhatIsRevokedIsNotRead(t *testing.T) {
	t.Parallel()
	for name, entry := range map[string]func(*reader) revocation.Entry{
		"the session": func(r *reader) revocation.Entry {
			return revocation.Entry{SessionID: r.server.Sessions(r.userID(t, ada))[0].ID}
		},
		"the user": func(r *reader) revocation.Entry { return revocation.Entry{UserID: r.userID(t, ada)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, ada, configured(func(c *ginclerk.Config) { c.Tokens.MaxLifetime = time.Minute }))
			if err := r.clerk.Revoke(t.Context(), entry(r)); err != nil {
				t.Fatal(err)
			}
			r.server.SetUnreachable(true)
			for range 3 {
				r.reads().wantUnavailable(t)
				r.clock.Advance(9 * time.Minute) // longer than the entry would live without the option
			}
		})
	}
}

func TestAMembershipThatHasChangedIsNotRead(t *testing.T) {
	t.Parallel()
	for _, changed := range []bool{false, true} {
		r := newReader(t, ada)
		r.brings(t, clerktest.SessionOptions{OrganizationID: "acme"})
		if changed {
			entry := revocation.Entry{OrganizationID: r.organization(t, "acme"), UserID: r.userID(t, ada)}
			if err := r.clerk.Revoke(t.Context(), entry); err != nil {
				t.Fatal(err)
			}
		}
		r.server.SetUnreachable(true)
		r.reads().wantRan(t, !changed)
	}
}

// away is a store of revocations that other replicas share, and that can't be reached.
type away struct{ *revocation.Set }

func (away) Connected() bool { return false }

// near is such a store that can be reached.
type near struct{ *revocation.Set }

func (near) Connected() bool { return true }

// TestRevocationsMustBeKnown: what others have revoked meanwhile may be this session.
func TestRevocationsMustBeKnown(t *testing.T) {
	t.Parallel()
	shared := func(made func(*revocation.Set) ginclerk.Revocations) setup {
		return configured(func(c *ginclerk.Config) { c.Stores.Revocations = made(revocation.NewSet(c.Now)) })
	}
	r := newReader(t, ada, shared(func(s *revocation.Set) ginclerk.Revocations { return away{s} }))
	r.server.SetUnreachable(true)
	r.reads().wantUnavailable(t)
	r = newReader(t, ada, shared(func(s *revocation.Set) ginclerk.Revocations { return near{s} }))
	r.server.SetUnreachable(true)
	r.reads().wantSignedIn(t, r.userID(t, ada))
}

// TestAProcessThatHasJustBegunKnowsNoRevocation from before, where replicas share none.
func TestAProcessThatHasJustBegunKnowsNoRevocation(t *testing.T) {
	t.Parallel()
	a := newApp(t, reading())
	a.guarded(a.clerk.RequireSession())
	r := &reader{app: a, v: a.visitor(t, ada)} // in the second in which the process began
	r.v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, r.userID(t, ada))
	r.clock.Advance(2 * time.Minute)
	r.server.SetUnreachable(true)
	r.reads().wantUnavailable(t)
}

// TestAnUnknownKeyReadsNothing: without the key no signature is good.
func TestAnUnknownKeyReadsNothing(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.SetUnreachable(true)
	fresh := configFor(r.server) // another process, which has no keys
	fresh.Tokens.OutageReading = readingFor
	other := &app{server: r.server, clerk: newClerk(t, fresh), clock: r.clock, engine: gin.New(), log: r.log}
	other.guarded(other.clerk.RequireSession())
	other.ask(http.MethodGet, "/guarded", r.v.jar(), navigation).wantUnavailable(t)
}

// TestAnImpersonatorReadsNothing: support ends when the token does.
func TestAnImpersonatorReadsNothing(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.brings(t, clerktest.SessionOptions{Actor: map[string]any{"sub": "user_support"}})
	r.server.SetUnreachable(true)
	r.reads().wantUnavailable(t)
}

// TestGuardsThatLetNothingBeRead: behind RequireSession and in front of it.
func TestGuardsThatLetNothingBeRead(t *testing.T) {
	t.Parallel()
	anybody := ginclerk.Satisfies(func(*ginclerk.Auth) bool { return true })
	for name, guard := range map[string]func(*ginclerk.Clerk) gin.HandlerFunc{
		"Require":       func(k *ginclerk.Clerk) gin.HandlerFunc { return k.Require(ginclerk.Role("org:admin")) },
		"Satisfies":     func(k *ginclerk.Clerk) gin.HandlerFunc { return k.Require(anybody) },
		"Reverified":    func(k *ginclerk.Clerk) gin.HandlerFunc { return k.Require(ginclerk.Reverified("lax")) },
		"MaxTokenAge":   func(k *ginclerk.Clerk) gin.HandlerFunc { return k.MaxTokenAge(time.Hour) },
		"MaxSessionAge": func(k *ginclerk.Clerk) gin.HandlerFunc { return k.MaxSessionAge(time.Hour) },
		"RequireToken":  func(k *ginclerk.Clerk) gin.HandlerFunc { return k.RequireToken(ginclerk.SessionToken) },
		"Protect, admin": func(k *ginclerk.Clerk) gin.HandlerFunc {
			protect, err := k.Protect(ginclerk.Rules{Admin: []string{"/(.*)"}})
			if err != nil {
				t.Fatal(err)
			}
			return protect
		},
		"Protect, API": func(k *ginclerk.Clerk) gin.HandlerFunc {
			protect, err := k.Protect(ginclerk.Rules{API: []string{"/(.*)"}})
			if err != nil {
				t.Fatal(err)
			}
			return protect
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, ada)
			other := guard(r.clerk)
			r.engine.GET("/behind", r.clerk.RequireSession(), other, whoami)
			r.engine.GET("/before", other, r.clerk.RequireSession(), whoami)
			r.engine.GET("/alone", other, whoami)
			r.server.SetUnreachable(true)
			for _, path := range []string{"/behind", "/before", "/alone"} {
				r.ask(http.MethodGet, path, r.v.jar(), navigation).wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
			}
			r.reads().wantSignedIn(t, r.userID(t, ada))
		})
	}
}

// TestRoutesThatAreNotRead because they say so, or serve programs, too.
func TestRoutesThatAreNotRead(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	clients, err := ginclerk.ServeClients(ginclerk.ClientOptions{AllowMissingParty: true})
	if err != nil {
		t.Fatal(err)
	}
	signedIn := r.clerk.RequireSession()
	r.engine.GET("/refused", ginclerk.RefuseOutageReading(), signedIn, whoami)
	r.engine.GET("/api", ginclerk.API(), signedIn, whoami)
	r.engine.GET("/clients", clients, signedIn, whoami)
	r.engine.GET("/refused-behind", signedIn, ginclerk.RefuseOutageReading(), whoami)
	r.engine.GET("/api-behind", signedIn, ginclerk.API(), whoami)
	r.engine.GET("/twice", signedIn, r.clerk.RequireSession(), whoami)
	protect, err := r.clerk.Protect(ginclerk.Rules{Public: []string{"/public"}, Admin: []string{"/admin(.*)"}})
	if err != nil {
		t.Fatal(err)
	}
	r.engine.GET("/ruled", protect, whoami)
	r.engine.GET("/public", protect, whoami)
	r.engine.GET("/admin/users", protect, whoami)
	r.server.SetUnreachable(true)
	open := func(path string) *answer { return r.ask(http.MethodGet, path, r.v.jar(), navigation) }
	for _, path := range []string{"/refused", "/api", "/clients", "/admin/users", "/refused-behind", "/api-behind"} {
		open(path).wantUnavailable(t)
	}
	for _, path := range []string{"/twice", "/ruled"} {
		open(path).wantSignedIn(t, r.userID(t, ada))
	}
	open("/public").wantNobody(t, "session-token-expired-refresh-fetch-error")
}

// TestAPageOfAnotherOrganizationIsNotRead: its address asks for an organization that the token does not speak for.
func TestAPageOfAnotherOrganizationIsNotRead(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada, configured(func(c *ginclerk.Config) {
		c.OrganizationSync.OrganizationPatterns = []string{"/orgs/:slug"}
	}))
	r.engine.GET("/orgs/:slug", r.clerk.RequireSession(), whoami)
	r.server.SetUnreachable(true)
	r.ask(http.MethodGet, "/orgs/globex", r.v.jar(), navigation).wantUnavailable(t)
}

// TestWhoReadsHasNoRights and no token, and nothing can be done in the name of the session.
func TestWhoReadsHasNoRights(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.brings(t, clerktest.SessionOptions{OrganizationID: "acme"})
	ended := r.clock.Now().Add(-time.Minute)
	seen := false
	r.engine.GET("/page", r.clerk.RequireSession(), func(c *gin.Context) {
		seen = true
		auth, ctx := ginclerk.From(c), c.Request.Context()
		if !auth.SignedIn() || auth.Unavailable() == nil || !auth.ByCookie() {
			t.Errorf("%+v", auth)
		}
		if got := auth.ReadOnlyUntil().Sub(ended).Truncate(5 * time.Second); got != readingFor {
			t.Errorf("read for %v, want %v", got, readingFor)
		}
		if auth.OrganizationID == "" || auth.OrganizationRole != "" || auth.Claims.OrganizationRole != "" || auth.Claims.OrganizationPermissions != nil {
			t.Errorf("rights are left: %q, %+v", auth.OrganizationRole, auth.Claims)
		}
		anybody := ginclerk.Satisfies(func(*ginclerk.Auth) bool { return true })
		for _, requirement := range []ginclerk.Requirement{ginclerk.Role("org:admin"), ginclerk.Role(""), anybody, ginclerk.Reverified("lax")} {
			if auth.Has(requirement) {
				t.Errorf("it has %v", requirement)
			}
		}
		token, err := auth.Token(ctx)
		if token != "" || !errors.Is(err, ginclerk.ErrClerkUnreachable) {
			t.Errorf("token %t, %v", token != "", err)
		}
		if _, err := auth.Token(ctx, outgoing.Template("any")); !errors.Is(err, ginclerk.ErrClerkUnreachable) {
			t.Errorf("token of a template: %v", err)
		}
		if _, err := auth.User(ctx); !errors.Is(err, ginclerk.ErrClerkUnreachable) {
			t.Errorf("user: %v", err)
		}
		watched, stop := ginclerk.WatchSession(ctx)
		defer stop()
		if cause := context.Cause(watched); !errors.Is(cause, ginclerk.ErrSessionUnknown) {
			t.Errorf("a stream goes on: %v", cause)
		}
		if s := serve(r.clerk, c); s.UserID != "" || s.SessionID != "" {
			t.Error("something can be done in the name of the session")
		}
		c.String(http.StatusOK, "read")
	})
	r.server.SetUnreachable(true)
	r.ask(http.MethodGet, "/page", r.v.jar(), navigation).wantStatus(t, http.StatusOK)
	if !seen {
		t.Error("the page was not read")
	}
	r = newReader(t, ada)
	r.engine.GET("/fresh", r.clerk.RequireSession(), func(c *gin.Context) {
		if auth := ginclerk.From(c); !auth.SignedIn() || !auth.ReadOnlyUntil().IsZero() || auth.Unavailable() != nil {
			t.Errorf("not as ever: %+v", auth)
		}
	})
	r.ask(http.MethodGet, "/fresh", r.v.jar(), navigation).wantStatus(t, http.StatusOK)
}

// TestARequestThatIsHandledAgain as another one is not read: what a guard let pass was the page alone.
func TestARequestThatIsHandledAgain(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	again := func(change func(*gin.Context)) gin.HandlerFunc {
		return func(c *gin.Context) {
			change(c)
			r.engine.HandleContext(c)
		}
	}
	r.engine.GET("/as-post", r.clerk.RequireSession(), again(func(c *gin.Context) {
		c.Request.Method, c.Request.URL.Path = http.MethodPost, "/guarded"
		c.Request.Header.Set("Sec-Fetch-Site", "same-origin")
	}))
	r.engine.GET("/as-public-post", r.clerk.RequireSession(), again(func(c *gin.Context) {
		c.Request.Method, c.Request.URL.Path = http.MethodPost, "/"
		c.Request.Header.Set("Sec-Fetch-Site", "same-origin")
	}))
	r.engine.GET("/as-page", r.clerk.RequireSession(), again(func(c *gin.Context) { c.Request.URL.Path = "/guarded" }))
	r.server.SetUnreachable(true)
	open := func(path string) *answer { return r.ask(http.MethodGet, path, r.v.jar(), navigation) }
	open("/as-post").wantStatus(t, http.StatusServiceUnavailable).wantRan(t, false)
	open("/as-public-post").wantNobody(t, "session-token-expired-refresh-fetch-error")
	open("/as-page").wantSignedIn(t, r.userID(t, ada))
}

// TestAnOutageIsToldOnce, and each page that is read is counted.
func TestAnOutageIsToldOnce(t *testing.T) {
	t.Parallel()
	r := newReader(t, ada)
	r.server.SetUnreachable(true)
	const pages = 5
	for range pages {
		r.reads().wantSignedIn(t, r.userID(t, ada))
	}
	for text, want := range map[string]int{
		`msg="ginclerk: outage began" kind="outage began" target=clerk`:                                                                                    1,
		`level=DEBUG msg="ginclerk: page read with a session token that has ended" kind="outage read" route="GET /guarded" reason=ginclerk-outage-reading`: pages,
		`level=WARN msg="ginclerk: request could not be authenticated"`:                                                                                    0,
	} {
		if got := r.log.count(text); got != want {
			t.Errorf("%q is logged %d times, want %d\n%s", text, got, want, r.log)
		}
	}
	r.clock.Advance(6 * time.Second) // Clerk is tried again, and is still down
	r.reads().wantSignedIn(t, r.userID(t, ada))
	r.server.SetUnreachable(false)
	r.clock.Advance(6 * time.Second)
	r.reads().wantSignedIn(t, r.userID(t, ada))
	for text, want := range map[string]int{"ginclerk: outage began": 1, "ginclerk: outage ended": 1} {
		if got := r.log.count(text); got != want {
			t.Errorf("%q is logged %d times, want %d", text, got, want)
		}
	}
}

// TestReadersDoNotWaitForClerk again and again: while it is down, it is tried every five seconds.
func TestReadersDoNotWaitForClerk(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	r := newReader(t, ada, configured(func(c *ginclerk.Config) {
		c.Observer = observe.Func(func(_ context.Context, e observe.Event) {
			if e.Kind == observe.ClerkCalled && e.Target == "refresh session" {
				calls.Add(1)
			}
		})
	}))
	asked := calls.Load
	r.server.SetUnreachable(true)
	for range 4 {
		r.reads().wantSignedIn(t, r.userID(t, ada))
	}
	if got := asked(); got != 1 {
		t.Errorf("Clerk is asked %d times, want once", got)
	}
	r.clock.Advance(5 * time.Second)
	for range 4 {
		r.reads().wantSignedIn(t, r.userID(t, ada))
	}
	if got := asked(); got != 2 {
		t.Errorf("Clerk is asked %d times, want twice", got)
	}
}
