package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) updateUser(r *http.Request, body []byte) (core.Reply, error) {
	u, params, err := readChange[userParams](r, body, a.user)
	if err != nil {
		return core.Reply{}, err
	}
	if err := a.checkUserFields(params, u); err != nil {
		return core.Reply{}, err
	}
	if id := params.PrimaryEmailAddressID; id != nil {
		if u.Email(*id) == nil {
			return core.Reply{}, apierr.NotFound("email address", *id)
		}
		u.PrimaryEmailID = *id
	}
	params.apply(u)
	a.changePassword(u, params)
	a.World.Changed(u)
	return core.OK(wire.NewBackendUser(u)), nil
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
	if !params.SignOutOfOtherSessions {
		return
	}
	for _, s := range a.World.SessionsOf(u.ID) {
		a.World.EndSession(s, world.StatusRevoked)
	}
}

// updateUserMetadata merges; updateUser replaces.
func (a *api) updateUserMetadata(r *http.Request, body []byte) (core.Reply, error) {
	u, params, err := readChange[userParams](r, body, a.user)
	if err != nil {
		return core.Reply{}, err
	}
	u.PublicMetadata = world.Merge(u.PublicMetadata, params.PublicMetadata)
	u.PrivateMetadata = world.Merge(u.PrivateMetadata, params.PrivateMetadata)
	u.UnsafeMetadata = world.Merge(u.UnsafeMetadata, params.UnsafeMetadata)
	a.World.Changed(u)
	return core.OK(wire.NewBackendUser(u)), nil
}

func (a *api) deleteUser(u *world.User) wire.Object {
	a.World.RemoveUser(u.ID)
	return wire.NewDeleted("user", u.ID)
}

// onUser turns a change of one user into an operation that answers with the user.
func (a *api) onUser(change func(*world.User)) core.Operation {
	return func(r *http.Request, _ []byte) (core.Reply, error) {
		u, err := a.user(r)
		if err != nil {
			return core.Reply{}, err
		}
		change(u)
		return core.OK(wire.NewBackendUser(u)), nil
	}
}

func (a *api) verifyPassword(r *http.Request, body []byte) (core.Reply, error) {
	u, err := a.user(r)
	if err != nil {
		return core.Reply{}, err
	}
	var params struct {
		Password string `json:"password"`
	}
	if err := decode(body, &params); err != nil {
		return core.Reply{}, err
	}
	switch {
	case params.Password == "":
		return core.Reply{}, apierr.Missing("password")
	case !u.PasswordEnabled():
		return core.Reply{}, apierr.New(http.StatusBadRequest, "no_password_set", "The user has no password.")
	case !u.HasPassword(params.Password):
		return core.Reply{}, apierr.Param("incorrect_password", "password", "The password is not right.")
	}
	return core.OK(map[string]bool{"verified": true}), nil
}
