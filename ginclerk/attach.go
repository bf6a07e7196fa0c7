package ginclerk

import (
	"context"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/caching"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Attach returns the middleware that finds out who each request is; handlers read it with [From]. It never turns anyone
// away. It writes a response only to send a browser through a handshake, or on from one, as Clerk's protocol asks, and it
// leaves the exempt prefixes alone: the Frontend API proxy, assets, webhooks (see [Clerk.Exempt]),
// whatever the order in which they were mounted.
//
// An unsafe request (POST and the like) or a WebSocket upgrade that a cookie authenticates, and that does not prove that it
// comes from one of the application's own pages, is signed out with [reason.CrossOriginRequest]: another site may have caused
// it. On a public route the handler runs and sees that no user is signed in; the guards answer 403.
func (k *Clerk) Attach() gin.HandlerFunc {
	attach := k.with(func(t *tenant, c *gin.Context) {
		if t.clerk == k || !t.clerk.exempt.Cover(c.Request.URL) {
			t.attach(c)
		}
	})
	return func(c *gin.Context) {
		if !k.exempt.Cover(c.Request.URL) {
			attach(c)
		}
	}
}

// attach authenticates once per request. Guards call it too, so that they work without Attach in front, on what it passes
// over, and behind another instance's: none takes another's word.
func (k *tenant) attach(c *gin.Context) {
	if From(c).by != k {
		k.attachAs(c, authn.Accepts{})
	}
}

// attachAs authenticates a request whose route takes certain kinds of tokens.
func (k *tenant) attachAs(c *gin.Context, accepts authn.Accepts) {
	if auth := From(c); auth.by == k && auth.accepts == accepts {
		return
	}
	if c.Writer.Written() {
		// An earlier decision does not count here: it was made for other tokens, or by another Clerk.
		k.headersAlreadySent(c)
		makeAuth(c, &Auth{Reason: reason.HeadersAlreadySent, by: k, accepts: accepts})
		return
	}
	if known := k.decidedBefore(c, accepts); known != nil {
		k.adoptAgain(c, known, accepts)
		return
	}
	k.decide(c, accepts)
}

// decide finds out who sent the request, and makes that the request's.
func (k *tenant) decide(c *gin.Context, accepts authn.Accepts) {
	v := k.visit(c)
	decided := k.core.Resolver.Request(v, accepts)
	k.adopt(c, v, decided, k.newAuth(newDecision(c, decided.Basis), decided, accepts))
	if decided.State.Held() {
		k.answerPrefetch(c)
	}
}

// adopt makes a decision the request's.
func (k *tenant) adopt(c *gin.Context, v visit.Visit, decided resolve.Decision, auth *Auth) {
	makeAuth(c, auth)
	k.config.Logger.DebugContext(c.Request.Context(), "ginclerk: decided", "decision", decided.State)
	forgetEarlier(c)
	if decided.NoStore {
		c.Header("Cache-Control", "no-store")
	}
	setCookies(c, decided.Cookies)
	k.apply(c, v, decided.State, auth)
	if decided.SelectionEnded {
		k.leaveSelection(c, v)
	}
}

// leaveSelection tells a page that it is back at the browser's own account.
func (k *tenant) leaveSelection(c *gin.Context, v visit.Visit) {
	switch {
	case v.Prefetch:
		k.answerPrefetch(c) // a visit would be told
	case !c.IsAborted():
		if redirect, applies := k.serving(c).LeaveSelection(); applies {
			k.respond(c, redirect)
		}
	}
}

// makeAuth has handlers see who the request is.
func makeAuth(c *gin.Context, auth *Auth) {
	c.Set(authKey{}, auth)
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), authKey{}, auth))
}

// apply puts the headers of a decision on the response, which ends the request where the browser goes elsewhere.
func (k *tenant) apply(c *gin.Context, v visit.Visit, state *authn.State, auth *Auth) {
	if auth.unavailable != nil {
		// What Clerk would answer now rests on not having asked; the guards say that nobody can tell.
		k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: Clerk could not be reached", "error", auth.unavailable.Error())
		return
	}
	header := c.Writer.Header()
	for name, values := range state.Header {
		if name == "Location" || (!k.core.SignIn.Satellite && strings.HasPrefix(name, "Access-Control-")) {
			continue
		}
		for _, value := range values {
			header.Add(name, value)
		}
	}
	location := state.Location()
	if count := v.Cookie(instance.CookieRedirectCount); auth.SignedIn() && location == "" && !v.Prefetch && (count == "1" || count == "2") {
		// The loop that the counter looks for has not come about (at three it has). Like the counter, this names no path.
		header.Add("Set-Cookie", instance.CookieRedirectCount+"=; SameSite=Lax; HttpOnly; Max-Age=0")
	}
	if len(state.Header["Set-Cookie"]) > 0 {
		c.Header("Cache-Control", "no-store")
	}
	if location != "" {
		c.Redirect(http.StatusTemporaryRedirect, location)
		c.Abort()
	}
}

// forgetEarlier takes back what an earlier decision about the same request put on the response: a guard may decide again,
// with other tokens accepted or for another instance.
func forgetEarlier(c *gin.Context) {
	header := c.Writer.Header()
	for _, label := range []string{authn.HeaderAuthStatus, authn.HeaderAuthReason} {
		header.Del(label)
	}
	caching.VaryByCredential(header)
	responseOf(c).varies = true
}

// headersAlreadySent says once per route that a response was begun before the middleware ran.
func (k *tenant) headersAlreadySent(c *gin.Context) {
	if _, logged := k.alreadySent.LoadOrStore(c.FullPath(), true); logged {
		return
	}
	k.config.Logger.ErrorContext(c.Request.Context(),
		"ginclerk: headers already sent: a handler wrote the response before ginclerk's middleware ran; register ginclerk first",
		"route", c.FullPath(), "reason", string(reason.HeadersAlreadySent))
}
