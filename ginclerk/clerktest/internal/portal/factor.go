package portal

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// waiting is the handler for a browser whose sign-in waits for a factor. Others begin at the sign-in page.
func (p *portal) waiting(status string, h func(*visit, *world.SignIn) (answer, error)) handler {
	return func(v *visit) (answer, error) {
		attempt := v.attempt(status)
		if attempt == nil {
			return v.to(p.SignInPath), nil
		}
		return h(v, attempt)
	}
}

func (p *portal) askPassword(v *visit, attempt *world.SignIn) (answer, error) {
	return p.passwordPage(v, attempt, nil), nil
}

func (p *portal) postPassword(v *visit, attempt *world.SignIn) (answer, error) {
	s, err := p.World.AttemptFirstFactor(attempt, world.StrategyPassword, v.form.Get("password"), v.activity())
	return tried(err, func(problem *apierr.Error) answer { return p.passwordPage(v, attempt, problem) }, func() (answer, error) { return p.next(v, s) })
}

func (p *portal) passwordPage(v *visit, attempt *world.SignIn, problem *apierr.Error) answer {
	page := view{
		Heading: v.say("portal.enter-password"), Lead: v.say("portal.as", "account", attempt.Identifier),
		Form: &form{Action: v.link(p.SignInPath + "/factor-one"), Submit: v.say("portal.sign-in"), Fields: []field{
			{Name: "identifier", Type: "email", Value: attempt.Identifier, Autocomplete: "username", Hidden: true},
			{
				Name: "password", Label: v.say("portal.password"), Type: "password", Autocomplete: "current-password",
				Required: true, Autofocus: true,
			},
		}},
		Alternative: &form{Action: v.link(p.SignInPath + "/factor-one/email-code"), Submit: v.say("portal.code-instead")},
		Links:       []link{{Text: v.say("portal.other-email"), URL: v.link(p.SignInPath + "/add-account")}},
		Seeded:      p.seeded,
	}
	return show(page, problem)
}

func (p *portal) askCode(v *visit) (answer, error) {
	attempt := v.attempt(world.StatusNeedsFirstFactor)
	if attempt == nil || !attempt.FirstFactor.Pending() {
		return v.to(p.SignInPath + "/factor-one"), nil
	}
	return p.codePage(v, attempt, nil), nil
}

// postCode sends a code if the form has none, and else tries the form's code.
func (p *portal) postCode(v *visit, attempt *world.SignIn) (answer, error) {
	if !v.form.Has("code") {
		return p.sendCode(v, attempt)
	}
	s, err := p.World.AttemptFirstFactor(attempt, world.StrategyEmailCode, v.form.Get("code"), v.activity())
	return tried(err, func(problem *apierr.Error) answer { return p.codePage(v, attempt, problem) }, func() (answer, error) { return p.next(v, s) })
}

func (p *portal) sendCode(v *visit, attempt *world.SignIn) (answer, error) {
	if err := p.World.PrepareCode(attempt, world.StrategyEmailCode); err != nil {
		return answer{}, err
	}
	return v.to(p.SignInPath + "/factor-one/email-code"), nil
}

func (p *portal) codePage(v *visit, attempt *world.SignIn, problem *apierr.Error) answer {
	action := v.link(p.SignInPath + "/factor-one/email-code")
	page := view{
		Heading: v.say("portal.code-title"), Lead: v.say("portal.for", "account", attempt.Identifier),
		Form:        &form{Action: action, Submit: v.say("portal.sign-in"), Fields: []field{v.codeField()}},
		Alternative: &form{Action: action, Submit: v.say("portal.new-code")},
		Links:       []link{{Text: v.say("portal.other-email"), URL: v.link(p.SignInPath + "/add-account")}},
	}
	if attempt.User.PasswordEnabled() {
		page.Links = append([]link{{Text: v.say("portal.use-password"), URL: v.link(p.SignInPath + "/factor-one")}}, page.Links...)
	}
	return show(page, problem)
}

func (v *visit) codeField() field {
	return field{
		Name: "code", Label: v.say("portal.code"), Type: "text", Autocomplete: "one-time-code", InputMode: "numeric", Required: true, Autofocus: true,
		Hint: v.say("portal.code-hint", "code", world.TestCode),
	}
}
