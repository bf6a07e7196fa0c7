package ginclerk

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// SwitchSession makes another active session of this browser the current one and ends the request with a redirect to
// returnTo, a path of the application. It needs no JavaScript, and lasts: through expired tokens, handshakes and restarts of
// the application.
//
// Where the application sees the browser's credential for the Frontend API (the dev browser of a development instance, the
// __client cookie behind [Config.ProxyURL]), Clerk makes the session the current one, and clerk-js agrees. Elsewhere a sealed
// cookie selects it: this application takes the browser's requests for that session, as long as Clerk says that it is active
// and of the same browser, while clerk-js goes on with the browser's own.
//
// Errors are those of [session.Service.Switch], except that a missing credential is none. Nothing is written with one.
func (k *Clerk) SwitchSession(c *gin.Context, targetSessionID, returnTo string) error {
	ctx, current := c.Request.Context(), From(c).SessionID
	err := k.sessions.Switch(ctx, k.Browser(c), current, targetSessionID)
	if err == nil {
		k.states.forget(targetSessionID)
		k.dropSelection(c)
		k.SyncBrowser(c, returnTo, ReasonSessionSwitched)
		return nil
	}
	if !errors.Is(err, session.ErrNoCredential) {
		return err
	}
	target, err := k.sessions.Switchable(ctx, current, targetSessionID)
	if err != nil {
		return err
	}
	if err := k.selectSession(c, target); err != nil {
		return err
	}
	k.seeOther(c, returnTo)
	return nil
}

// LeaveSession ends a request whose session is over with a redirect to returnTo, a path of the application. A browser that
// had switched is back in its own account; any other forgets its cookies and goes through a handshake. A session that a bearer
// token named is not the browser's, whose cookies stay.
func (k *Clerk) LeaveSession(c *gin.Context, returnTo string, reason authn.Reason) {
	k.leaveSession(c, k.SafeTarget(returnTo), reason)
}

// leaveSession is LeaveSession with a target that is known to be safe.
func (k *Clerk) leaveSession(c *gin.Context, target string, reason authn.Reason) {
	if From(c).carrier == authn.CarrierHeader {
		k.redirectTo(c, target)
		return
	}
	k.dropSelection(c)
	if From(c).Switched() {
		k.redirectTo(c, target)
		return
	}
	k.ForgetSession(c)
	k.syncBrowser(c, target, reason)
}

func (k *Clerk) seeOther(c *gin.Context, returnTo string) { k.redirectTo(c, k.SafeTarget(returnTo)) }

// redirectTo ends the request with a redirect to a target that is known to be safe.
func (k *Clerk) redirectTo(c *gin.Context, target string) {
	if k.begun(c) {
		return
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, k.visit(c).Link(target))
	c.Abort()
}
