package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) listClients(r *http.Request, _ []byte) (core.Reply, error) {
	return list(r.URL.Query(), a.World.Clients(), wire.NewBackendClient)
}

func (a *api) client(r *http.Request) (*world.Client, error) {
	return named(r, "client_id", "client", a.World.Client)
}

type tokenParams struct {
	Token string `json:"token"`
}

// verifyClient reads the value of __client.
func (a *api) verifyClient(params tokenParams) (wire.Object, error) {
	if params.Token == "" {
		return nil, badRequest(apierr.Missing("token"))
	}
	c := a.World.ClientByToken(params.Token)
	if c == nil {
		return nil, unauthorized("client_token_invalid", "No client has this token.")
	}
	return wire.NewBackendClient(c), nil
}

// handshakePayload is not in Clerk's OpenAPI document; @clerk/backend calls it.
func (a *api) handshakePayload(r *http.Request, _ []byte) (core.Reply, error) {
	directives, found := a.World.Handshake(r.URL.Query().Get("nonce"))
	if !found {
		return core.Reply{}, apierr.New(http.StatusNotFound, "resource_not_found", "No handshake was found for this nonce.")
	}
	return core.OK(wire.Object{"directives": directives}), nil
}
