package frontend

import (
	"encoding/json"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) createSignUp(v *visit) (any, error) {
	fields, err := a.signUpFields(v)
	if err != nil {
		return nil, err
	}
	strategy, err := v.strategy(a.withProvider("", world.StrategyPassword, world.StrategyEmailCode, world.StrategyPhoneCode)...)
	if err != nil {
		return nil, err
	}
	if transfer, _, err := core.Flag(v.form, "transfer"); err != nil {
		return nil, err
	} else if transfer {
		return transferred(v, a.World.TransferToSignUp, a.client(v), a.withSignUp)
	}
	attempt, err := a.World.NewSignUp(a.client(v), fields)
	if err != nil {
		return nil, err
	}
	if strategy == world.StrategyOAuth {
		if attempt.OAuth, err = a.toProvider(v, &attempt.ExternalVerification, attempt.ID); err != nil {
			return nil, err
		}
	}
	return a.withSignUp(v, attempt)
}

func (a *api) updateSignUp(v *visit, attempt *world.SignUp) error {
	fields, err := a.signUpFields(v)
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
	strategy, err := v.strategy(world.StrategyEmailCode, world.StrategyPhoneCode)
	if err != nil {
		return err
	}
	return a.World.PrepareSignUpCode(attempt, strategy)
}

func (a *api) attemptVerification(v *visit, attempt *world.SignUp) error {
	strategy, err := v.strategy(world.StrategyEmailCode, world.StrategyPhoneCode)
	if err != nil {
		return err
	}
	_, err = a.World.AttemptSignUpCode(attempt, strategy, v.form.Get("code"), core.ActivityOf(v.request))
	return err
}

func (a *api) signUp(v *visit) (*world.SignUp, error) {
	id := v.request.PathValue("sign_up_id")
	return apierr.Found("sign-up attempt", id, a.World.SignUpOf(v.browser.Client, id))
}

func (a *api) onSignUp(step func(*visit, *world.SignUp) error) operation {
	return on(a.signUp, step, a.withSignUp)
}

func (a *api) withSignUp(v *visit, attempt *world.SignUp) (any, error) {
	return a.with(v, wire.NewSignUp(a.World, attempt))
}

// signUpFields reads the fields that the instance has.
func (a *api) signUpFields(v *visit) (world.SignUpFields, error) {
	field := func(name string) *string {
		if value := v.form.Get(name); value != "" {
			return &value
		}
		return nil
	}
	fields := world.SignUpFields{
		Email: field("email_address"), Password: field("password"), FirstName: field("first_name"), LastName: field("last_name"),
		Username: field("username"), Phone: field("phone_number"),
	}
	for name, off := range map[string]bool{
		"username": fields.Username != nil && !a.World.Usernames, "phone_number": fields.Phone != nil && !a.World.PhoneNumbers,
	} {
		if off {
			return fields, apierr.Param("form_param_unknown", name, name+" is not a field of this instance's accounts.")
		}
	}
	if text := v.form.Get("unsafe_metadata"); text != "" {
		if err := json.Unmarshal([]byte(text), &fields.UnsafeMetadata); err != nil {
			return fields, apierr.Param("form_param_format_invalid", "unsafe_metadata", "unsafe_metadata must be a JSON object.")
		}
	}
	return fields, nil
}
