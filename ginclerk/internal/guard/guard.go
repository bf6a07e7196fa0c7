// Package guard turns requests away: those without a session, those of another site, those that lack what a route requires. A guard
// keeps the form of a request that it can't let through yet.
package guard

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/attach"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Request is one request at the guards of an instance. It belongs to the request, and is not safe for concurrent use.
type Request struct{ attach.Request }

// At returns a request at the guards of an instance.
func At(i *attach.Instance, c *gin.Context) Request { return Request{i.At(c)} }

// RequireSession reports whether the request may go on as a signed-in one; else it was answered.
func (r Request) RequireSession() bool {
	if r.EndPreflight() {
		return false
	}
	r.Guarded()
	r.Attach()
	return r.requireAttached()
}

// requireAttached is RequireSession for a request that has been decided about.
func (r Request) requireAttached() bool {
	if r.Aborted() {
		return false
	}
	id := r.Identity()
	switch {
	case id.Unavailable != nil:
		if slices.Contains(r.Front().Pages().SignOuts, r.Gin.FullPath()) {
			r.StopReading()
		}
		r.AnswerKeeping(answer.Because(answer.ClerkUnavailable, id.Unavailable))
		return false
	case id.Reason == reason.CrossOriginRequest:
		r.Refuse(answer.CrossOrigin)
		return false
	case !id.SignedIn():
		r.answerSignedOut()
		return false
	case id.ByCookie() && r.refuseForeign():
		return false
	case slices.Contains(r.Front().Pages().SignOuts, r.Gin.FullPath()): // whatever becomes of it
		r.StopReading()
		return !r.settled()
	default:
		return !r.settled()
	}
}

// settled has a browser forget that it was on its way to being signed in, and sends one that signing in has helped on to the address
// without the mark of that. The request has then ended.
func (r Request) settled() (ended bool) {
	v := r.Visit()
	r.SetCookies(answer.Settled(v)...)
	if answer.SignInMark(v) == 0 || v.Request.Method != http.MethodGet || v.Kind() != visit.Page || r.Gin.Writer.Written() {
		return false
	}
	r.Respond(answer.SeeOther(v, answer.Here(v)))
	return true
}

// shelf knows whether a form waits in a browser.
type shelf interface {
	Holds(x *exchange.Exchange) bool
}

// answerSignedOut turns away a request that needs a session and has none.
func (r Request) answerSignedOut() {
	r.Adviser().RefusedWebhook(r.Gin.Request.Context(), r.Gin.FullPath(), r.Gin.Request.Header)
	if r.Kind() == visit.Page && r.Core().SignIn.At(r.Visit()) {
		r.ErrorOnce("ginclerk: a guard turns browsers away from the sign-in page (SignInURL) itself: the page must be public")
	}
	parked := ""
	if r.Kind() != visit.API {
		parked = r.parkForm(detour{step: answer.GoToSignIn, to: r.SignInURL})
	}
	if r.Aborted() {
		return
	}
	who := r.Who()
	if keeper, keeps := r.Front().Pages().Forms.(shelf); keeps && parked == "" && r.Kind() == visit.Page {
		who.FormWaits = keeper.Holds(r.Exchange)
	}
	r.TurnAway(r.Identity().Reason, r.Core().SignIn.Refuse(r.Visit(), who, parked))
}

// SignInURL is the address of the sign-in page, from which the browser comes back to returnTo.
func (r Request) SignInURL(returnTo string) string {
	v := r.Visit()
	return r.Core().SignIn.URL(v, r.Who(), v.SafeTarget(returnTo))
}

// SignUpURL is [Request.SignInURL] for the sign-up page.
func (r Request) SignUpURL(returnTo string) string {
	v := r.Visit()
	return r.Core().SignIn.UpURL(v, r.Who(), v.SafeTarget(returnTo))
}

// RequireToken lets a request with a token of certain kinds pass, and answers others.
func (r Request) RequireToken(accepts authn.Accepts) {
	if r.EndPreflight() {
		return
	}
	r.Guarded()
	if accepts != (authn.Accepts{}) {
		exchange.MarkAPI(r.Gin)
	}
	r.AttachAs(accepts)
	machine := r.Identity().Machine
	switch {
	case r.Aborted() || machine == nil:
		r.requireAttached()
	case machine.Actor != nil && !r.AllowsDelegatedTokens():
		r.Refuse(answer.TokenDelegated)
	}
}

// RefuseCrossOrigin answers a request that another site may have caused, whether a user is signed in or not.
func (r Request) RefuseCrossOrigin() {
	if r.EndPreflight() {
		return
	}
	r.Attach()
	if !r.Aborted() {
		r.refuseForeign()
	}
}

// refuseForeign answers a request from another site and reports whether it did.
func (r Request) refuseForeign() bool {
	if r.Identity().ByProgram() {
		return false
	}
	if r.Visit().Foreign() == nil {
		return false
	}
	r.Refuse(answer.CrossOrigin)
	return true
}

// RequireTokenAge requires a session whose token was issued no longer ago than that.
func (r Request) RequireTokenAge(age time.Duration) {
	if !r.RequireSession() {
		return
	}
	young := func(id *identity.Identity) bool {
		issued := id.Claims.IssuedAt
		return !issued.IsZero() && r.Core().Now().Sub(issued) <= age
	}
	r.requireFresh(young, func() { r.Refuse(answer.TokenTooOld) })
}

// RequireSessionAge requires a session that began no longer ago than that.
func (r Request) RequireSessionAge(age time.Duration) {
	if !r.RequireSession() {
		return
	}
	id := r.Identity()
	got, err := r.Core().States.Session(r.Gin.Request.Context(), id.SessionID())
	switch {
	case errors.Is(err, session.ErrNotFound), err == nil && (got.UserID != id.UserID() || !got.Status.Live()):
		r.EndSession()
	case err != nil:
		r.Fail(err)
		r.Answer(answer.Because(answer.ClerkUnavailable, err))
	case got.Created.IsZero() || r.Core().Now().Sub(got.Created) > age:
		r.answerSessionTooOld(age)
	}
}

// answerSessionTooOld shows a page the way to sign in again; everything else is told.
func (r Request) answerSessionTooOld(age time.Duration) {
	p := answer.Of(answer.SessionTooOld)
	p.Words.Within = age
	if page := r.Front().Pages().SignInAgain; page != "" && r.Kind() == visit.Page && !r.Gin.Writer.Written() {
		v := r.Visit()
		way := detour{step: answer.SignInAgain, to: func(returnTo string) string {
			return answer.WithParameter(page, answer.RedirectParameter, v.Link(returnTo))
		}}
		p = p.WithAction(way.step, way.to(r.comeBack(way)))
	}
	if r.Aborted() {
		return
	}
	r.Answer(p)
}

// EndSession answers a request whose session is over at Clerk although its token is good. The session is refused from now on.
func (r Request) EndSession() {
	id := r.Identity()
	r.Core().Ended.Remember(r.Gin.Request.Context(), id.SessionID())
	v := r.Visit()
	if v.Kind() != visit.Page {
		r.Answer(answer.For(answer.ErrSessionEnded))
		return
	}
	if !id.Switched() {
		got, err := r.Core().States.Session(r.Gin.Request.Context(), id.SessionID())
		if err != nil { // it is over all the same
			r.Fail(err)
		}
		r.SetCookies(v.Keep(visit.SessionEnded, "", answer.CauseOf(got.Status)))
	}
	r.Respond(r.Serving().Leave(answer.InFront(v), reason.SessionEnded))
}
