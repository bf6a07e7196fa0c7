package pages

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// maxForm is more than any form of these pages needs.
const maxForm = 8 << 10

// sessionField is the form's field that names a session.
const sessionField = "session_id"

// signOut ends the session of this browser.
func (s *Site) signOut(c *gin.Context) {
	auth := ginclerk.From(c)
	err := s.guards.For(c).Sessions().Revoke(c.Request.Context(), auth.UserID, auth.SessionID)
	if err != nil && !errors.Is(err, session.ErrNotFound) {
		s.refused(c, s.SessionURL(), err)
		return
	}
	s.signedOut(c, "You are signed out here.")
}

// signOutEverywhere ends all sessions of the user, this one last.
func (s *Site) signOutEverywhere(c *gin.Context) {
	auth := ginclerk.From(c)
	result, err := s.guards.For(c).Sessions().RevokeAll(c.Request.Context(), auth.UserID, auth.SessionID)
	if err == nil && result.Complete() {
		s.signedOut(c, "You are signed out on all devices. Ended: "+count(len(result.Revoked), "session")+".")
		return
	}
	if err != nil {
		_ = c.Error(err)
	}
	s.done(c, s.DevicesURL(), "error", "Not every session could be ended, so you are still signed in here. Ended: "+
		count(len(result.Revoked), "session")+". Please try again.")
}

// signedOut leaves the browser signed out: its cookies here dropped, the rest by a handshake.
func (s *Site) signedOut(c *gin.Context, text string) {
	s.guards.For(c).SetFlash(c, ginclerk.Flash{Kind: "success", Text: text})
	s.guards.For(c).ForgetSession(c)
	s.guards.For(c).SyncBrowser(c, s.options.HomeURL, ginclerk.ReasonSessionEnded)
}

// switchAccount makes another account of this browser the current one.
func (s *Site) switchAccount(c *gin.Context) {
	target, ok := s.target(c, s.AccountsURL())
	if !ok {
		return
	}
	err := s.guards.For(c).Sessions().Switch(c.Request.Context(), s.guards.For(c).Browser(c), ginclerk.From(c).SessionID, target)
	if err != nil {
		s.refused(c, s.AccountsURL(), err)
		return
	}
	s.guards.For(c).SetFlash(c, ginclerk.Flash{Kind: "success", Text: "You switched to " + s.accountOf(c, target) + "."})
	s.guards.For(c).SyncBrowser(c, s.AccountsURL(), ginclerk.ReasonSessionSwitched)
}

// accountOf names the account of a session on this browser, for a sentence. A name is not worth failing for.
func (s *Site) accountOf(c *gin.Context, sessionID string) string {
	accounts, err := s.guards.For(c).Sessions().ForBrowser(c.Request.Context(), sessionID)
	if err != nil {
		_ = c.Error(err)
		return "another account"
	}
	for _, account := range accounts {
		if account.Current {
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
	err := s.guards.For(c).Sessions().RevokeForBrowser(c.Request.Context(), ginclerk.From(c).SessionID, target)
	if err != nil {
		s.refused(c, s.AccountsURL(), err)
		return
	}
	s.done(c, s.AccountsURL(), "success", "The account is signed out on this browser.")
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
	if err := s.guards.For(c).Sessions().Revoke(c.Request.Context(), auth.UserID, target); err != nil {
		s.refused(c, s.DevicesURL(), err)
		return
	}
	s.done(c, s.DevicesURL(), "success", "The device is signed out.")
}

// target reads the session that the form names; what the form may do with it is the session service's to check.
func (s *Site) target(c *gin.Context, back string) (string, bool) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	if err := c.Request.ParseForm(); err != nil || c.Request.PostForm.Get(sessionField) == "" {
		s.done(c, back, "error", "The form did not say which session. Nothing was done.")
		return "", false
	}
	return c.Request.PostForm.Get(sessionField), true
}

// refused tells on the page why nothing was done.
func (s *Site) refused(c *gin.Context, back string, err error) {
	text := "Clerk can’t be reached right now, so nothing was done. Please try again in a few seconds."
	switch {
	case errors.Is(err, session.ErrNotFound):
		text = "There is no such session here; it may have ended already. Nothing was done."
	case errors.Is(err, session.ErrNotActive):
		text = "That session is not active any more. Nothing was done."
	case errors.Is(err, session.ErrNoCredential):
		text = "This browser can’t switch accounts here. Sign in with the other account instead."
	default:
		_ = c.Error(err)
	}
	s.done(c, back, "error", text)
}

// done ends an action with a redirect to a page that tells the result.
func (s *Site) done(c *gin.Context, target, kind, text string) {
	s.guards.For(c).SetFlash(c, ginclerk.Flash{Kind: kind, Text: text})
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, target)
	c.Abort()
}
