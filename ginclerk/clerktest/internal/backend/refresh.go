package backend

import (
	"net/http"
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

type refreshParams struct {
	ExpiredToken  string `json:"expired_token"`
	RefreshToken  string `json:"refresh_token"`
	RequestOrigin string `json:"request_origin"`
	Format        string `json:"format"`
}

// refreshSession exchanges an expired session token and a refresh token of the same session for a fresh token.
func (a *api) refreshSession(r *http.Request, params refreshParams) (wire.Object, error) {
	origin, err := params.check()
	if err != nil {
		return nil, err
	}
	s, err := a.refreshable(r.PathValue("session_id"), params)
	if err != nil {
		return nil, err
	}
	a.World.Use(s)
	if params.Format != "cookie" {
		token, err := a.SessionToken(s, core.OriginOf(origin))
		return wire.NewToken(token), err
	}
	cookies, err := a.TokenCookies(s, core.OriginOf(origin), origin.Scheme == "https")
	return wire.NewCookies(core.Directives(cookies)), err
}

func (p refreshParams) check() (*url.URL, error) {
	for _, param := range []struct{ name, value string }{
		{"expired_token", p.ExpiredToken},
		{"refresh_token", p.RefreshToken},
		{"request_origin", p.RequestOrigin},
	} {
		if param.value == "" {
			return nil, badRequest(apierr.Missing(param.name))
		}
	}
	if p.Format != "" && p.Format != "token" && p.Format != "cookie" {
		return nil, badRequest(apierr.Param("form_param_value_invalid", "format", "format must be token or cookie."))
	}
	origin, err := url.Parse(p.RequestOrigin)
	if err != nil || (origin.Scheme != "http" && origin.Scheme != "https") || origin.Host == "" {
		return nil, badRequest(apierr.Param("form_param_format_invalid", "request_origin", "request_origin must be an origin."))
	}
	return origin, nil
}

// refreshable returns the session if both tokens belong to it and it is still signed in.
func (a *api) refreshable(id string, p refreshParams) (*world.Session, error) {
	claims, err := a.Minter.Key.Open(p.ExpiredToken)
	if err != nil {
		return nil, unauthorized("expired_session_token_invalid", "The expired token was not signed by this instance.")
	}
	if claims["sid"] != id {
		return nil, unauthorized("session_mismatch", "The expired token is one of another session.")
	}
	s := a.World.Session(id)
	if s == nil || !s.SignedIn() {
		return nil, unauthorized("session_not_active", "The session is no longer signed in.")
	}
	if !s.AcceptsRefresh(p.RefreshToken) {
		return nil, unauthorized("refresh_token_invalid", "The refresh token is not one of this session.")
	}
	return s, nil
}

func unauthorized(code, message string) error {
	return apierr.New(http.StatusUnauthorized, code, message)
}

// badRequest makes a 400, because this operation has no 422.
func badRequest(e *apierr.Error) error {
	e.Status = http.StatusBadRequest
	return e
}
