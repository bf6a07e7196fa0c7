package backend

import (
	"cmp"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// userParams are the fields that create and change a user. Nil leaves a field unchanged.
type userParams struct {
	EmailAddress            []string       `json:"email_address"`
	PhoneNumber             []string       `json:"phone_number"`
	Username                *string        `json:"username"`
	ExternalID              *string        `json:"external_id"`
	FirstName               *string        `json:"first_name"`
	LastName                *string        `json:"last_name"`
	Password                *string        `json:"password"`
	SkipPasswordChecks      bool           `json:"skip_password_checks"`
	SkipPasswordRequirement bool           `json:"skip_password_requirement"`
	PrimaryEmailAddressID   *string        `json:"primary_email_address_id"`
	SignOutOfOtherSessions  bool           `json:"sign_out_of_other_sessions"`
	PublicMetadata          map[string]any `json:"public_metadata"`
	PrivateMetadata         map[string]any `json:"private_metadata"`
	UnsafeMetadata          map[string]any `json:"unsafe_metadata"`
	Banned                  bool           `json:"banned"`
	Locked                  bool           `json:"locked"`
}

func (a *api) createUser(params userParams) (wire.Object, error) {
	if err := a.checkNewUser(params); err != nil {
		return nil, err
	}
	u := a.World.AddUser(world.NewUser{
		FirstName: text(params.FirstName), LastName: text(params.LastName), Email: params.EmailAddress[0],
		Password: text(params.Password), PublicMetadata: params.PublicMetadata, PrivateMetadata: params.PrivateMetadata,
		UnsafeMetadata: params.UnsafeMetadata, Phone: strings.Join(params.PhoneNumber, ""), // one at most
	})
	for _, address := range params.EmailAddress[1:] {
		a.World.AddEmail(u, address)
	}
	u.Username, u.ExternalID = text(params.Username), text(params.ExternalID)
	u.Banned, u.Locked = params.Banned, params.Locked
	return wire.NewBackendUser(u), nil
}

// checkNewUser requires the same fields as the instance's sign-up.
func (a *api) checkNewUser(params userParams) error {
	if len(params.EmailAddress) == 0 {
		return apierr.Missing("email_address")
	}
	for _, address := range params.EmailAddress {
		if err := a.World.CheckFields(world.SignUpFields{Email: &address}); err != nil {
			return err
		}
	}
	for i, number := range params.PhoneNumber {
		if err := a.World.CheckFields(world.SignUpFields{Phone: &number}); err != nil || i > 0 {
			return cmp.Or(err, error(apierr.Param("form_param_exceeds_allowed_size", "phone_number", "A user here has one phone number.")))
		}
	}
	if text(params.Password) == "" && !params.SkipPasswordRequirement {
		return apierr.Missing("password")
	}
	return a.checkUserFields(params, nil)
}

// checkUserFields checks the fields that both creation and change have. The user is nil before it exists.
func (a *api) checkUserFields(params userParams, self *world.User) error {
	if params.Password != nil && !params.SkipPasswordChecks {
		if err := a.World.CheckFields(world.SignUpFields{Password: params.Password}); err != nil {
			return err
		}
	}
	if u := a.World.UserByUsername(text(params.Username)); u != nil && u != self {
		return world.UsernameTaken()
	}
	if u := a.World.UserByExternalID(text(params.ExternalID)); u != nil && u != self {
		return apierr.Param("form_identifier_exists", "external_id", "There is an account with this external id already.")
	}
	return nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
