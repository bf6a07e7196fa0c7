package backend

import (
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// The allowed range of lifetimes, in seconds (Clerk's OpenAPI document).
const (
	shortestLifetime = 30
	longestLifetime  = 315360000
)

// createToken mints without azp: no browser takes part.
func (a *api) createToken(r *http.Request, body []byte) (core.Reply, error) {
	return a.mint(r, body, a.Minter.Session)
}

func (a *api) createTemplateToken(r *http.Request, body []byte) (core.Reply, error) {
	return a.mint(r, body, func(s *world.Session, o mint.Options) (string, error) {
		return a.Minter.Template(s, r.PathValue("template_name"), o)
	})
}

// mint answers with a token for the session of the path, with the lifetime of the body.
func (a *api) mint(r *http.Request, body []byte, by func(*world.Session, mint.Options) (string, error)) (core.Reply, error) {
	s, err := a.signedIn(r)
	if err != nil {
		return core.Reply{}, err
	}
	lifetime, err := readLifetime(body)
	if err != nil {
		return core.Reply{}, err
	}
	token, err := by(s, mint.Options{Lifetime: lifetime})
	return core.OK(wire.NewToken(token)), err
}

// readLifetime returns 0 if the request has no lifetime.
func readLifetime(body []byte) (time.Duration, error) {
	var params struct {
		ExpiresInSeconds *int64 `json:"expires_in_seconds"`
	}
	err := decode(body, &params)
	if err == nil && outside(params.ExpiresInSeconds, shortestLifetime, longestLifetime) {
		err = apierr.Param("form_param_value_invalid", "expires_in_seconds", "expires_in_seconds must be from 30 to 315360000.")
	}
	return lifetimeOr(params.ExpiresInSeconds, 0), err
}
