package ginclerk

import (
	"github.com/gin-gonic/gin"
)

// SessionEnded answers a request whose token is still good but whose session Clerk no longer knows, or says is over. The
// session is refused from now on; a page goes through a handshake to sign-in, which is told why, and an API gets 401.
func (k *Clerk) SessionEnded(c *gin.Context) {
	k.remember(c.Request.Context(), From(c).SessionID)
	if kindOf(c) != kindPage {
		k.Answer(c, problemSignedOut(ReasonSessionEnded))
		return
	}
	if !From(c).Switched() {
		k.setSessionEnded(c, sessionEndedSeconds)
	}
	k.leaveSession(c, k.pageInFront(c), ReasonSessionEnded)
}

// The browser remembers for a minute that its session was ended elsewhere, so that the sign-in page can say so although a
// handshake lies between.
const (
	sessionEndedCookie  = "__ginclerk_session_ended"
	sessionEndedSeconds = 60
)

func (k *Clerk) setSessionEnded(c *gin.Context, maxAge int) {
	k.setPlainCookie(c, sessionEndedCookie, "1", maxAge)
}

// takeSessionEnded reports whether the session was ended elsewhere, once.
func (k *Clerk) takeSessionEnded(c *gin.Context) bool {
	if cookie(c.Request, sessionEndedCookie) == "" {
		return false
	}
	k.setSessionEnded(c, -1)
	return true
}
