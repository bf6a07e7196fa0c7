package ginclerk

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// RequireSession returns the guard that lets signed-in requests pass. A page goes to sign-in and comes back, an API gets
// 401, htmx gets 401 with HX-Redirect; where Clerk can't be reached to judge a request, it gets 503. Unsafe
// requests that a cookie authenticates must come from the application's own pages, else 403.
//
// A CORS preflight ends at the guard with 204 and the headers set so far: it carries no credentials, so no handler runs for
// it. CORS middleware therefore stands in front of the guards. This holds for every guard of this package.
func (k *Clerk) RequireSession() gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) { k.requireSession(c) })
}

// Require returns the guard that lets pass who is signed in and meets every requirement. It answers as RequireSession does,
// and 403 where a requirement is not met.
func (k *Clerk) Require(requirements ...Requirement) gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) {
		if k.requireSession(c) {
			k.requireAll(c, requirements, k.answerForbidden)
		}
	})
}

// requireSession reports whether the request may go on as a signed-in one.
func (k *tenant) requireSession(c *gin.Context) bool {
	if endPreflight(c) {
		return false
	}
	behindGuard(c)
	k.attach(c)
	return k.requireAttached(c)
}

// requireAttached is requireSession for a request that has been decided about.
func (k *tenant) requireAttached(c *gin.Context) bool {
	if c.IsAborted() {
		return false
	}
	auth := From(c)
	switch {
	case auth.unavailable != nil:
		k.answerKeeping(c, answer.Because(answer.ClerkUnavailable, auth.unavailable))
		return false
	case auth.Reason == reason.CrossOriginRequest:
		k.refuse(c, answer.CrossOrigin)
		return false
	case !auth.SignedIn():
		k.answerSignedOut(c)
		return false
	case auth.ByCookie() && k.refuseCrossOrigin(c):
		return false
	default:
		return !k.settled(c)
	}
}

// endPreflight ends a CORS preflight at a guard and reports whether the request was one: 204 with the headers that the
// middleware in front has set. A preflight can't be signed in, so a handler behind a guard must not run for it; gin's Any and
// NoRoute register handlers for OPTIONS, too.
func endPreflight(c *gin.Context) bool {
	if !visit.IsPreflight(c.Request) {
		return false
	}
	c.Abort()
	if !c.Writer.Written() {
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
	}
	return true
}

// settled has a browser forget that it was on its way to being signed in, and sends one that signing in has helped on to the address
// without the mark of that. The request has then ended.
func (k *tenant) settled(c *gin.Context) (goesOn bool) {
	v := k.visit(c)
	setCookies(c, answer.Settled(v))
	if answer.SignInMark(v) == 0 || v.Request.Method != http.MethodGet || v.Kind != visit.Page || c.Writer.Written() {
		return false
	}
	k.redirectTo(c, answer.Here(v))
	return true
}

// requireAll refuses a request that does not meet every requirement. What the person in front of it could still prove is
// asked for only where nothing else is amiss.
func (k *tenant) requireAll(c *gin.Context, requirements []Requirement, refuse gin.HandlerFunc) {
	auth := From(c)
	var provable *reverification
	for _, r := range requirements {
		switch {
		case r.metBy(auth):
		case r.reverification == nil:
			refuse(c)
			return
		case provable == nil:
			provable = r.reverification
		}
	}
	if provable != nil {
		k.requireReverification(c, provable)
	}
}

func (k *tenant) answerForbidden(c *gin.Context) { k.refuse(c, answer.Forbidden) }

// The kinds of tokens that a route may take, as Clerk's acceptsToken names them.
const (
	SessionToken = authn.SessionToken
	APIKey       = authn.APIKey
	M2MToken     = authn.M2MToken
	OAuthToken   = authn.OAuthToken
)

// RequireToken returns the guard that lets requests with a token of one of the kinds pass; with none named, of any kind. Who
// it is, is in [From]: a session as ever, anything else in [Auth].Machine. Routes that take machine tokens answer as APIs:
// 401 with WWW-Authenticate. Opaque tokens (ak_, oat_, mt_) are verified by Clerk for every request, so that a revoked one is
// refused at once: limit the rate of such routes. Beside session tokens nothing is ever read from a cookie.
//
//	r.POST("/api/import", clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), importData)
func (k *Clerk) RequireToken(kinds ...authn.TokenType) gin.HandlerFunc {
	accepts := acceptsOf(kinds)
	return k.with(func(k *tenant, c *gin.Context) { k.requireToken(c, accepts) })
}

func acceptsOf(kinds []authn.TokenType) authn.Accepts {
	kinds = slices.Compact(slices.Sorted(slices.Values(kinds)))
	switch len(kinds) {
	case 0:
		return authn.AcceptAny()
	case 1:
		return authn.AcceptOnly(kinds[0])
	default:
		return authn.AcceptOneOf(kinds...)
	}
}

func (k *tenant) requireToken(c *gin.Context, accepts authn.Accepts) {
	if endPreflight(c) {
		return
	}
	behindGuard(c)
	if accepts != (authn.Accepts{}) {
		c.Set(apiKey{}, true)
	}
	k.attachAs(c, accepts)
	if c.IsAborted() || From(c).Machine == nil {
		k.requireAttached(c)
	}
}

// MaxTokenAge returns the guard that refuses session tokens issued longer ago than that: 401 "Session expired". It is the
// check of Clerk's guide for sensitive endpoints. Clerk renews a browser's token every minute, so it is tokens kept by
// programs that grow old; a page has its token renewed once before anyone is turned away. It requires a session, with or
// without RequireSession in front.
//
// How long ago the user signed in is another question: [Clerk.MaxSessionAge].
func (k *Clerk) MaxTokenAge(age time.Duration) gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) {
		if !k.requireSession(c) {
			return
		}
		young := func(a *Auth) bool {
			issued := a.Claims.IssuedAt
			return !issued.IsZero() && k.now().Sub(issued) <= age
		}
		k.requireFresh(c, young, func(c *gin.Context) { k.refuse(c, answer.TokenTooOld) })
	})
}

// MaxSessionAge returns the guard that refuses sessions that began longer ago than that, however often their token was
// renewed since: 401 "Session expired", and for a page the way to sign in again. A token does not say when its session began,
// so Clerk is asked, at most once a minute for each session; where Clerk can't be reached the answer is 503. It requires a
// session, with or without RequireSession in front.
func (k *Clerk) MaxSessionAge(age time.Duration) gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) {
		if k.requireSession(c) {
			k.requireYoungSession(c, age)
		}
	})
}

func (k *tenant) requireYoungSession(c *gin.Context, age time.Duration) {
	auth := From(c)
	got, err := k.core.States.Session(c.Request.Context(), auth.SessionID)
	switch {
	case errors.Is(err, session.ErrNotFound), err == nil && (got.UserID != auth.UserID || !got.Status.Live()):
		k.sessionEnded(c)
	case err != nil:
		_ = c.Error(err)
		k.answer(c, answer.Because(answer.ClerkUnavailable, err))
	case got.Created.IsZero() || k.now().Sub(got.Created) > age:
		k.answerSessionTooOld(c)
	}
}

// answerSessionTooOld shows a page the way to sign in again; everything else is told.
func (k *tenant) answerSessionTooOld(c *gin.Context) {
	p := answer.Of(answer.SessionTooOld)
	if page := k.front(c).shown().SignInAgain; page != "" && kindOf(c) == visit.Page && !c.Writer.Written() {
		v := k.visit(c)
		way := detour{label: "Sign in again", to: func(returnTo string) string {
			return answer.WithParameter(page, answer.RedirectParameter, v.Link(returnTo))
		}}
		p.Action, p.ActionLabel = way.to(k.comeBack(c, way)), way.label
	}
	if c.IsAborted() {
		return
	}
	k.answer(c, p)
}

// RefuseCrossOrigin returns the guard that refuses unsafe requests (POST and the like) which another site may have caused,
// signed in or not: 403. Requests with a bearer token pass; no other site can make a browser send one. The guards that
// need a session include it.
func (k *Clerk) RefuseCrossOrigin() gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) {
		if endPreflight(c) {
			return
		}
		k.attach(c)
		if !c.IsAborted() {
			k.refuseCrossOrigin(c)
		}
	})
}

// refuseCrossOrigin answers a request from another site and reports whether it did.
func (k *tenant) refuseCrossOrigin(c *gin.Context) bool {
	if From(c).carrier == authn.CarrierHeader {
		return false // good or not: no other site can have sent it
	}
	if k.visit(c).Foreign == nil {
		return false
	}
	k.refuse(c, answer.CrossOrigin)
	return true
}
