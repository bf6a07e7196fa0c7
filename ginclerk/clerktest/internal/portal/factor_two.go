package portal

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// secondFactor asks for one kind of second factor, on its own path.
type secondFactor struct {
	*portal
	strategy, path string
}

// factors are the ways to verify a second factor. The first factor leads to the first of them.
func (p *portal) factors() []secondFactor {
	return []secondFactor{
		{p, world.StrategyTOTP, p.SignInPath + "/factor-two"},
		{p, world.StrategyBackupCode, p.SignInPath + "/factor-two/backup-code"},
	}
}

// next returns the page after a first factor: the second factor if the sign-in has no session yet.
func (p *portal) next(v *visit, s *world.Session) (answer, error) {
	if s == nil {
		return v.to(p.factors()[0].path), nil
	}
	return p.arrive(v, s)
}

func (f secondFactor) ask(v *visit, attempt *world.SignIn) (answer, error) {
	return f.codePage(v, attempt, nil), nil
}

func (f secondFactor) post(v *visit, attempt *world.SignIn) (answer, error) {
	s, err := f.World.AttemptSecondFactor(attempt, f.strategy, v.form.Get("code"), v.activity())
	return tried(err, func(problem *apierr.Error) answer { return f.codePage(v, attempt, problem) }, func() (answer, error) { return f.arrive(v, s) })
}

func (f secondFactor) codePage(v *visit, attempt *world.SignIn, problem *apierr.Error) answer {
	other := f.factors()[1]
	text := v.say("portal.use-backup-code")
	page := view{Heading: v.say("portal.authenticator"), Lead: v.say("portal.for", "account", attempt.Identifier)}
	code := v.codeField()
	code.Hint = v.say("portal.authenticator-hint", "code", world.TestCode)
	if f.strategy == world.StrategyBackupCode {
		page.Heading, code.Label = v.say("portal.enter-backup-code"), v.say("portal.backup-code")
		code.Hint, code.InputMode = v.say("portal.backup-code-hint"), ""
		other, text = f.factors()[0], v.say("portal.use-app")
	}
	page.Form = &form{Action: v.link(f.path), Submit: v.say("portal.sign-in"), Fields: []field{code}}
	page.Links = []link{
		{Text: text, URL: v.link(other.path)},
		{Text: v.say("portal.other-email"), URL: v.link(f.SignInPath + "/add-account")},
	}
	return show(page, problem)
}
