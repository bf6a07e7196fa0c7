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

func wrongProof(v voice, state verifyState) string {
	if state.chosen().Strategy == reverify.StrategyPassword {
		return v.Text("verify.wrong-password")
	}
	return v.Text("verify.wrong-code")
}

func (s *Site) renderVerify(c *gin.Context, u stepUp, state verifyState) {
	if len(state.verification.Factors) == 0 {
		s.renderInstead(c, u, http.StatusOK, insteadOfProof)
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
	v, view := s.voice(c), s.verifyView(c, u)
	view.Why = v.Text("verify.lede")
	if state.verification.Second {
		view.Why = v.Text("verify.second")
	}
	view.Why = v.joined(view.Why, s.kept(c, u.returnTo, "forms.kept-confirm"))
	if state.notice != "" {
		view.Notice = templates.Notice{Kind: templates.NoticeError, Text: state.notice}
	}
	view.State, view.Choices = state.sealed, factorChoices(v, state)
	if state.factor != noFactor {
		view.Proof = proofOf(v, state.chosen(), strconv.Itoa(state.factor))
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
		Page:     s.Frame(c, s.voice(c).Text("verify.title")),
		ProofURL: s.link(c, u.at(s.base+pathProveFactor)), FactorURL: s.link(c, u.at(s.base+pathChooseFactor)),
		BackURL: s.link(c, s.options.HomeURL),
	}
}

// proofOf returns the input field for a factor.
func proofOf(v voice, f reverify.Factor, index string) templates.Proof {
	proof := templates.Proof{Factor: index, Label: v.Text("verify.code"), Digits: true}
	switch {
	case f.Strategy == reverify.StrategyPassword:
		proof.Label, proof.Password, proof.Digits = v.Text("verify.password"), true, false
	case f.Strategy == reverify.StrategyTOTP:
		proof.Hint = v.Text("verify.app-hint")
	case f.Strategy == reverify.StrategyBackupCode:
		proof.Label, proof.Digits = v.Text("verify.backup-code"), false
		proof.Hint = v.Text("verify.backup-hint")
	case f.SentTo == "":
		proof.Hint = v.Text("verify.sent-somewhere-hint")
	default:
		proof.Hint = v.Text("verify.sent-hint", "address", f.SentTo)
	}
	return proof
}

// factorChoices returns the other factors. A code that was sent can be sent again.
func factorChoices(v voice, state verifyState) []templates.FactorChoice {
	var choices []templates.FactorChoice
	for i, f := range state.verification.Factors {
		label := ""
		switch {
		case f.Sent() && i == state.factor:
			label = v.Text("verify.send-new")
		case f.Sent() && f.SentTo == "":
			label = v.Text("verify.send-somewhere")
		case f.Sent():
			label = v.Text("verify.send-to", "address", f.SentTo)
		case i == state.factor:
			continue
		case f.Strategy == reverify.StrategyPassword:
			label = v.Text("verify.use-password")
		case f.Strategy == reverify.StrategyTOTP:
			label = v.Text("verify.use-app")
		default:
			label = v.Text("verify.use-backup")
		}
		choices = append(choices, templates.FactorChoice{Label: label, Factor: strconv.Itoa(i)})
	}
	return choices
}

// instead says why a user has to sign in again in place of a proof.
type instead int

const (
	insteadOfProof   instead = iota // the browser's credential is not to be seen here, or the account has nothing to ask for
	insteadNotEnough                // what the user has just proved does not suffice
)

// renderInstead offers a new sign-in, which is a proof, too.
func (s *Site) renderInstead(c *gin.Context, u stepUp, status int, why instead) {
	v := s.voice(c)
	title, text := v.Text("again.title"), v.Text("again.instead")
	if why == insteadNotEnough {
		title, text = v.Text("again.not-enough-title"), v.Text("again.not-enough")
	}
	s.renderSignInAgain(c, status, templates.SignInAgainView{
		Page: s.Frame(c, title), Why: v.joined(text, s.kept(c, u.returnTo, "forms.kept-sign-in")),
		LeaveURL: s.link(c, s.signInAgainURL(c, u.returnTo)), BackURL: s.link(c, s.options.HomeURL),
	})
}
