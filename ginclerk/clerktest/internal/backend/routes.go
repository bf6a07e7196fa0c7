package backend

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

type api struct {
	*core.Core
}

// New returns the Backend API. Paths begin with /v1.
func New(c *core.Core) http.Handler {
	a := &api{c}
	router := core.NewRouter(c)
	router.Handle("GET /v1/jwks", a.jwks)
	for pattern, op := range map[string]core.Operation{
		"GET /v1/sessions":                                      a.listSessions,
		"GET /v1/sessions/{session_id}":                         a.getSession,
		"POST /v1/sessions/{session_id}/revoke":                 a.revokeSession,
		"POST /v1/sessions/{session_id}/refresh":                a.refreshSession,
		"POST /v1/sessions/{session_id}/tokens":                 a.createToken,
		"POST /v1/sessions/{session_id}/tokens/{template_name}": a.createTemplateToken,
		"GET /v1/clients/handshake_payload":                     a.handshakePayload,
		"GET /v1/clients/{client_id}":                           a.getClient,
		"GET /v1/users":                                         a.listUsers,
		"GET /v1/users/count":                                   a.countUsers,
		"GET /v1/users/{user_id}":                               a.getUser,
		"GET /v1/users/{user_id}/organization_memberships":      a.listMemberships,
	} {
		router.Handle(pattern, a.authenticated(op))
	}
	return router
}

// authenticated lets an operation run for the holder of the secret key alone.
func (a *api) authenticated(op core.Operation) core.Operation {
	return func(r *http.Request, body []byte) (core.Reply, error) {
		if !a.hasSecretKey(r) {
			return core.Reply{}, apierr.New(http.StatusUnauthorized, "authentication_invalid", "The secret key is not right.")
		}
		return op(r, body)
	}
}

func (a *api) hasSecretKey(r *http.Request) bool {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return found && subtle.ConstantTimeCompare([]byte(key), []byte(a.SecretKey)) == 1
}

// jwks has a code of its own for a wrong key: Clerk's SDKs look for it.
func (a *api) jwks(r *http.Request, _ []byte) (core.Reply, error) {
	if !a.hasSecretKey(r) {
		return core.Reply{}, apierr.New(http.StatusUnauthorized, "clerk_key_invalid", "The secret key is not right.")
	}
	return core.OK(a.Minter.Key.JWKS()), nil
}
