package pages

import (
	"cmp"
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// Every page tells an impersonator so. An impersonator does not end the user's own sessions.

// actsAs says who acts for whom. It is empty if the session has no actor.
func (v voice) actsAs(auth *ginclerk.Auth) string {
	if auth.Actor == nil {
		return ""
	}
	name, email := person(auth)
	return v.Text("impersonation.acts-as", "actor", v.actorName(auth.Actor.Subject), "user", cmp.Or(email, name, auth.UserID))
}

// actorName names an actor in a sentence.
func (v voice) actorName(id string) string { return cmp.Or(id, v.Text("impersonation.someone")) }

// actorOf returns the actor of a session. It is empty if the session has none.
func (v voice) actorOf(one session.Session) string {
	if !one.Impersonated {
		return ""
	}
	return v.actorName(one.Actor)
}

// restricted reports whether the request comes from an impersonator who may not end the user's own sessions.
func (s *Site) restricted(auth *ginclerk.Auth) bool {
	return auth.Actor != nil && !s.options.ImpersonatorsMayEndUserSessions
}

// mayEnd reports whether the request may end a session of the same user or browser. An impersonator ends only the sessions
// of that user that have the same actor. Sessions of other users on the same browser belong to the person who holds the
// browser.
func (s *Site) mayEnd(auth *ginclerk.Auth, one session.Session) bool {
	return !s.restricted(auth) || one.ID == auth.SessionID || one.UserID != auth.UserID ||
		one.Impersonated && one.Actor != "" && one.Actor == auth.Actor.Subject
}

// refuseActor refuses an action of an impersonator on a session that they may not end, and reports whether it refused. An
// unreadable session is refused, too.
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

// sessionInReach reads a session of the user, or a session of another user on the same browser.
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

// refuseActing says that an impersonator may not do that.
func (s *Site) refuseActing(c *gin.Context, back string) {
	s.failedAction(c, back, problemActing("You act as this user. Only the user can end the user’s own sessions, so nothing was done."),
		s.voice(c).Text("signout.acting"))
}

// problemActing is the answer to an impersonator who may not do that.
func problemActing(detail string) ginclerk.Problem {
	return ginclerk.Problem{Status: http.StatusForbidden, Error: "Forbidden", Detail: detail, Reason: reasonActing}
}

// refuseProof tells an impersonator that they can't prove to be the user, and reports whether it did. Clerk sends the user
// no code.
func (s *Site) refuseProof(c *gin.Context) bool {
	auth := ginclerk.From(c)
	if auth.Actor == nil {
		return false
	}
	s.clerk.For(c).Answer(c, ginclerk.Problem{
		Status: http.StatusForbidden, Error: "Only the user can do this",
		Detail: "This needs proof that the user is here.", Remedy: "Ask the user to do it, or sign in with your own account.",
		Action: s.AccountsURL(), Reason: reasonActing, Words: answer.Words{Row: rowActing, Step: answer.ShowAccounts},
	})
	return true
}

// by returns the actor in whose name a job starts.
func (s *Site) by(auth *ginclerk.Auth, request signout.Request) signout.Request {
	request.UserID, request.CurrentSessionID = auth.UserID, auth.SessionID
	if s.restricted(auth) {
		request.Impersonated, request.Actor = true, auth.Actor.Subject
	}
	return request
}

// latestJob returns the latest job of the user, or the latest job of the impersonator.
func (s *Site) latestJob(ctx context.Context, c *gin.Context) (signout.Job, error) {
	auth := ginclerk.From(c)
	runner, err := s.signOuts(c) //nolint:contextcheck // the runner goes on until it is closed
	if err != nil {
		return signout.Job{}, err
	}
	if s.restricted(auth) {
		return runner.LatestActing(ctx, auth.UserID, auth.Actor.Subject)
	}
	return runner.Latest(ctx, auth.UserID)
}

// mayRetry reports whether the request may retry a job. An impersonator may not retry the user's own jobs.
func (s *Site) mayRetry(auth *ginclerk.Auth, job signout.Job) bool {
	return !s.restricted(auth) || job.Impersonated && job.Actor == auth.Actor.Subject
}
