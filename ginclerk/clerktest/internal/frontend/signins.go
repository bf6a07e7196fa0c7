package frontend

import (
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// createSignIn begins a sign-in. With a password it also completes it: newer clerk-js sends one without naming the strategy.
func (a *api) createSignIn(v *visit) (any, error) {
	strategy := v.form.Get("strategy")
	if strategy == world.StrategyTicket {
		return a.signInByTicket(v)
	}
	if strategy == "" && v.form.Has("password") {
		strategy = world.StrategyPassword
	}
	if transfer, _, err := core.Flag(v.form, "transfer"); err != nil {
		return nil, err
	} else if transfer {
		return transferred(v, a.World.TransferToSignIn, a.client(v), a.withSignIn)
	}
	if err := supported(strategy, a.withProvider("", world.StrategyPassword, world.StrategyEmailCode, world.StrategyPhoneCode)...); err != nil {
		return nil, err
	}
	identifier := v.form.Get("identifier")
	if strategy != "" && strategy != world.StrategyOAuth && identifier == "" {
		return nil, apierr.Missing("identifier")
	}
	attempt, err := a.World.NewSignIn(a.client(v), identifier)
	if err != nil {
		return nil, err
	}
	switch strategy {
	case world.StrategyPassword:
		_, err = a.World.AttemptFirstFactor(attempt, strategy, v.form.Get("password"), core.ActivityOf(v.request))
	case world.StrategyEmailCode, world.StrategyPhoneCode:
		err = a.World.PrepareCode(attempt, strategy)
	case world.StrategyOAuth:
		attempt.OAuth, err = a.toProvider(v, &attempt.FirstFactor, attempt.ID)
	}
	if err != nil {
		return nil, err
	}
	return a.withSignIn(v, attempt)
}

func (a *api) prepareFirstFactor(v *visit, attempt *world.SignIn) error {
	strategy, err := v.strategy(codes()...)
	if err != nil {
		return err
	}
	if id := v.form.Get("email_address_id"); id != "" && !owns(attempt.User, id) {
		return apierr.NotFound("e-mail address", id)
	}
	if id := v.form.Get("phone_number_id"); id != "" && (attempt.User == nil || attempt.User.Phone == nil || attempt.User.Phone.ID != id) {
		return apierr.NotFound("phone number", id)
	}
	return a.World.PrepareCode(attempt, strategy)
}

func (a *api) attemptFirstFactor(v *visit, attempt *world.SignIn) error {
	strategy, err := v.strategy(append(codes(), world.StrategyPassword)...)
	if err != nil {
		return err
	}
	_, err = a.World.AttemptFirstFactor(attempt, strategy, v.proof(strategy), core.ActivityOf(v.request))
	return err
}

// codes are the strategies that send a code.
func codes() []string {
	return []string{
		world.StrategyEmailCode, world.StrategyPhoneCode, world.StrategyResetPasswordEmail, world.StrategyResetPasswordPhone,
	}
}

func (a *api) resetPassword(v *visit, attempt *world.SignIn) error {
	endOthers, _, err := core.Flag(v.form, "sign_out_of_other_sessions")
	if err != nil {
		return err
	}
	return a.World.ResetPassword(attempt, v.form.Get("password"), endOthers, core.ActivityOf(v.request))
}

func (a *api) prepareSecondFactor(v *visit, attempt *world.SignIn) error {
	return a.World.PrepareSecondFactor(attempt, v.form.Get("strategy"))
}

func (a *api) attemptSecondFactor(v *visit, attempt *world.SignIn) error {
	strategy, err := v.strategy(secondFactors()...)
	if err != nil {
		return err
	}
	_, err = a.World.AttemptSecondFactor(attempt, strategy, v.form.Get("code"), core.ActivityOf(v.request))
	return err
}

func (a *api) signIn(v *visit) (*world.SignIn, error) {
	id := v.request.PathValue("sign_in_id")
	return apierr.Found("sign-in attempt", id, a.World.SignInOf(v.browser.Client, id))
}

func (a *api) onSignIn(step func(*visit, *world.SignIn) error) operation {
	return on(a.signIn, step, a.withSignIn)
}

func (a *api) withSignIn(v *visit, attempt *world.SignIn) (any, error) {
	return a.with(v, wire.NewSignIn(a.World, attempt))
}

func owns(u *world.User, emailID string) bool {
	return u != nil && slices.ContainsFunc(u.Emails, func(e *world.Email) bool { return e.ID == emailID })
}

// strategy returns the strategy in the form, if the operation has it.
func (v *visit) strategy(known ...string) (string, error) {
	strategy := v.form.Get("strategy")
	return strategy, supported(strategy, known...)
}

// proof returns the password or the code in the form.
func (v *visit) proof(strategy string) string {
	if strategy == world.StrategyPassword {
		return v.form.Get("password")
	}
	return v.form.Get("code")
}

// supported says whether the operation has the strategy.
func supported(strategy string, known ...string) error {
	switch {
	case slices.Contains(known, strategy):
		return nil
	case strategy == "":
		return apierr.Missing("strategy")
	}
	return apierr.Param("form_param_value_invalid", "strategy", "The embedded Clerk does not know the strategy "+strategy+" here.")
}
