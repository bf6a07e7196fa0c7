package pages

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// signOut ends the session of this browser.
func (s *Site) signOut(c *gin.Context) {
	auth := ginclerk.From(c)
	if err := s.end(c, auth.SessionID); err != nil {
		s.refused(c, s.SessionURL(), err)
		return
	}
	if ginclerk.WantsJSON(c) {
		state := s.endedState(c, auth.SessionID)
		state.SignedOut, state.RedirectURL = true, s.leaveQuietly(c)
		s.json(c, http.StatusOK, state)
		return
	}
	v := s.voice(c)
	text := v.Text("signout.here")
	switch {
	case auth.Switched() && s.besideOthers(c):
		text = v.Text("signout.beside-others", "account", v.switchedAccount(auth))
	case auth.Switched():
		text = v.Text("signout.switched-back", "account", v.switchedAccount(auth))
	}
	s.signedOut(c, text)
}

// end ends a session of the user, one that has just ended too, and records it.
func (s *Site) end(c *gin.Context, sessionID string) error {
	err := s.clerk.For(c).Sessions().Revoke(c.Request.Context(), ginclerk.From(c).UserID, sessionID)
	if err != nil && !errors.Is(err, session.ErrNotFound) {
		if sessionID == ginclerk.From(c).SessionID {
			s.access.Request(c).StopReading()
		}
		return err
	}
	s.refuseFromNowOn(c, sessionID)
	s.recordSignOut(c, sessionID)
	return nil
}

// switchedAccount returns the name of the account that the browser has switched to.
func (v voice) switchedAccount(auth *ginclerk.Auth) string {
	name, email := person(auth)
	return cmp.Or(email, name, v.Text("signout.switched-account"))
}

// besideOthers reports whether the request is below the path of an account. The browser then uses each of its accounts at a path of its own, and
// is not back in another one when it has signed one out.
func (s *Site) besideOthers(c *gin.Context) bool { return s.request(c).Visit.Account != "" }

// signedOut redirects after the session has ended. The notice says that the browser is signed out, that it is back in the account from which it
// had switched, or that its other accounts stay signed in.
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
	target := r.Visit.SafeTarget(s.afterSession(c))
	if r.Switched() && s.besideOthers(c) { // no user is signed in at the path of the account any more
		target = r.Visit.OuterAbsolute(target)
	}
	return r.Leave(target, reason.SessionEnded)
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
	v := s.voice(c)
	words := v.Text("signout.switched-unnamed")
	if account := s.accountOf(c, target); account != "" {
		words = v.Text("signout.switched", "account", account)
	}
	redirect, err := s.request(c).Switch(target, s.AccountsURL())
	switch {
	case err != nil:
		s.refused(c, s.AccountsURL(), err)
	case ginclerk.WantsJSON(c):
		s.json(c, http.StatusOK, switchedJSON{Object: "session_switch", SessionID: target, RedirectURL: s.tell(c, redirect)})
	default:
		s.request(c).SetFlash(serving.Flash{Kind: "success", Text: words})
		s.respond(c, toNotice(redirect))
	}
}

// accountOf names the account of a session on this browser, for a sentence. An action does not fail because the name is
// missing: it is empty then.
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
	return ""
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
	if !mayAsk(c, s.limits.switches) || s.refuseActor(c, s.AccountsURL(), target) {
		return
	}
	v := s.voice(c)
	account := cmp.Or(s.accountOf(c, target), v.Text("signout.another-account"))
	err := s.clerk.For(c).Sessions().RevokeForBrowser(c.Request.Context(), ginclerk.From(c).SessionID, target)
	if err != nil {
		s.refused(c, s.AccountsURL(), err)
		return
	}
	s.recordAccountSignOut(c, target)
	s.ended(c, target, s.AccountsURL(), v.Text("signout.account", "account", account))
}

// revoke ends one session of the user.
func (s *Site) revoke(c *gin.Context) {
	target, ok := s.target(c, s.DevicesURL())
	if !ok {
		return
	}
	auth, back := ginclerk.From(c), s.position(c)
	if target == auth.SessionID {
		s.signOut(c)
		return
	}
	if !mayAsk(c, s.limits.actions) {
		return
	}
	one, err := s.clerk.For(c).Sessions().Current(c.Request.Context(), auth.UserID, target)
	if err == nil && !s.mayEnd(auth, one) {
		s.refuseActing(c, back)
		return
	}
	if err == nil {
		err = s.clerk.For(c).Sessions().RevokeSession(c.Request.Context(), one)
	}
	if err != nil {
		s.refused(c, back, err)
		return
	}
	s.recordSignOut(c, target)
	s.ended(c, target, back, s.deviceEnded(c, &one))
}

// deviceEnded says that a device is signed out, and names it. A program is told no name.
func (s *Site) deviceEnded(c *gin.Context, one *session.Session) string {
	if ginclerk.WantsJSON(c) {
		return ""
	}
	v := s.voice(c)
	return v.Text("signout.device", "device", v.deviceNamed(one, s.deviceNames(c)[one.ID]))
}

// ended reports that a session has ended. The session is not that of the request.
func (s *Site) ended(c *gin.Context, sessionID, back, sentence string) {
	s.refuseFromNowOn(c, sessionID)
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, s.endedState(c, sessionID))
		return
	}
	s.done(c, back, "success", sentence+" "+s.takesEffect(c, false))
}

// refuseFromNowOn revokes a session that has ended. A session that ended elsewhere may still have a valid token, and this
// server must refuse it.
func (s *Site) refuseFromNowOn(c *gin.Context, sessionID string) {
	s.request(c).Ended.Remember(context.WithoutCancel(c.Request.Context()), sessionID)
}

// takesEffect says when every server of the application refuses what has ended: at once if they can be told, else when Clerk's tokens have
// expired. Elsewhere says that something else ended some of it, of which this application was not told.
func (s *Site) takesEffect(c *gin.Context, elsewhere bool) string {
	v := s.voice(c)
	switch {
	case !s.request(c).RevokesEverywhere():
		return v.Text("signout.soon")
	case elsewhere:
		return v.Text("signout.soon-elsewhere")
	default:
		return v.Text("signout.now")
	}
}
