package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// createSession is for tests: Clerk has it only on development instances.
func (a *api) createSession(_ *http.Request, body []byte) (core.Reply, error) {
	var params struct {
		UserID               string `json:"user_id"`
		ActiveOrganizationID string `json:"active_organization_id"`
	}
	if err := decode(body, &params); err != nil {
		return core.Reply{}, err
	}
	if a.Production() {
		return core.Reply{}, apierr.New(http.StatusBadRequest, "operation_not_allowed_in_production",
			"Sessions are created like this on development instances alone.")
	}
	if params.UserID == "" {
		return core.Reply{}, apierr.Missing("user_id")
	}
	u := a.World.User(params.UserID)
	if u == nil {
		return core.Reply{}, apierr.NotFound("user", params.UserID)
	}
	if id := params.ActiveOrganizationID; id != "" && a.World.Membership(u.ID, id) == nil {
		return core.Reply{}, apierr.NotFound("organization", id)
	}
	s := a.World.StartSession(a.World.NewClient(), u, "", world.Activity{})
	if err := a.World.Activate(s, params.ActiveOrganizationID); err != nil {
		return core.Reply{}, err
	}
	return core.OK(wire.NewBackendSession(s)), nil
}

// verifySession is deprecated, and missing from Clerk's document. clerk-sdk-go sends null instead of the token. If a token is
// sent, it must be the session's.
func (a *api) verifySession(r *http.Request, body []byte) (core.Reply, error) {
	s, err := a.signedIn(r)
	if err != nil {
		return core.Reply{}, err
	}
	token, err := readToken(body)
	if err != nil {
		return core.Reply{}, err
	}
	if token == "" {
		return core.OK(wire.NewBackendSession(s)), nil
	}
	if claims, err := a.Minter.Key.Open(token); err != nil || claims["sid"] != s.ID {
		return core.Reply{}, unauthorized("session_mismatch", "The token is not one of this session.")
	}
	return core.OK(wire.NewBackendSession(s)), nil
}

func (a *api) listClients(r *http.Request, _ []byte) (core.Reply, error) {
	return list(r.URL.Query(), a.World.Clients(), wire.NewBackendClient)
}

// verifyClient reads the value of __client.
func (a *api) verifyClient(_ *http.Request, body []byte) (core.Reply, error) {
	token, err := readToken(body)
	if err != nil {
		return core.Reply{}, err
	}
	if token == "" {
		return core.Reply{}, badRequest(apierr.Missing("token"))
	}
	c := a.World.ClientByToken(token)
	if c == nil {
		return core.Reply{}, unauthorized("client_token_invalid", "No client has this token.")
	}
	return core.OK(wire.NewBackendClient(c)), nil
}

func readToken(body []byte) (string, error) {
	var params struct {
		Token string `json:"token"`
	}
	err := decode(body, &params)
	return params.Token, err
}
