package pages

import (
	"cmp"
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// Somebody who acts as a user is told so on every page, and does not end the user's own sessions.

// actsAs says who acts for whom; empty where nobody does.
func actsAs(auth *ginclerk.Auth) string {
	if !auth.Impersonated() {
		return ""
	}
	name, email := person(auth)
	return actorName(auth.Actor.Subject) + " acts as " + cmp.Or(email, name, auth.UserID) + "."
}

// actorName names an actor in a sentence.
func actorName(id string) string { return cmp.Or(id, "Somebody else") }

// actorOf names who acts as the user in a session; empty where nobody does.
func actorOf(one session.Session) string {
	if !one.Impersonated {
		return ""
	}
	return actorName(one.Actor)
}

// restricted reports whether who is signed in acts as the user, and may for that reason not end the user's own sessions.
func (s *Site) restricted(auth *ginclerk.Auth) bool {
	return auth.Impersonated() && !s.options.ImpersonatorsMayEndUserSessions
}

// mayEnd reports whether who is signed in may end a session of the same user or browser: any but, for somebody who acts as the
// user, those in which they don't. Sessions of other users on the same browser belong to whoever holds it.
func (s *Site) mayEnd(auth *ginclerk.Auth, one session.Session) bool {
	return !s.restricted(auth) || one.ID == auth.SessionID || one.UserID != auth.UserID ||
		one.Impersonated && one.Actor != "" && one.Actor == auth.Actor.Subject
}

// refuseActor answers an action of somebody who acts as the user on a session that is not theirs to end, and reports whether
// it did. A session that can't be read is none that anything is done to.
func (s *Site) refuseActor(c *gin.Context, back, sessionID string) bool {
	auth := ginclerk.From(c)
	if !s.restricted(auth) || sessionID == auth.SessionID {
		return false
	}
	one, err := s.sessionInReach(c, sessionID)
	if err != nil {
		s.refused(c, back, err)
		return true
	}
	if s.mayEnd(auth, one) {
		return false
	}
	s.refuseActing(c, back)
	return true
}

// sessionInReach reads a session of the user, or one of another user on the same browser.
func (s *Site) sessionInReach(c *gin.Context, sessionID string) (session.Session, error) {
	auth, sessions := ginclerk.From(c), s.clerk.For(c).Sessions()
	one, err := sessions.Current(c.Request.Context(), auth.UserID, sessionID)
	if err == nil {
		return one, nil
	}
	accounts, browserErr := sessions.ForBrowser(c.Request.Context(), auth.SessionID)
	if browserErr != nil {
		return session.Session{}, browserErr
	}
	for _, account := range accounts {
		if account.Session.ID == sessionID {
			return account.Session, nil
		}
	}
	return session.Session{}, err
}

// refuseActing says that somebody who acts as the user may not do that.
func (s *Site) refuseActing(c *gin.Context, back string) {
	const text = "You act as this user. Only the user can end the user’s own sessions, so nothing was done."
	s.failedAction(c, back, ginclerk.Problem{
		Status: http.StatusForbidden, Error: "Forbidden", Detail: text, Reason: reasonActing,
	}, text)
}

// refuseProof tells somebody who acts as the user that proving to be the user is not for them, and reports whether it did. No
// code is sent to the user for it.
func (s *Site) refuseProof(c *gin.Context) bool {
	auth := ginclerk.From(c)
	if !auth.Impersonated() {
		return false
	}
	s.clerk.For(c).Answer(c, ginclerk.Problem{
		Status: http.StatusForbidden, Error: "Only the user can do this",
		Detail: "This needs proof that the user is here. " + actsAs(auth), Remedy: "Ask the user to do it, or sign in with your own account.",
		Action: s.AccountsURL(), ActionLabel: "Accounts on this browser", Reason: reasonActing,
	})
	return true
}

// by says in whose name a job is asked for.
func (s *Site) by(auth *ginclerk.Auth, request signout.Request) signout.Request {
	request.UserID, request.CurrentSessionID = auth.UserID, auth.SessionID
	if s.restricted(auth) {
		request.Impersonated, request.Actor = true, auth.Actor.Subject
	}
	return request
}

// latestJob returns the latest job of who is signed in: of the user, or of who acts as the user.
func (s *Site) latestJob(ctx context.Context, c *gin.Context) (signout.Job, error) {
	auth, runner := ginclerk.From(c), s.clerk.For(c).SignOuts()
	if s.restricted(auth) {
		return runner.LatestActing(ctx, auth.UserID, auth.Actor.Subject)
	}
	return runner.Latest(ctx, auth.UserID)
}

// mayRetry reports whether a job may be tried again by who is signed in: the user's own is not for who acts as the user.
func (s *Site) mayRetry(auth *ginclerk.Auth, job signout.Job) bool {
	return !s.restricted(auth) || job.Impersonated && job.Actor == auth.Actor.Subject
}
