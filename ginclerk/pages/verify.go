package pages

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Form fields of the verification page.
const (
	verificationField = "verification"
	factorField       = "factor"
	proofField        = "proof"
)

// showVerify begins a verification at Clerk and asks for the first proof.
func (s *Site) showVerify(c *gin.Context) {
	if s.refuseProof(c) {
		return
	}
	u := s.readStepUp(c)
	if c.Request.Method == http.MethodHead {
		c.Status(http.StatusOK) // HEAD begins no verification
		return
	}
	if visit.IsPrefetch(c.Request) { // A prefetch begins none, either: a new verification ends the one before it.
		c.Header("Cache-Control", "no-store")
		c.AbortWithStatus(http.StatusServiceUnavailable)
		return
	}
	if s.request(c).AlreadyReverified(u.asked) {
		s.renderInstead(c, u, http.StatusForbidden, insteadNotEnough)
		return
	}
	v, err := s.request(c).StartVerification(u.asked.Level)
	switch {
	case err != nil:
		s.verifyNotBegun(c, u, err)
	case v.Complete:
		s.respond(c, s.request(c).FinishVerification(u.asked, u.returnTo))
	default:
		s.renderVerify(c, u, verifyState{verification: v, factor: firstFactor(v)})
	}
}

// firstFactor returns the factor that the page can ask for at once, or noFactor.
func firstFactor(v reverify.Verification) int {
	if len(v.Factors) > 0 && !v.Factors[0].Sent() {
		return 0
	}
	return noFactor
}

// noFactor means that the user has to choose a factor.
const noFactor = -1

// verifyForm returns the handler of a form of the verification page. It reads the state that the page carried, and takes one step.
func (s *Site) verifyForm(step func(*gin.Context, stepUp, verifyState)) gin.HandlerFunc {
	return func(c *gin.Context) {
		if s.refuseProof(c) {
			return
		}
		u := s.readStepUp(c)
		if state, ok := s.readVerifyForm(c, u); ok {
			step(c, u, state)
		}
	}
}

// chooseFactor asks for another factor. Clerk sends the code if the factor has one.
func (s *Site) chooseFactor(c *gin.Context, u stepUp, state verifyState) {
	if factor := state.chosen(); factor.Sent() {
		v, err := s.request(c).SendVerificationCode(state.verification, factor)
		if err != nil {
			state.factor = firstFactor(state.verification)
			s.verifyRefused(c, u, state, err)
			return
		}
		if v.Second != state.verification.Second || v.Complete {
			s.verifyStep(c, u, v)
			return
		}
	}
	s.renderVerify(c, u, state)
}

// proveFactor checks a password or a code with Clerk.
func (s *Site) proveFactor(c *gin.Context, u stepUp, state verifyState) {
	factor := state.chosen()
	proof := c.Request.PostForm.Get(proofField)
	if factor.Strategy != reverify.StrategyPassword {
		proof = strings.Join(strings.Fields(proof), "") // people copy codes with blanks
	}
	if proof == "" {
		state.wrong = s.voice(c).Text("verify.nothing-entered")
		s.renderVerify(c, u, state)
		return
	}
	v, err := s.request(c).AttemptVerification(state.verification, factor, proof)
	if err != nil {
		s.verifyRefused(c, u, state, err)
		return
	}
	s.verifyStep(c, u, v)
}

// verifyStep continues after a correct proof.
func (s *Site) verifyStep(c *gin.Context, u stepUp, v reverify.Verification) {
	if v.Complete {
		s.respond(c, s.request(c).FinishVerification(u.asked, u.returnTo))
		return
	}
	s.renderVerify(c, u, verifyState{verification: v, factor: firstFactor(v)})
}

// readVerifyForm reads the state that the page carried. The state is valid for this session alone.
func (s *Site) readVerifyForm(c *gin.Context, u stepUp) (verifyState, bool) {
	form, ok := formOf(c)
	if ok {
		v, err := s.request(c).OpenVerification(form.Get(verificationField))
		i, wrong := strconv.Atoi(form.Get(factorField))
		if err == nil && wrong == nil && i >= 0 && i < len(v.Factors) {
			return verifyState{verification: v, sealed: form.Get(verificationField), factor: i}, true
		}
	}
	s.verifyAnew(c, u)
	return verifyState{}, false
}

// verifyAnew begins another verification.
func (s *Site) verifyAnew(c *gin.Context, u stepUp) {
	s.done(c, u.at(s.VerifyURL()), "warning", s.voice(c).Text("verify.over"))
}

// verifyNotBegun answers after a verification could not begin.
func (s *Site) verifyNotBegun(c *gin.Context, u stepUp, err error) {
	switch {
	case errors.Is(err, session.ErrNoCredential):
		s.renderInstead(c, u, http.StatusOK, insteadOfProof)
	case errors.Is(err, reverify.ErrAccountLocked), errors.Is(err, reverify.ErrTooManyAttempts):
		s.clerk.For(c).Answer(c, ginclerk.ProblemFor(err))
	case errors.Is(err, reverify.ErrVerificationOver), errors.Is(err, reverify.ErrProofIncorrect):
		_ = c.Error(err)
		s.renderInstead(c, u, http.StatusOK, insteadOfProof)
	default:
		s.failed(c, err)
	}
}

// verifyRefused says what was wrong with a proof, and asks again if another try can succeed.
func (s *Site) verifyRefused(c *gin.Context, u stepUp, state verifyState, err error) {
	switch {
	case errors.Is(err, reverify.ErrProofIncorrect):
		state.wrong = wrongProof(s.voice(c), state)
		s.renderVerify(c, u, state)
	case errors.Is(err, reverify.ErrCodeOver):
		state.factor, state.notice = noFactor, s.voice(c).Text("verify.code-over")
		s.renderVerify(c, u, state)
	case errors.Is(err, reverify.ErrVerificationOver):
		s.verifyAnew(c, u)
	case errors.Is(err, session.ErrNoCredential), errors.Is(err, reverify.ErrAccountLocked):
		s.verifyNotBegun(c, u, err)
	case errors.Is(err, reverify.ErrTooManyAttempts):
		state.status, state.notice = http.StatusTooManyRequests, s.waitText(c, "verify.too-many", ginclerk.ProblemFor(err))
		s.renderVerify(c, u, state)
	default:
		_ = c.Error(err)
		state.status, state.notice = http.StatusServiceUnavailable, s.waitText(c, "verify.unavailable", ginclerk.Unavailable(err))
		s.renderVerify(c, u, state)
	}
}

// waitText says when to try again: in a sentence, and in Retry-After for programs.
func (s *Site) waitText(c *gin.Context, key string, p ginclerk.Problem) string {
	v := s.voice(c)
	c.Header("Retry-After", strconv.FormatInt(answer.WholeSeconds(p.RetryAfter), 10))
	return v.Text(key, "duration", v.Duration(p.RetryAfter))
}
