package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// updateUser replaces metadata that was sent: {} empties it.
func (a *api) updateUser(u *world.User, params userParams) (wire.Object, error) {
	if err := a.checkUserFields(params, u); err != nil {
		return nil, err
	}
	if id := params.PrimaryEmailAddressID; id != nil {
		if u.Email(*id) == nil {
			return nil, apierr.NotFound("email address", *id)
		}
		u.PrimaryEmailID = *id
	}
	params.apply(u)
	a.changePassword(u, params)
	a.World.Changed(u)
	return wire.NewBackendUser(u), nil
}

func (p userParams) apply(u *world.User) {
	for field, value := range map[*string]*string{
		&u.FirstName: p.FirstName, &u.LastName: p.LastName, &u.Username: p.Username, &u.ExternalID: p.ExternalID,
	} {
		if value != nil {
			*field = *value
		}
	}
	for field, value := range map[*map[string]any]map[string]any{
		&u.PublicMetadata: p.PublicMetadata, &u.PrivateMetadata: p.PrivateMetadata, &u.UnsafeMetadata: p.UnsafeMetadata,
	} {
		if value != nil {
			*field = value
		}
	}
}

func (a *api) changePassword(u *world.User, params userParams) {
	if params.Password == nil {
		return
	}
	a.World.SetPassword(u, *params.Password)
	if params.SignOutOfOtherSessions {
		a.World.RevokeSessions(u, nil)
	}
}

// updateUserMetadata merges; updateUser replaces.
func (a *api) updateUserMetadata(u *world.User, params userParams) (wire.Object, error) {
	u.PublicMetadata = world.Merge(u.PublicMetadata, params.PublicMetadata)
	u.PrivateMetadata = world.Merge(u.PrivateMetadata, params.PrivateMetadata)
	u.UnsafeMetadata = world.Merge(u.UnsafeMetadata, params.UnsafeMetadata)
	a.World.Changed(u)
	return wire.NewBackendUser(u), nil
}

func (a *api) deleteUser(u *world.User) wire.Object {
	a.World.RemoveUser(u.ID)
	return wire.NewDeleted("user", u.ID)
}

// after shows a user after a change.
func after(change func(*world.User)) func(*world.User) wire.Object {
	return func(u *world.User) wire.Object {
		change(u)
		return wire.NewBackendUser(u)
	}
}

type passwordParams struct {
	Password string `json:"password"`
}

func verifyPassword(u *world.User, params passwordParams) (wire.Object, error) {
	switch {
	case params.Password == "":
		return nil, apierr.Missing("password")
	case !u.PasswordEnabled():
		return nil, apierr.New(http.StatusBadRequest, "no_password_set", "The user has no password.")
	case !u.HasPassword(params.Password):
		return nil, apierr.Param("incorrect_password", "password", "The password is incorrect.")
	}
	return wire.Object{"verified": true}, nil
}
