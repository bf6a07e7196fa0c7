package ginclerk

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/bearer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/caching"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Attach returns the middleware that finds out who each request is; handlers read it with [From]. It never turns anyone
// away. It writes a response only to send a browser through a handshake, or on from one, as Clerk's protocol asks, and it
// leaves the exempt prefixes alone: the Frontend API proxy, assets, webhooks (see [Guards.Exempt]),
// whatever the order in which they were mounted.
//
// An unsafe request (POST and the like) or a WebSocket upgrade that a cookie authenticates, and that does not prove that it
// comes from one of the application's own pages, is signed out with [ReasonCrossOriginRequest]: another site may have caused
// it. On a public route the handler runs and sees that no user is signed in; the guards answer 403.
func (g *Guards) Attach() gin.HandlerFunc {
	attach := g.with(func(k *Clerk, c *gin.Context) {
		if k.Guards == g || !k.exempt.Cover(c.Request.URL) {
			k.attach(c)
		}
	})
	return func(c *gin.Context) {
		if !g.exempt.Cover(c.Request.URL) {
			attach(c)
		}
	}
}

// attach authenticates once per request. Guards call it too, so that they work without Attach in front, on what it passes
// over, and behind another instance's: none takes another's word.
func (k *Clerk) attach(c *gin.Context) {
	if From(c).by != k {
		k.attachAs(c, authn.Accepts{})
	}
}

// attachAs authenticates a request whose route takes certain kinds of tokens.
func (k *Clerk) attachAs(c *gin.Context, accepts authn.Accepts) {
	if auth := From(c); auth.by == k && auth.accepts == accepts {
		return
	}
	if c.Writer.Written() {
		// An earlier decision does not count here: it was made for other tokens, or by another Clerk.
		k.headersAlreadySent(c)
		makeAuth(c, &Auth{Reason: ReasonHeadersAlreadySent, by: k, accepts: accepts})
		return
	}
	if known := k.decidedBefore(c, accepts); known != nil {
		k.adoptAgain(c, known, accepts)
		return
	}
	k.decide(c, accepts)
}

// decide finds out who sent the request, and makes that the request's.
func (k *Clerk) decide(c *gin.Context, accepts authn.Accepts) {
	cookies := k.chooseCookies(c.Request)
	basis := newDecision(c, k.authenticate(c, accepts, cookies))
	state := basis.state
	if state.Carrier != authn.CarrierHeader {
		k.expireMisplaced(c, cookies, cookies.misplaced(state))
	}
	if k.isForeign(c, state) {
		foreign := nobody(state, ReasonCrossOriginRequest, nil)
		k.adopt(c, foreign, k.newAuth(basis, foreign, accepts))
		return
	}
	if chosen, found := k.selectionFor(c, state); found {
		k.adoptSelected(c, basis, chosen, accepts)
		return
	}
	k.adopt(c, state, k.newAuth(basis, state, accepts))
	if state.Held() {
		k.answerPrefetch(c)
	}
}

// adopt makes a decision the request's.
func (k *Clerk) adopt(c *gin.Context, state *authn.State, auth *Auth) {
	makeAuth(c, auth)
	k.apply(c, state, auth)
}

// makeAuth has handlers see who the request is.
func makeAuth(c *gin.Context, auth *Auth) {
	c.Set(authKey{}, auth)
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), authKey{}, auth))
}

// apply puts the decision on the response.
func (k *Clerk) apply(c *gin.Context, state *authn.State, auth *Auth) {
	k.config.Logger.DebugContext(c.Request.Context(), "ginclerk: decided", "decision", state)
	forgetEarlier(c)
	if auth.unavailable != nil {
		// What Clerk would answer now rests on not having asked; the guards say that nobody can tell.
		k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: Clerk could not be reached", "error", auth.unavailable.Error())
		return
	}
	for name, values := range state.Header {
		if name == "Location" || (!k.satellites() && strings.HasPrefix(name, "Access-Control-")) {
			continue
		}
		for _, value := range values {
			c.Writer.Header().Add(name, value)
		}
	}
	if count := k.visit(c).Cookie(instance.CookieRedirectCount); auth.SignedIn() && state.Location() == "" && !visit.IsPrefetch(c.Request) && (count == "1" || count == "2") {
		// The loop that the counter looks for has not come about (at three it has). Like the counter, this names no path.
		c.Writer.Header().Add("Set-Cookie", instance.CookieRedirectCount+"=; SameSite=Lax; HttpOnly; Max-Age=0")
	}
	if len(state.Header["Set-Cookie"]) > 0 {
		c.Header("Cache-Control", "no-store")
	}
	if location := state.Location(); location != "" {
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

// authenticate decides, and goes beyond Clerk where a server-rendered application needs it.
func (k *Clerk) authenticate(c *gin.Context, accepts authn.Accepts, cookies rightCookies) *authn.State {
	request := k.authnRequestWith(c, accepts, cookies)
	var state *authn.State
	if k.config.UnsafeAcceptUnsolicitedHandshakes {
		state = k.authn.Authenticate(request)
	} else {
		state = k.authenticateArrival(c, &request)
	}
	if k.renewable(c, state) {
		state = k.authn.Renew(request)
	}
	if k.isRevoked(state) {
		state = k.authn.Handshake(request, ReasonSessionRevoked)
	}
	if state.Status == authn.Handshake && (state.Reason == ReasonSessionRevoked || state.Reason.RefreshRefused()) {
		k.rememberSessionEnded(c)
	}
	if !k.config.UnsafeAcceptUnsolicitedHandshakes {
		k.beginHandshake(c, state, request.RedirectCount)
	}
	return state
}

// authnRequest is what package authn decides about.
func (k *Clerk) authnRequest(c *gin.Context, accepts authn.Accepts) authn.Request {
	return k.authnRequestWith(c, accepts, k.chooseCookies(c.Request))
}

// authnRequestWith is authnRequest with the cookies that were chosen already: to choose may take several signatures.
func (k *Clerk) authnRequestWith(c *gin.Context, accepts authn.Accepts, cookies rightCookies) authn.Request {
	v := k.visit(c)
	request := bearer.Normalize(cookies.on(k, c.Request))
	return authn.Request{
		HTTP: authenticatedAs(request), Origin: v.Origin.String(), BasePath: v.BasePath, ClientIP: v.ClientIP,
		Accepts: accepts, Passive: visit.IsPrefetch(c.Request),
	}
}

// authenticatedAs returns the request as the decision shall see it: HEAD is GET, but never sent to a handshake.
func authenticatedAs(r *http.Request) *http.Request {
	if r.Method != http.MethodHead {
		return r
	}
	get := r.Clone(r.Context())
	get.Method = http.MethodGet
	get.Header.Set("Sec-Fetch-Dest", "empty")
	return get
}

// renewable reports whether an expired token may be renewed although the request is no GET: the browser was signed in a
// moment ago, and the request comes, provably, from one of the application's own pages. Without it every form that is
// open for longer than a minute would be lost.
func (k *Clerk) renewable(c *gin.Context, state *authn.State) bool {
	return state.Status == authn.SignedOut && state.Reason.Expired() && state.Carrier == authn.CarrierCookie &&
		state.Upstream == nil && !visit.IsSafe(c.Request.Method) && !visit.IsPrefetch(c.Request) && k.visit(c).Foreign == nil
}

// begun ends a request whose response was begun already, and reports whether that is so. Nothing can be answered any more, so
// the handlers behind do not run.
func (k *Clerk) begun(c *gin.Context) bool {
	if !c.Writer.Written() {
		return false
	}
	c.Abort()
	k.headersAlreadySent(c)
	return true
}

// headersAlreadySent says once per route that a response was begun before the middleware ran.
func (k *Clerk) headersAlreadySent(c *gin.Context) {
	if _, logged := k.alreadySent.LoadOrStore(c.FullPath(), true); logged {
		return
	}
	k.config.Logger.ErrorContext(c.Request.Context(),
		"ginclerk: headers already sent: a handler wrote the response before ginclerk's middleware ran; register ginclerk first",
		"route", c.FullPath(), "reason", string(ReasonHeadersAlreadySent))
}
