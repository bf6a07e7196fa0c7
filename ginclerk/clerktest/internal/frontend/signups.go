package frontend

import (
	"encoding/json"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) createSignUp(v *visit) (any, error) {
	fields, err := signUpFields(v)
	if err != nil {
		return nil, err
	}
	if err := supported(v.form.Get("strategy"), "", world.StrategyPassword, world.StrategyEmailCode); err != nil {
		return nil, err
	}
	attempt, err := a.World.NewSignUp(a.client(v), fields)
	if err != nil {
		return nil, err
	}
	return a.withSignUp(v, attempt)
}

func (a *api) updateSignUp(v *visit, attempt *world.SignUp) error {
	fields, err := signUpFields(v)
	if err != nil {
		return err
	}
	if err := a.World.UpdateSignUp(attempt, fields); err != nil {
		return err
	}
	_, err = a.World.FinishSignUp(attempt, core.ActivityOf(v.request))
	return err
}

func (a *api) prepareVerification(v *visit, attempt *world.SignUp) error {
	if err := supported(v.form.Get("strategy"), world.StrategyEmailCode); err != nil {
		return err
	}
	return a.World.PrepareSignUpCode(attempt)
}

func (a *api) attemptVerification(v *visit, attempt *world.SignUp) error {
	if err := supported(v.form.Get("strategy"), world.StrategyEmailCode); err != nil {
		return err
	}
	_, err := a.World.AttemptSignUpCode(attempt, v.form.Get("code"), core.ActivityOf(v.request))
	return err
}

func (a *api) signUp(v *visit) (*world.SignUp, error) {
	id := v.request.PathValue("sign_up_id")
	if c := v.browser.Client; c != nil {
		if attempt := a.World.SignUpOf(c, id); attempt != nil {
			return attempt, nil
		}
	}
	return nil, apierr.NotFound("sign-up attempt", id)
}

func (a *api) onSignUp(step func(*visit, *world.SignUp) error) operation {
	return on(a.signUp, step, a.withSignUp)
}

func (a *api) withSignUp(v *visit, attempt *world.SignUp) (any, error) {
	return a.with(v, wire.NewSignUp(attempt, a.World.Now()))
}

func signUpFields(v *visit) (world.SignUpFields, error) {
	field := func(name string) *string {
		if value := v.form.Get(name); value != "" {
			return &value
		}
		return nil
	}
	fields := world.SignUpFields{
		Email: field("email_address"), Password: field("password"), FirstName: field("first_name"), LastName: field("last_name"),
	}
	if text := v.form.Get("unsafe_metadata"); text != "" {
		if err := json.Unmarshal([]byte(text), &fields.UnsafeMetadata); err != nil {
			return fields, apierr.Param("form_param_format_invalid", "unsafe_metadata", "unsafe_metadata must be a JSON object.")
		}
	}
	return fields, nil
}
