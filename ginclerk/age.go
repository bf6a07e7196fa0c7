package ginclerk

import (
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// MaxTokenAge returns the guard that refuses session tokens issued longer ago than that: 401 "Session expired". It is the
// check of Clerk's guide for sensitive endpoints. Clerk renews a browser's token every minute, so it is tokens kept by
// programs that grow old; a page has its token renewed once before anyone is turned away. It requires a session, with or
// without RequireSession in front.
//
// How long ago somebody signed in is another question: [Clerk.MaxSessionAge].
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
