package ginclerk

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/caching"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
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
	began := k.now()
	decided := k.core.Resolver.Request(v, accepts)
	auth := k.newAuth(newDecision(c, decided.Basis), decided, accepts)
	k.observeAs(c, auth, observe.Event{
		Kind: observe.Decided, Reason: string(auth.Reason), Duration: k.now().Sub(began), Err: auth.unavailable,
	})
	k.adopt(c, v, decided, auth)
	if decided.State.Held() {
		k.answerPrefetch(c)
	}
}

// observe tells the observer what happens to a request.
func (k *tenant) observe(c *gin.Context, e observe.Event) { k.observeAs(c, From(c), e) }

func (k *tenant) observeAs(c *gin.Context, auth *Auth, e observe.Event) {
	if route := c.FullPath(); route != "" {
		e.Route = c.Request.Method + " " + route
	}
	e.UserID, e.SessionID = auth.UserID, auth.SessionID
	k.observer.Observe(c.Request.Context(), e)
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
		// Headers of the decision would say that Clerk was asked. The guards answer that they can't tell.
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

// decision is what was found out about a request, and from what. Guards that take other tokens, and those of other Clerks, decide
// about the same request; none may have Clerk asked again for what it has said, for a refresh token and a handshake's nonce are
// good once. Decisions about one request are a list, the latest first. A decision is never changed.
type decision struct {
	state *authn.State
	// authorization and cookies are the headers that it rests on.
	authorization, cookies []string
	earlier                *Auth // nil for the first
}

func newDecision(c *gin.Context, state *authn.State) *decision {
	return &decision{
		state: state, authorization: c.Request.Header["Authorization"], cookies: c.Request.Header["Cookie"], earlier: latestAuth(c),
	}
}

// renewed reports whether the request's session was renewed, or came from a handshake, while it was decided about.
func (d *decision) renewed() bool {
	return d != nil && slices.ContainsFunc(d.state.Header["Set-Cookie"], func(directive string) bool {
		return strings.HasPrefix(directive, "__session")
	})
}

// latestAuth is who the request was last taken for; nil before the first decision. Gin forgets it where it serves a request anew
// (gin.Engine.HandleContext, an engine behind another), while the request's context does not.
func latestAuth(c *gin.Context) *Auth {
	if value, found := c.Get(authKey{}); found {
		auth, _ := value.(*Auth)
		return auth
	}
	auth, _ := c.Request.Context().Value(authKey{}).(*Auth)
	return auth
}

// decidedBefore returns what this Clerk has found out about the request already, if that holds for a route that takes these
// kinds of tokens, too.
func (k *tenant) decidedBefore(c *gin.Context, accepts authn.Accepts) *Auth {
	for auth := latestAuth(c); auth != nil && auth.decision != nil; auth = auth.decision.earlier {
		if auth.by == k && auth.holdsFor(accepts) && auth.decision.restsOn(c.Request) {
			return auth
		}
	}
	return nil
}

// holdsFor reports whether a decision would be the same for a route that takes these kinds of tokens.
func (a *Auth) holdsFor(accepts authn.Accepts) bool {
	switch {
	case a.accepts == accepts:
		return true
	case a.carrier != authn.CarrierHeader: // cookies carry session tokens alone
		return a.accepts.Allows(SessionToken) && accepts.Allows(SessionToken)
	case a.Machine != nil:
		return accepts.Allows(a.Machine.Type)
	default:
		return a.SignedIn() && accepts.Allows(SessionToken)
	}
}

// restsOn reports whether a request presents what the decision was made from.
func (d *decision) restsOn(r *http.Request) bool {
	return slices.Equal(d.authorization, r.Header["Authorization"]) && slices.Equal(d.cookies, r.Header["Cookie"])
}

// adoptAgain makes an earlier decision the request's. Its cookies are on the response already.
func (k *tenant) adoptAgain(c *gin.Context, known *Auth, accepts authn.Accepts) {
	again, basis := *known, *known.decision
	basis.earlier = latestAuth(c)
	if resolve.IsForeign(k.visit(c), basis.state) { // a GET that is handled again as a POST
		state := resolve.SignedOut(basis.state, reason.CrossOriginRequest, nil)
		again = *k.newAuth(&basis, resolve.Decision{Basis: basis.state, State: state}, accepts)
	}
	again.accepts, again.decision = accepts, &basis
	makeAuth(c, &again)
	forgetEarlier(c)
	if again.unavailable == nil {
		maps.Copy(c.Writer.Header(), labelsOf(known.decision.state))
	}
}

// selectAgain has the account that the browser has switched to looked up anew, on what is known of the browser's own session.
func (k *tenant) selectAgain(c *gin.Context) {
	auth := From(c)
	basis := *auth.decision
	state := *basis.state
	state.Header = labelsOf(&state)
	basis.state, basis.earlier = &state, auth
	v := k.visit(c)
	decided := k.core.Resolver.Again(v, &state)
	k.adopt(c, v, decided, k.newAuth(&basis, decided, auth.accepts))
}

// renew has the browser's session renewed with its refresh token, and reports whether its user is signed in by it.
func (k *tenant) renew(c *gin.Context) (state *authn.State, renewed bool) {
	began := k.now()
	state, renewed = k.core.Resolver.Renew(k.visit(c), From(c).accepts)
	event := observe.Event{Kind: observe.Renewed, Duration: k.now().Sub(began), Err: state.Upstream}
	if !renewed {
		event.Reason = string(state.Reason)
	}
	k.observe(c, event)
	return state, renewed
}

// adoptRenewed makes a renewed session the request's.
func (k *tenant) adoptRenewed(c *gin.Context, state *authn.State) {
	decided := resolve.Decision{Basis: state, State: state}
	k.adopt(c, k.visit(c), decided, k.newAuth(newDecision(c, state), decided, From(c).accepts))
}

// labelsOf returns the headers that say what was decided.
func labelsOf(state *authn.State) http.Header {
	labels := http.Header{}
	for _, name := range []string{authn.HeaderAuthStatus, authn.HeaderAuthReason} {
		if values, found := state.Header[name]; found {
			labels[name] = slices.Clone(values)
		}
	}
	return labels
}
