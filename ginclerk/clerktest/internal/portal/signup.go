package portal

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// signUp is the sign-up under one of its two paths: the sign-up path itself, and /create below the sign-in path.
type signUp struct {
	*portal
	base string
}

func (s signUp) ask(v *visit) (answer, error) { return s.formPage(v, nil), nil }

func (s signUp) post(v *visit) (answer, error) {
	field := func(name string) *string {
		value := v.form.Get(name)
		return &value
	}
	fields := world.SignUpFields{
		FirstName: field("first_name"), LastName: field("last_name"), Email: field("email_address"), Password: field("password"),
	}
	attempt, err := s.World.NewSignUp(v.client(), fields)
	if err == nil {
		err = s.World.PrepareSignUpCode(attempt, world.StrategyEmailCode)
	}
	return tried(err, func(problem *apierr.Error) answer { return s.formPage(v, problem) }, func() (answer, error) {
		return v.to(s.base + "/verify-email-address"), nil
	})
}

// formPage keeps the entered values, except for the password.
func (s signUp) formPage(v *visit, problem *apierr.Error) answer {
	page := view{
		Heading: v.say("portal.sign-up"), Lead: v.say("portal.continue-to", "application", s.ApplicationName),
		Form: &form{Action: v.link(s.base), Submit: v.say("portal.continue"), Fields: []field{
			{
				Name: "first_name", Label: v.say("portal.first-name"), Type: "text", Value: v.form.Get("first_name"),
				Autocomplete: "given-name", Autofocus: true,
			},
			{Name: "last_name", Label: v.say("portal.last-name"), Type: "text", Value: v.form.Get("last_name"), Autocomplete: "family-name"},
			{
				Name: "email_address", Label: v.say("portal.email"), Type: "email", Value: v.form.Get("email_address"),
				Autocomplete: "username", Required: true,
			},
			{
				Name: "password", Label: v.say("portal.password"), Type: "password", Autocomplete: "new-password", Required: true,
				Hint: v.say("portal.password-hint"),
			},
		}},
		Links: []link{{Text: v.say("portal.have-account"), URL: v.link(s.SignInPath)}},
	}
	return v.show(page, problem)
}

func (s signUp) askCode(v *visit) (answer, error) {
	attempt := s.attempt(v)
	if attempt == nil {
		return v.to(s.base), nil
	}
	return s.codePage(v, attempt, nil), nil
}

// postCode sends a new code if the form has none, and else tries the form's code.
func (s signUp) postCode(v *visit) (answer, error) {
	attempt := s.attempt(v)
	if attempt == nil {
		return v.to(s.base), nil
	}
	if !v.form.Has("code") {
		if err := s.World.PrepareSignUpCode(attempt, world.StrategyEmailCode); err != nil {
			return answer{}, err
		}
		return v.to(s.base + "/verify-email-address"), nil
	}
	session, err := s.World.AttemptSignUpCode(attempt, world.StrategyEmailCode, v.form.Get("code"), v.activity())
	return tried(err, func(problem *apierr.Error) answer { return s.codePage(v, attempt, problem) }, func() (answer, error) {
		if session == nil {
			return v.to(s.base), nil
		}
		return s.arrive(v, session)
	})
}

func (s signUp) codePage(v *visit, attempt *world.SignUp, problem *apierr.Error) answer {
	action := v.link(s.base + "/verify-email-address")
	return v.show(view{
		Heading: v.say("portal.verify-email"), Lead: attempt.Email,
		Form:        &form{Action: action, Submit: v.say("portal.create-account"), Fields: []field{v.codeField()}},
		Alternative: &form{Action: action, Submit: v.say("portal.new-code")},
		Links:       []link{{Text: v.say("portal.start-again"), URL: v.link(s.base)}},
	}, problem)
}

// attempt returns the sign-up in progress, or nil.
func (s signUp) attempt(v *visit) *world.SignUp {
	if v.browser.Client == nil || v.browser.Client.SignUp == nil {
		return nil
	}
	if v.browser.Client.SignUp.Status(s.World.Now()) != "missing_requirements" {
		return nil
	}
	return v.browser.Client.SignUp
}
