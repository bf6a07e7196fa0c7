package backend

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
)

type api struct {
	*core.Core
	templates []*template // in the order of creation
	// instanceID is the id of the first key, as at Clerk.
	instanceID string
}

// New returns the Backend API. Paths begin with /v1; @clerk/backend omits it for machine tokens.
func New(c *core.Core) http.Handler {
	a := &api{Core: c, templates: seededTemplates(c), instanceID: c.Minter.Key.Newest().ID()}
	router := core.NewRouter(c)
	router.Handle("GET /v1/jwks", a.jwks)
	for _, routes := range []map[string]core.Operation{
		a.sessionRoutes(), a.userRoutes(), a.organizationRoutes(), a.tokenRoutes(),
		a.machineRoutes(), a.credentialRoutes(""), a.credentialRoutes("/v1"),
	} {
		for pattern, op := range routes {
			router.Handle(pattern, a.authenticated(op))
		}
	}
	for _, base := range []string{"", "/v1"} {
		for pattern, op := range a.m2mRoutes(base) {
			router.Handle(pattern, a.authenticatedMachine(op))
		}
	}
	return router
}

func (a *api) sessionRoutes() map[string]core.Operation {
	return map[string]core.Operation{
		"GET /v1/sessions":                                      a.listSessions,
		"POST /v1/sessions":                                     a.createSession,
		"GET /v1/sessions/{session_id}":                         show(a.session, wire.NewBackendSession),
		"POST /v1/sessions/{session_id}/revoke":                 a.revokeSession,
		"POST /v1/sessions/{session_id}/verify":                 a.verifySession,
		"POST /v1/sessions/{session_id}/refresh":                a.refreshSession,
		"POST /v1/sessions/{session_id}/tokens":                 a.createToken,
		"POST /v1/sessions/{session_id}/tokens/{template_name}": a.createTemplateToken,
		"GET /v1/clients":                                       a.listClients,
		"POST /v1/clients/verify":                               a.verifyClient,
		"GET /v1/clients/handshake_payload":                     a.handshakePayload,
		"GET /v1/clients/{client_id}":                           a.getClient,
	}
}

func (a *api) userRoutes() map[string]core.Operation {
	return map[string]core.Operation{
		"GET /v1/users":                                    a.listUsers,
		"POST /v1/users":                                   a.createUser,
		"GET /v1/users/count":                              a.countUsers,
		"GET /v1/users/{user_id}":                          show(a.user, wire.NewBackendUser),
		"PATCH /v1/users/{user_id}":                        a.updateUser,
		"DELETE /v1/users/{user_id}":                       a.deleteUser,
		"PATCH /v1/users/{user_id}/metadata":               a.updateUserMetadata,
		"PUT /v1/users/{user_id}/metadata":                 a.replaceUserMetadata,
		"POST /v1/users/{user_id}/ban":                     a.onUser(a.World.Ban),
		"POST /v1/users/{user_id}/unban":                   a.onUser(a.World.Unban),
		"POST /v1/users/{user_id}/lock":                    a.onUser(a.World.Lock),
		"POST /v1/users/{user_id}/unlock":                  a.onUser(a.World.Unlock),
		"POST /v1/users/{user_id}/verify_password":         a.verifyPassword,
		"GET /v1/users/{user_id}/organization_memberships": a.listMemberships,
	}
}

func (a *api) organizationRoutes() map[string]core.Operation {
	return map[string]core.Operation{
		"GET /v1/organizations":                                                    a.listOrganizations,
		"POST /v1/organizations":                                                   a.createOrganization,
		"GET /v1/organizations/{organization_id}":                                  a.getOrganization,
		"PATCH /v1/organizations/{organization_id}":                                a.updateOrganization,
		"DELETE /v1/organizations/{organization_id}":                               a.deleteOrganization,
		"PATCH /v1/organizations/{organization_id}/metadata":                       a.updateOrganizationMetadata,
		"PUT /v1/organizations/{organization_id}/metadata":                         a.replaceOrganizationMetadata,
		"GET /v1/organizations/{organization_id}/memberships":                      a.listMembers,
		"POST /v1/organizations/{organization_id}/memberships":                     a.createMember,
		"PATCH /v1/organizations/{organization_id}/memberships/{user_id}":          a.updateMember,
		"DELETE /v1/organizations/{organization_id}/memberships/{user_id}":         a.deleteMember,
		"PATCH /v1/organizations/{organization_id}/memberships/{user_id}/metadata": a.updateMemberMetadata,
		"GET /v1/organization_memberships":                                         a.listAllMemberships,
	}
}

func (a *api) tokenRoutes() map[string]core.Operation {
	return map[string]core.Operation{
		"GET /v1/jwt_templates":                      a.listTemplates,
		"POST /v1/jwt_templates":                     a.createTemplate,
		"GET /v1/jwt_templates/{template_id}":        a.getTemplate,
		"PATCH /v1/jwt_templates/{template_id}":      a.updateTemplate,
		"DELETE /v1/jwt_templates/{template_id}":     a.deleteTemplate,
		"POST /v1/sign_in_tokens":                    a.createSignInToken,
		"POST /v1/sign_in_tokens/{ticket_id}/revoke": a.revokeTicket(false),
		"POST /v1/actor_tokens":                      a.createActorToken,
		"POST /v1/actor_tokens/{ticket_id}/revoke":   a.revokeTicket(true),
		"POST /v1/testing_tokens":                    a.createTestingToken,
	}
}

func (a *api) machineRoutes() map[string]core.Operation {
	return map[string]core.Operation{
		"GET /v1/machines":                                           a.listMachines,
		"POST /v1/machines":                                          a.createMachine,
		"GET /v1/machines/{machine_id}":                              show(a.machineOf, a.shown),
		"PATCH /v1/machines/{machine_id}":                            a.updateMachine,
		"DELETE /v1/machines/{machine_id}":                           a.deleteMachine,
		"GET /v1/machines/{machine_id}/secret_key":                   show(a.machineOf, wire.NewMachineSecretKey),
		"POST /v1/machines/{machine_id}/secret_key/rotate":           a.rotateMachineKey,
		"POST /v1/machines/{machine_id}/scopes":                      a.createMachineScope,
		"DELETE /v1/machines/{machine_id}/scopes/{other_machine_id}": a.deleteMachineScope,
	}
}

func (a *api) credentialRoutes(base string) map[string]core.Operation {
	return map[string]core.Operation{
		"GET " + base + "/api_keys":                                 a.listAPIKeys,
		"POST " + base + "/api_keys":                                a.createAPIKey,
		"POST " + base + "/api_keys/verify":                         a.verifyAPIKey,
		"GET " + base + "/api_keys/{api_key_id}":                    a.onAPIKey(a.getAPIKey),
		"PATCH " + base + "/api_keys/{api_key_id}":                  a.updateAPIKey,
		"DELETE " + base + "/api_keys/{api_key_id}":                 a.onAPIKey(a.deleteAPIKey),
		"GET " + base + "/api_keys/{api_key_id}/secret":             a.onAPIKey(a.getAPIKeySecret),
		"POST " + base + "/api_keys/{api_key_id}/revoke":            a.onAPIKey(a.revokeAPIKey),
		"POST " + base + "/oauth_applications/access_tokens/verify": a.verifyOAuthToken,
	}
}

// m2mRoutes are open to machines, too.
func (a *api) m2mRoutes(base string) map[string]machineOperation {
	return map[string]machineOperation{
		"GET " + base + "/m2m_tokens":                        a.listM2MTokens,
		"POST " + base + "/m2m_tokens":                       a.createM2MToken,
		"POST " + base + "/m2m_tokens/verify":                a.verifyM2MToken,
		"POST " + base + "/m2m_tokens/{m2m_token_id}/revoke": a.revokeM2MToken,
	}
}

// authenticated lets an operation run only for the holder of the secret key.
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

// jwks has its own code for a wrong key: Clerk's SDKs check for it.
func (a *api) jwks(r *http.Request, _ []byte) (core.Reply, error) {
	if !a.hasSecretKey(r) {
		return core.Reply{}, apierr.New(http.StatusUnauthorized, "clerk_key_invalid", "The secret key is not right.")
	}
	return core.OK(a.Minter.Key.JWKS()), nil
}
