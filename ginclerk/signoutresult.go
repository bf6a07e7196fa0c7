package ginclerk

import (
	"encoding/json"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

// A job that signs out everywhere ends, last of all, the session that started it. The browser remembers the job in a sealed
// cookie, so that it can still be told how that went.
const signOutPurpose sealed.Purpose = "sign-out"

type rememberedSignOut struct {
	UserID string `json:"u"`
	JobID  string `json:"j"`
}

// RememberSignOut has the browser remember a job of [Clerk.SignOuts], for an hour, in a sealed cookie that scripts can't
// read. It is for jobs that may end the session of the request.
func (k *Clerk) RememberSignOut(c *gin.Context, userID, jobID string) {
	until := k.now().Add(visit.SignOut.Life())
	raw, err := json.Marshal(rememberedSignOut{UserID: userID, JobID: jobID})
	if err != nil {
		return // two strings always marshal
	}
	value, err := k.keyring.Seal(signOutPurpose, raw, until, k.instanceBinding())
	if err != nil {
		k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: a job could not be sealed", "error", err.Error())
		return
	}
	k.warnInsecureOrigin(c)
	setCookie(c, k.visit(c).Keep(visit.SignOut, "", value))
}

// RememberedSignOut returns the user whose job the browser remembers under that id, and whether it does. That signs nobody
// in: it is enough to show how many sessions have ended, and for nothing else. Who shows it tells why the session is over,
// so the sign-in page doesn't any more.
func (k *Clerk) RememberedSignOut(c *gin.Context, jobID string) (userID string, found bool) {
	raw, err := k.keyring.Open(signOutPurpose, k.visit(c).Kept(visit.SignOut, ""), k.instanceBinding())
	var remembered rememberedSignOut
	if err != nil || json.Unmarshal(raw, &remembered) != nil || remembered.JobID != jobID {
		return "", false
	}
	if !From(c).SignedIn() {
		if ended, told := answer.TakeSessionEnded(k.visit(c)); told {
			setCookie(c, ended)
		}
	}
	return remembered.UserID, true
}
