package pages

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/templates"
)

// verifyState is a verification as one page shows it.
type verifyState struct {
	verification reverify.Verification
	sealed       string // the sealed state for the next form; empty before it is sealed
	factor       int    // the factor that the page asks for; noFactor: the user has to choose
	status       int    // of the response; 0 means 200, or 422 after a wrong proof
	wrong        string // about the last proof
	notice       string // about everything else
}

func (v verifyState) chosen() reverify.Factor {
	if v.factor == noFactor {
		return reverify.Factor{}
	}
	return v.verification.Factors[v.factor]
}

func (v verifyState) incorrect() string {
	if v.chosen().Strategy == reverify.StrategyPassword {
		return "The password is not right."
	}
	return "The code is not right."
}

func (s *Site) renderVerify(c *gin.Context, u stepUp, state verifyState) {
	if len(state.verification.Factors) == 0 {
		s.renderVerifyProblem(c, u, http.StatusOK, problemNoFactor)
		return
	}
	if state.sealed == "" {
		var err error
		if state.sealed, err = s.request(c).SealVerification(state.verification); err != nil {
			_ = c.Error(err)
			s.clerk.For(c).Answer(c, ginclerk.Unavailable(err))
			return
		}
	}
	view := s.verifyView(c, u)
	view.Why = "This part of " + s.options.AppName + " asks for it. You stay signed in either way."
	if state.verification.Second {
		view.Why = "One more step: your second factor."
	}
	if state.notice != "" {
		view.Notice = templates.Notice{Kind: templates.NoticeError, Text: state.notice}
	}
	view.State, view.Choices = state.sealed, state.choices()
	if state.factor != noFactor {
		view.Proof = proofOf(state.chosen(), strconv.Itoa(state.factor))
		_, view.Proof.Username = person(ginclerk.From(c))
		view.Proof.Error = state.wrong
	}
	s.Render(c, state.statusCode(), s.options.Templates.Verify(view))
}

func (v verifyState) statusCode() int {
	if v.wrong != "" {
		return http.StatusUnprocessableEntity
	}
	return cmp.Or(v.status, http.StatusOK)
}

func (s *Site) verifyView(c *gin.Context, u stepUp) templates.VerifyView {
	return templates.VerifyView{
		Page:     s.Frame(c, "Verify it’s you"),
		ProofURL: s.link(c, u.at(s.base+pathProveFactor)), FactorURL: s.link(c, u.at(s.base+pathChooseFactor)),
		BackURL: s.link(c, s.options.HomeURL),
	}
}

// proofOf returns the input field for a factor.
func proofOf(f reverify.Factor, index string) templates.Proof {
	proof := templates.Proof{Factor: index, Label: "Code", Digits: true}
	switch f.Strategy {
	case reverify.StrategyPassword:
		proof.Label, proof.Password, proof.Digits = "Your password", true, false
	case reverify.StrategyTOTP:
		proof.Hint = "The code that your authenticator app shows right now."
	case reverify.StrategyBackupCode:
		proof.Label, proof.Digits = "Backup code", false
		proof.Hint = "One of the codes that you kept for this. Each is good once."
	default:
		proof.Hint = "We sent it to " + cmp.Or(f.SentTo, "you") + ". It may take a minute."
	}
	return proof
}

// choices returns the other factors. A code that was sent can be sent again.
func (v verifyState) choices() []templates.FactorChoice {
	var choices []templates.FactorChoice
	for i, f := range v.verification.Factors {
		label := ""
		switch {
		case f.Sent() && i == v.factor:
			label = "Send a new code"
		case f.Sent():
			label = "Send a code to " + cmp.Or(f.SentTo, "me")
		case i == v.factor:
			continue
		case f.Strategy == reverify.StrategyPassword:
			label = "Use your password"
		case f.Strategy == reverify.StrategyTOTP:
			label = "Use your authenticator app"
		default:
			label = "Use a backup code"
		}
		choices = append(choices, templates.FactorChoice{Label: label, Factor: strconv.Itoa(i)})
	}
	return choices
}

// verifyProblem says why the page can't verify the user.
type verifyProblem int

const (
	problemNoCredential verifyProblem = iota
	problemNoFactor
	problemNotEnough
	problemLocked
	problemTooMany
)

// words says what happened and what to do.
func (p verifyProblem) words() (problem, todo string) {
	switch p {
	case problemNoCredential:
		return "This can’t be done on this page",
			"This site can’t speak to Clerk for your browser, so it can’t check a password or a code itself. Sign in again instead: that proves it, too."
	case problemNotEnough:
		return "You verified, but it is not enough",
			"You have just proved that it is you, and the page you were going to still asks. It may need a factor that this account does not have, such as a password or a second factor. Add one to your account, or sign in again."
	case problemLocked:
		return "Your account is locked",
			"There were too many wrong passwords or codes, or an administrator locked it. Wait an hour and try again, or ask for help."
	case problemTooMany:
		return "Too many attempts", "Wait a little, then try again."
	case problemNoFactor:
	}
	return "There is nothing to verify with here",
		"This account has no password and no code that this page could ask for. Sign in again instead: that proves it, too."
}

func (s *Site) renderVerifyProblem(c *gin.Context, u stepUp, status int, p verifyProblem) {
	view := s.verifyView(c, u)
	view.Problem, view.Todo = p.words()
	if p != problemLocked && p != problemTooMany {
		view.SignInAgainURL = s.link(c, s.signInAgainURL(c, u.returnTo))
	}
	s.Render(c, status, s.options.Templates.Verify(view))
}
