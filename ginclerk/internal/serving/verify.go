package serving

import (
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// StartVerification begins to prove once more who is signed in; see [reverify.Service.Start].
func (r *Request) StartVerification(level token.Level) (reverify.Verification, error) {
	return r.Reverify.Start(r.context(), r.verifyingBrowser(), r.SessionID, level)
}

// SendVerificationCode has Clerk send the code of a factor; see [reverify.Service.SendCode].
func (r *Request) SendVerificationCode(v reverify.Verification, factor reverify.Factor) (reverify.Verification, error) {
	return r.Reverify.SendCode(r.context(), r.verifyingBrowser(), r.SessionID, v, factor)
}

// AttemptVerification tries a password or a code; see [reverify.Service.Attempt].
func (r *Request) AttemptVerification(v reverify.Verification, factor reverify.Factor, proof string) (reverify.Verification, error) {
	return r.Reverify.Attempt(r.context(), r.verifyingBrowser(), r.SessionID, v, factor, proof)
}

// verifyingBrowser has a credential only if that is of the session that the request is for: one that has switched without its
// credential has none.
func (r *Request) verifyingBrowser() session.Browser {
	if r.Switched() {
		return session.Browser{}
	}
	return r.Browser()
}

// SealVerification returns a verification as text for a hidden field of a page, for the session of the request alone.
func (r *Request) SealVerification(v reverify.Verification) (string, error) {
	return r.Reverify.Seal(r.SessionID, v)
}

// OpenVerification is the opposite of [Request.SealVerification]. Its error is [reverify.ErrVerificationOver].
func (r *Request) OpenVerification(text string) (reverify.Verification, error) {
	return r.Reverify.Open(r.SessionID, text)
}

// FinishVerification is the redirect of the request in which a verification became complete: the browser goes through a handshake, after
// which its token says so, and on to target, or to "/" where that is not safe.
func (r *Request) FinishVerification(asked token.Reverification, target string) answer.Response {
	r.Tokens.Forget(r.SessionID)
	value, life := r.Reverify.Remember(r.SessionID, asked)
	return r.Sync(r.Visit.SafeTarget(target), reason.Reverification, r.Visit.KeepFor(visit.Verified, "", value, life))
}

// AlreadyReverified reports whether this session has proved the same just now: to ask again would not help.
func (r *Request) AlreadyReverified(asked token.Reverification) bool {
	return r.Reverify.AlreadyReverified(r.Visit.Kept(visit.Verified, ""), r.SessionID, asked)
}
