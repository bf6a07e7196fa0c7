package backend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) client(r *http.Request) (*world.Client, error) {
	id := r.PathValue("client_id")
	if c := a.World.Client(id); c != nil {
		return c, nil
	}
	return nil, apierr.NotFound("client", id)
}

// handshakePayload is not in Clerk's OpenAPI document; @clerk/backend calls it.
func (a *api) handshakePayload(r *http.Request, _ []byte) (core.Reply, error) {
	nonce := r.URL.Query().Get("nonce")
	directives, found := a.World.Handshake(nonce)
	if !found {
		return core.Reply{}, apierr.New(http.StatusNotFound, "resource_not_found", "No handshake was found for this nonce.")
	}
	return core.OK(wire.Object{"directives": directives}), nil
}
