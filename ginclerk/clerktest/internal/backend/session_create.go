package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

type sessionParams struct {
	UserID               string `json:"user_id"`
	ActiveOrganizationID string `json:"active_organization_id"`
}

// createSession is for tests: Clerk has it only on development instances.
func (a *api) createSession(params sessionParams) (wire.Object, error) {
	if a.Production() {
		return nil, apierr.New(http.StatusBadRequest, "operation_not_allowed_in_production",
			"Sessions are created like this on development instances alone.")
	}
	if params.UserID == "" {
		return nil, apierr.Missing("user_id")
	}
	u := a.World.User(params.UserID)
	if u == nil {
		return nil, apierr.NotFound("user", params.UserID)
	}
	if id := params.ActiveOrganizationID; id != "" && a.World.Membership(u.ID, id) == nil {
		return nil, apierr.NotFound("organization", id)
	}
	s := a.World.StartSession(a.World.NewClient(), u, "", world.Activity{})
	err := a.World.Activate(s, params.ActiveOrganizationID)
	return wire.NewBackendSession(s), err
}

// verifySession is deprecated, and missing from Clerk's document. clerk-sdk-go sends null instead of the token. If a token is
// sent, it must be the session's.
func (a *api) verifySession(s *world.Session, params tokenParams) (wire.Object, error) {
	if params.Token != "" {
		if claims, err := a.Minter.Key.Open(params.Token); err != nil || claims["sid"] != s.ID {
			return nil, unauthorized("session_mismatch", "The token is not one of this session.")
		}
	}
	return wire.NewBackendSession(s), nil
}
