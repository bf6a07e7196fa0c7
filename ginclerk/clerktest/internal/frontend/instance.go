package frontend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

// jwks needs no key here, because the set is public.
func (a *api) jwks(*http.Request, []byte) (core.Reply, error) {
	return core.OK(a.Minter.Key.JWKS()), nil
}

func (a *api) health(*http.Request, []byte) (core.Reply, error) {
	return core.OK(map[string]string{"status": "healthy"}), nil
}

// createDevBrowser makes a browser known to a development instance. clerk-js uses the id as the token.
func (a *api) createDevBrowser(*http.Request, []byte) (core.Reply, error) {
	if a.Production() {
		return core.Reply{}, apierr.New(http.StatusBadRequest, "dev_browser_not_supported", "Production instances have no dev browsers.")
	}
	b := a.World.NewDevBrowser()
	return core.Reply{
		Body:   map[string]string{"object": "dev_browser", "id": b.Token, "token": b.Token},
		Header: http.Header{"Clerk-Db-Jwt": {b.Token}},
	}, nil
}
