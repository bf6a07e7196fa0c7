// Package attach finds out who each request is, once, and makes that the request's: handlers see it, and the response gets the headers
// and cookies of the decision. It turns no request away.
package attach

import (
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/bearer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devlog"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// Instance is what finds out who the requests to one Clerk instance are. All fields but Adviser are required. It is safe for concurrent use.
type Instance struct {
	*exchange.Instance

	Core *serving.Core
	// Adviser tells a developer why requests are refused; nil in production.
	Adviser *devlog.Adviser

	told sync.Map // errors of [Request.ErrorOnce]
}

// Request is one request to an instance. It belongs to the request, and is not safe for concurrent use.
type Request struct {
	*exchange.Exchange

	to *Instance
}

// At returns a request to the instance.
func (i *Instance) At(c *gin.Context) Request { return Request{i.Instance.At(c), i} }

// Core is what serves the requests of the instance.
func (r Request) Core() *serving.Core { return r.to.Core }

// Adviser tells a developer what is probably wrong; nil in production, where it says nothing.
func (r Request) Adviser() *devlog.Adviser { return r.to.Adviser }

// ErrorOnce logs an error of the application with the route of the request. Each message is logged once in the life of the instance.
func (r Request) ErrorOnce(message string) {
	if _, told := r.to.told.LoadOrStore(message, true); !told {
		r.Logger.ErrorContext(r.Gin.Request.Context(), message, "route", r.Gin.FullPath())
	}
}

// EndPreflight is [exchange.Exchange.EndPreflight] that tells a developer of one that browsers will take for a refusal.
func (r Request) EndPreflight() bool {
	header := r.Gin.Writer.Header()
	ended := r.Exchange.EndPreflight()
	if ended {
		r.to.Adviser.EndedPreflight(r.Gin.Request.Context(), r.Gin.FullPath(), header)
	}
	return ended
}

// Attached reports whether the instance itself has found out who the request is.
func (r Request) Attached() bool {
	id := r.Known()
	return id != nil && id.By == r.to
}

// Attach finds out who the request is, once. Guards call it too, so that they work without [ginclerk.Clerk.Attach] in front, on what it
// passes over, and behind another instance's: none relies on what another has found out.
func (r Request) Attach() {
	switch {
	case !r.Attached():
		r.AttachAs(authn.Accepts{})
	case r.Identity().Accepts.Clients() != r.Clients():
		r.AttachAs(r.Identity().Accepts)
	}
}

// AttachAs is [Request.Attach] for a route that takes certain kinds of tokens.
func (r Request) AttachAs(accepts authn.Accepts) {
	accepts = accepts.For(r.Clients())
	if r.Attached() && r.Identity().Accepts == accepts {
		return
	}
	if r.Gin.Writer.Written() {
		// An earlier decision does not count here: it was made for other tokens, or by another instance.
		r.HeadersAlreadySent()
		r.identify(r.Place(), &identity.Identity{Reason: reason.HeadersAlreadySent, By: r.to, Accepts: accepts})
		return
	}
	if known := r.decidedBefore(accepts); known != nil {
		r.adoptAgain(known, accepts)
		return
	}
	r.decide(accepts)
}

// identify has handlers see who the request is.
func (r Request) identify(place exchange.Place, id *identity.Identity) {
	id.Shown = place.Show(id)
	r.Identify(id)
}

// decide finds out who sent the request.
func (r Request) decide(accepts authn.Accepts) {
	r.warnOfUnsafeToken(accepts.Clients())
	began := r.to.Core.Now()
	decided := r.to.Core.Resolver.Request(r.Waiting(), r.Visit(), accepts)
	took := r.to.Core.Now().Sub(began)
	id := r.take(decided, accepts)
	event := observe.Event{
		Kind: observe.Decided, Reason: string(id.Reason), Duration: took, Err: id.Unavailable,
		Memory: decided.Basis.Looked(), Explanation: explanation{decided.State},
	}
	if id.Overdue != nil { // the outage was told, and a guard that turns the request away tells it
		event.Reason, event.Err = string(reason.OutageReading), nil
	}
	r.Observe(event)
	if renewal := decided.Renewal; renewal != nil {
		r.tellRenewed(renewal.State, renewal.State.Status == authn.SignedIn, renewal.Took)
	}
	r.to.Adviser.Arrived(r.Gin.Request.Context(), r.Visit())
	r.to.Adviser.Look(r.Gin.Request.Context(), r.Gin.FullPath(), decided.Basis)
	r.answer(decided, id)
	if decided.State.Held() {
		r.AnswerPrefetch()
	}
}

// explanation is what a decision rests on. An observer can't get at the state itself, which has tokens.
type explanation struct{ state *authn.State }

// LogValue implements [slog.LogValuer].
func (e explanation) LogValue() slog.Value { return e.state.LogValue() }

// warnOfUnsafeToken says once that the application looks for tokens where they are not safe.
func (r Request) warnOfUnsafeToken(clients *authn.Clients) {
	if clients == nil || clients.TokenFrom == nil {
		return
	}
	if _, safe := bearer.Found(r.Gin.Request, clients.TokenFrom); !safe {
		r.ErrorOnce("ginclerk: TokenFrom took a token from the address or a cookie; such requests are refused: addresses end up in logs, and browsers send cookies for other sites, too")
	}
}

// take makes a decision the request's that was made from what the request presents.
func (r Request) take(decided resolve.Decision, accepts authn.Accepts) *identity.Identity {
	place := r.Place()
	id := place.Room().Decide(r.to, identity.NewBasis(r.Gin.Request, accepts, decided.Basis, r.Latest()), decided, accepts)
	r.identify(place, id)
	return id
}

// answer puts what a decision asks for on the response.
func (r Request) answer(decided resolve.Decision, id *identity.Identity) {
	r.Logger.DebugContext(r.Gin.Request.Context(), "ginclerk: decided", "decision", decided.State)
	r.forgetEarlier()
	if decided.NoStore {
		r.Gin.Header("Cache-Control", "no-store")
	}
	r.SetCookies(decided.Cookies...)
	r.apply(decided.State, id)
	if decided.SelectionEnded {
		r.leaveSelection()
	}
}

// leaveSelection tells a page that it is back at the browser's own account.
func (r Request) leaveSelection() {
	switch {
	case r.Visit().Prefetch():
		r.AnswerPrefetch() // a visit would be told
	case !r.Aborted():
		if redirect, applies := r.Serving().LeaveSelection(); applies {
			r.Respond(redirect)
		}
	}
}

// apply puts the headers of a decision on the response, which ends the request where the browser goes elsewhere.
func (r Request) apply(state *authn.State, id *identity.Identity) {
	if id.Unavailable != nil {
		// Headers of the decision would say that Clerk was asked. The guards answer that they can't tell.
		return
	}
	header := r.Gin.Writer.Header()
	for name, values := range state.Header {
		if name == "Location" || (!r.to.Core.SignIn.Satellite && strings.HasPrefix(name, "Access-Control-")) {
			continue
		}
		for _, value := range values {
			header.Add(name, value)
		}
	}
	location := state.Location()
	if id.SignedIn() && location == "" && r.countsRedirects() {
		// The loop that the counter looks for has not come about (at three it has). Like the counter, this names no path.
		header.Add("Set-Cookie", instance.CookieRedirectCount+"=; SameSite=Lax; HttpOnly; Max-Age=0")
	}
	if len(state.Header["Set-Cookie"]) > 0 {
		r.Gin.Header("Cache-Control", "no-store")
	}
	if location != "" {
		r.Gin.Redirect(http.StatusTemporaryRedirect, location)
		r.Gin.Abort()
	}
}

// countsRedirects reports whether the browser counts handshakes in a row, and has not counted so many that they are a loop.
func (r Request) countsRedirects() bool {
	v := r.Visit()
	count := v.Cookie(instance.CookieRedirectCount)
	return !v.Prefetch() && (count == "1" || count == "2")
}

// forgetEarlier takes back what an earlier decision about the same request put on the response: a guard may decide again,
// with other tokens accepted or for another instance.
func (r Request) forgetEarlier() {
	header := r.Gin.Writer.Header()
	delete(header, authn.HeaderAuthStatus)
	delete(header, authn.HeaderAuthReason)
	r.Varies()
}

// AnswerPrefetch answers a prefetch where only a visit can tell who the request is. A prefetch goes to no handshake and to no sign-in,
// renews no token, keeps no form and gets no cookie of ours, because a browser may never show its response. Browsers discard an error, and
// ask again when the page is opened.
func (r Request) AnswerPrefetch() { r.Refuse(answer.Prefetch) }

// decidedBefore returns what this instance has found out about the request already, if that holds for a route that takes these
// kinds of tokens, too.
func (r Request) decidedBefore(accepts authn.Accepts) *identity.Identity {
	for id := r.Latest(); id != nil && id.Basis != nil; id = id.Basis.Earlier {
		if id.By == r.to && !id.Reads() && id.HoldsFor(accepts) && id.Basis.RestsOn(r.Gin.Request, accepts) {
			return id
		}
	}
	return nil
}

// adoptAgain makes an earlier decision the request's. Its cookies are on the response already.
func (r Request) adoptAgain(known *identity.Identity, accepts authn.Accepts) {
	basis := known.Basis.After(r.Latest(), known.Basis.State)
	place := r.Place()
	again := place.Room().Repeat(known, basis, accepts)
	if resolve.IsForeign(r.Visit(), basis.State) { // a GET that is handled again as a POST
		state := resolve.SignedOut(basis.State, reason.CrossOriginRequest, nil)
		again = place.Room().Decide(r.to, basis, resolve.Decision{Basis: basis.State, State: state}, accepts)
	}
	r.identify(place, again)
	r.forgetEarlier()
	if again.Unavailable == nil {
		maps.Copy(r.Gin.Writer.Header(), known.Basis.Labels())
	}
}

// SelectAgain has the account that the browser has switched to looked up anew, on what is known of the browser's own session.
func (r Request) SelectAgain() {
	id := r.Identity()
	state := *id.Basis.State
	state.Header = id.Basis.Labels()
	decided := r.to.Core.Resolver.Again(r.Visit(), &state)
	place := r.Place()
	again := place.Room().Decide(r.to, id.Basis.After(id, &state), decided, id.Accepts)
	r.identify(place, again)
	r.answer(decided, again)
}

// Read has the request taken for the one who may go on reading a page while Clerk is down.
func (r Request) Read() {
	place := r.Place()
	id := place.Room().Read(r.Identity())
	r.identify(place, id)
	r.Observe(observe.Event{Kind: observe.OutageRead, Reason: string(reason.OutageReading)})
}

// StopReading has the browser of a request that signs out read no page any more while Clerk is down: the sign-out can't be done then, and the
// next person at the browser must not go on reading. A token that still lives when its user signs out ends a moment later, so that it loses what
// it would be renewed with; where the sign-out is not done, a handshake brings that back. One of the application's own pages must have sent the request.
func (r Request) StopReading() {
	id := r.Identity()
	if r.to.Core.Outage == nil || r.Visit().Safe() || r.Visit().Foreign() != nil {
		return
	}
	if id.SignedIn() {
		if id.ByCookie() && !id.Switched() {
			r.to.Core.EndReading(id.SessionID())
			r.SetCookies(r.Serving().ForgetRefresh())
		}
		return
	}
	if id.Stale == nil {
		return
	}
	claims, err := r.to.Core.Lapsed.Verify(r.Gin.Request.Context(), id.Stale)
	if err != nil {
		return
	}
	r.to.Core.EndReading(claims.SessionID)
	r.SetCookies(r.Serving().ForgetSession()...)
}

// Renew has the browser's session renewed with its refresh token, and reports whether its user is signed in by it. The caller decides
// whether the request is taken for it ([Request.AdoptRenewed]).
func (r Request) Renew() (state *authn.State, renewed bool) {
	began := r.to.Core.Now()
	state, renewed = r.to.Core.Resolver.Renew(r.Visit(), r.Identity().Accepts)
	r.tellRenewed(state, renewed, r.to.Core.Now().Sub(began))
	return state, renewed
}

// tellRenewed tells the observer of an attempt to renew the session.
func (r Request) tellRenewed(state *authn.State, renewed bool, took time.Duration) {
	event := observe.Event{Kind: observe.Renewed, Duration: took, Err: state.Upstream}
	if !renewed {
		event.Reason = string(state.Reason)
	}
	r.Observe(event)
}

// AdoptRenewed makes a renewed session the request's.
func (r Request) AdoptRenewed(state *authn.State) {
	decided := resolve.Decision{Basis: state, State: state}
	if r.Visit().Account != "" { // it may be another account's by now
		decided = r.to.Core.Resolver.Again(r.Visit(), state)
	}
	r.answer(decided, r.take(decided, r.Identity().Accepts))
}
