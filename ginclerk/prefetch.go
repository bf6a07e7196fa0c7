package ginclerk

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"
)

// A prefetch is no visit. It is sent to no handshake and to no sign-in, renews no token, keeps no form, and no cookie of ours
// is set for it: its response may never be looked at. Where only a visit could tell who it is, the answer is an error, which
// browsers discard, so that they ask again when somebody does visit.

// answerPrefetch answers a prefetch of which a visit alone could tell who it is.
func (k *Clerk) answerPrefetch(c *gin.Context) { k.answer(c, problemPrefetch) }

// problemPrefetch is 503 without Retry-After: so a server declines one prefetch, and not those of its other pages.
func problemPrefetch() Problem {
	return Problem{
		Status: http.StatusServiceUnavailable,
		Error:  "Not prefetched",
		Detail: "This page was asked for before anybody opened it. Who is signed in can be told when it is opened.",
		Remedy: "Open the page.",
		Reason: reason.Prefetch,
	}
}
