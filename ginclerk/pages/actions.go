package pages

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// signOut ends the session of this browser.
func (s *Site) signOut(c *gin.Context) {
	auth := ginclerk.From(c)
	err := s.clerk.For(c).Sessions().Revoke(c.Request.Context(), auth.UserID, auth.SessionID)
	if err != nil && !errors.Is(err, session.ErrNotFound) {
		s.refused(c, s.SessionURL(), err)
		return
	}
	s.refuseFromNowOn(c, auth.SessionID)
	s.recordSignOut(c, auth.SessionID)
	if ginclerk.WantsJSON(c) {
		state := s.endedState(c, auth.SessionID)
		state.SignedOut, state.RedirectURL = true, s.leaveQuietly(c)
		s.json(c, http.StatusOK, state)
		return
	}
	text := "You are signed out here."
	if auth.Switched() {
		text = "You are signed out of " + switchedAccount(auth) + ". You are back in your other account."
	}
	s.signedOut(c, text)
}

// switchedAccount returns the name of the account that the browser has switched to.
func switchedAccount(auth *ginclerk.Auth) string {
	name, email := person(auth)
	return cmp.Or(email, name, "the account that you had switched to")
}

// signedOut redirects after the session has ended. The notice says that the browser is signed out, or that it is back in the
// account from which it had switched.
func (s *Site) signedOut(c *gin.Context, text string) {
	s.request(c).SetFlash(serving.Flash{Kind: "success", Text: text})
	s.respond(c, s.leave(c))
}

// leaveQuietly is signedOut for a program: it returns the address that the browser must open so that all of its cookies are
// right.
func (s *Site) leaveQuietly(c *gin.Context) string {
	return s.tell(c, s.leave(c))
}

// leave is the redirect away from a session that is over.
func (s *Site) leave(c *gin.Context) answer.Response {
	r := s.request(c)
	return r.Leave(r.Visit.SafeTarget(s.afterSession(c)), reason.SessionEnded)
}

func (s *Site) afterSession(c *gin.Context) string {
	if ginclerk.From(c).Switched() {
		return s.AccountsURL()
	}
	return s.options.HomeURL
}

// switchAccount makes another account of this browser the current one.
func (s *Site) switchAccount(c *gin.Context) {
	target, ok := s.target(c, s.AccountsURL())
	if !ok || !mayAsk(c, s.limits.switches) {
		return
	}
	words := "You switched to " + s.accountOf(c, target) + "."
	redirect, err := s.request(c).Switch(target, s.AccountsURL())
	switch {
	case err != nil:
		s.refused(c, s.AccountsURL(), err)
	case ginclerk.WantsJSON(c):
		s.json(c, http.StatusOK, switchedJSON{Object: "session_switch", SessionID: target, RedirectURL: s.tell(c, redirect)})
	default:
		s.request(c).SetFlash(serving.Flash{Kind: "success", Text: words})
		s.respond(c, redirect)
	}
}

// accountOf names the account of a session on this browser, for a sentence. An action does not fail because the name is
// missing.
func (s *Site) accountOf(c *gin.Context, sessionID string) string {
	accounts, err := s.clerk.For(c).Sessions().ForBrowser(c.Request.Context(), ginclerk.From(c).SessionID)
	if err != nil {
		_ = c.Error(err)
	}
	for _, account := range accounts {
		if account.Session.ID == sessionID {
			return label(account.Profile)
		}
	}
	return "another account"
}

// signOutAccount ends the session of an account on this browser.
func (s *Site) signOutAccount(c *gin.Context) {
	target, ok := s.target(c, s.AccountsURL())
	if !ok {
		return
	}
	if target == ginclerk.From(c).SessionID {
		s.signOut(c)
		return
	}
	if !mayAsk(c, s.limits.actions) || s.refuseActor(c, s.AccountsURL(), target) {
		return
	}
	err := s.clerk.For(c).Sessions().RevokeForBrowser(c.Request.Context(), ginclerk.From(c).SessionID, target)
	if err != nil {
		s.refused(c, s.AccountsURL(), err)
		return
	}
	s.recordAccountSignOut(c, target)
	s.ended(c, target, s.AccountsURL(), "The account is signed out on this browser")
}

// revoke ends one session of the user.
func (s *Site) revoke(c *gin.Context) {
	target, ok := s.target(c, s.DevicesURL())
	if !ok {
		return
	}
	auth := ginclerk.From(c)
	if target == auth.SessionID {
		s.signOut(c)
		return
	}
	if !mayAsk(c, s.limits.actions) || s.refuseActor(c, s.DevicesURL(), target) {
		return
	}
	if err := s.clerk.For(c).Sessions().Revoke(c.Request.Context(), auth.UserID, target); err != nil {
		s.refused(c, s.DevicesURL(), err)
		return
	}
	s.recordSignOut(c, target)
	s.ended(c, target, s.DevicesURL(), "The device is signed out")
}

// ended reports that a session has ended. The session is not that of the request.
func (s *Site) ended(c *gin.Context, sessionID, back, sentence string) {
	s.refuseFromNowOn(c, sessionID)
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, s.endedState(c, sessionID))
		return
	}
	s.done(c, back, "success", s.soon(c, sentence))
}

// refuseFromNowOn revokes a session that has ended. A session that ended elsewhere may still have a valid token, and this
// server must refuse it.
func (s *Site) refuseFromNowOn(c *gin.Context, sessionID string) {
	s.request(c).Ended.Remember(context.WithoutCancel(c.Request.Context()), sessionID)
}

// soon completes a sentence about a session that has ended: it says when all servers refuse the session.
func (s *Site) soon(c *gin.Context, sentence string) string {
	if s.request(c).RevokesEverywhere() {
		return sentence + " now."
	}
	return sentence + "." + untilReplicasKnow
}

// untilReplicasKnow holds while the other servers of the application can't be told: Clerk's tokens live for a minute.
const untilReplicasKnow = " Where another server of this site answers, it can take up to 60 seconds."
