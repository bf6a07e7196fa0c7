package ginclerk

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// StartVerification begins to prove once more who is signed in; see [reverify.Service.Start]. A browser that had switched without
// its credential has none for the session.
func (k *Clerk) StartVerification(c *gin.Context, level token.Level) (reverify.Verification, error) {
	return k.reverify.Start(c.Request.Context(), k.verifyingBrowser(c), From(c).SessionID, level)
}

// SendVerificationCode has Clerk send the code of a factor; see [reverify.Service.SendCode].
func (k *Clerk) SendVerificationCode(c *gin.Context, v reverify.Verification, factor reverify.Factor) (reverify.Verification, error) {
	return k.reverify.SendCode(c.Request.Context(), k.verifyingBrowser(c), From(c).SessionID, v, factor)
}

// AttemptVerification tries a password or a code; see [reverify.Service.Attempt]. When the verification is complete, end the request
// with [Clerk.FinishVerification].
func (k *Clerk) AttemptVerification(
	c *gin.Context, v reverify.Verification, factor reverify.Factor, proof string,
) (reverify.Verification, error) {
	return k.reverify.Attempt(c.Request.Context(), k.verifyingBrowser(c), From(c).SessionID, v, factor, proof)
}

// verifyingBrowser has a credential only if that is of the session that the request is for.
func (k *Clerk) verifyingBrowser(c *gin.Context) session.Browser {
	if From(c).Switched() {
		return session.Browser{}
	}
	return k.Browser(c)
}

// SealVerification returns a verification as text for a hidden field of a page, for the session of the request alone; see
// [reverify.Service.Seal].
func (k *Clerk) SealVerification(c *gin.Context, v reverify.Verification) (string, error) {
	return k.reverify.Seal(From(c).SessionID, v)
}

// OpenVerification is the opposite of [Clerk.SealVerification]. Its error is [reverify.ErrVerificationOver].
func (k *Clerk) OpenVerification(c *gin.Context, text string) (reverify.Verification, error) {
	return k.reverify.Open(From(c).SessionID, text)
}

// FinishVerification ends the request in which a verification became complete: the browser goes through a handshake, after
// which its token says so, and on to returnTo, which must be a safe target.
func (k *Clerk) FinishVerification(c *gin.Context, asked token.Reverification, returnTo string) {
	k.tokens.Forget(From(c).SessionID)
	value, life := k.reverify.Remember(From(c).SessionID, asked)
	setCookie(c, k.visit(c).KeepFor(visit.Verified, "", value, life))
	k.SyncBrowser(c, returnTo, reason.Reverification)
}

// AlreadyReverified reports whether this session has proved the same just now ([Clerk.FinishVerification]): to ask again would not
// help.
func (k *Clerk) AlreadyReverified(c *gin.Context, asked token.Reverification) bool {
	return k.reverify.AlreadyReverified(k.visit(c).Kept(visit.Verified, ""), From(c).SessionID, asked)
}
