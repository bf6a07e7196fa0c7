package ginclerk

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// SessionEnded answers a request whose token is still good but whose session Clerk no longer knows, or says is over. The
// session is refused from now on; a page goes through a handshake to sign-in, which is told why, and an API gets 401.
func (k *Clerk) SessionEnded(c *gin.Context) {
	k.remember(c.Request.Context(), From(c).SessionID)
	if kindOf(c) != visit.Page {
		k.Answer(c, problemSignedOut(reason.SessionEnded))
		return
	}
	if !From(c).Switched() {
		k.rememberSessionEnded(c)
	}
	k.leaveSession(c, k.pageInFront(c), reason.SessionEnded)
}

// rememberSessionEnded has the browser remember that its session was ended elsewhere, so that the sign-in page can say so although a
// handshake lies between.
func (k *Clerk) rememberSessionEnded(c *gin.Context) {
	setCookie(c, k.visit(c).Keep(visit.SessionEnded, "", "1"))
}

// takeSessionEnded reports whether the session was ended elsewhere, once.
func (k *Clerk) takeSessionEnded(c *gin.Context) bool {
	v := k.visit(c)
	if v.Kept(visit.SessionEnded, "") == "" {
		return false
	}
	setCookie(c, v.Drop(visit.SessionEnded, ""))
	return true
}
