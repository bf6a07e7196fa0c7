package ginclerk

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"

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
		k.states.Forget(targetSessionID)
		k.dropSelection(c)
		k.SyncBrowser(c, returnTo, reason.SessionSwitched)
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

// selectSession remembers another session of this browser, which has been checked, as the one that requests are taken for.
func (k *Clerk) selectSession(c *gin.Context, target session.Session) error {
	base := cmp.Or(From(c).baseSessionID, From(c).SessionID)
	if target.ID == base {
		k.dropSelection(c)
		return nil
	}
	cookie, err := k.selector.Select(k.visit(c), base, target)
	if err != nil {
		return err
	}
	k.warnInsecureOrigin(c)
	setCookie(c, cookie)
	return nil
}

func (k *Clerk) dropSelection(c *gin.Context) {
	setCookies(c, selection.Drop(k.visit(c)))
}

// leaveSelection tells a page that it is back at the browser's own account. Anything else is refused by the guards and leaves
// the cookie where it is: it came from a page of the other account, and until the person has been told, nothing that such a
// page sends may be done in this one's name.
func (k *Clerk) leaveSelection(c *gin.Context) {
	v := k.visit(c)
	if v.Prefetch {
		k.answerPrefetch(c) // a visit would be told
		return
	}
	if v.Kind != visit.Page || v.Request.Method == http.MethodHead || c.IsAborted() {
		return
	}
	k.dropSelection(c)
	k.SetFlash(c, Flash{Kind: "warning", Text: "The account that you had switched to is signed out. Nothing was done; you are back in your other account."})
	k.redirectTo(c, answer.InFront(k.visit(c)))
}

// LeaveSession ends a request whose session is over with a redirect to returnTo, a path of the application. A browser that
// had switched is back in its own account; any other forgets its cookies and goes through a handshake. A session that a bearer
// token named is not the browser's, whose cookies stay.
func (k *Clerk) LeaveSession(c *gin.Context, returnTo string, because authn.Reason) {
	k.leaveSession(c, k.SafeTarget(returnTo), because)
}

// leaveSession is LeaveSession with a target that is known to be safe.
func (k *Clerk) leaveSession(c *gin.Context, target string, because authn.Reason) {
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
	k.syncBrowser(c, target, because)
}

func (k *Clerk) seeOther(c *gin.Context, returnTo string) { k.redirectTo(c, k.SafeTarget(returnTo)) }
