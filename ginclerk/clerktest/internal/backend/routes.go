package backend

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/internal/documented"
)

type api struct {
	*core.Core
	templates []*template // in the order of creation
	// instanceID is the id of the first key, as at Clerk.
	instanceID string
	agents     map[string]string // ids of agents by name
}

// route is an operation with the names of its parameters, separated by spaces.
type route struct {
	pattern, takes string
	answer         core.Operation
}

// Parameters of several operations.
const (
	inPages  = "limit offset"
	metadata = " public_metadata private_metadata"
	// usersBy are the filters of users.
	usersBy = " user_id email_address phone_number username query email_address_query phone_number_query username_query name_query" +
		" created_at_before created_at_after last_active_at_before last_active_at_after"
	// moreUsersBy are the filters that memberships don't have.
	moreUsersBy = " external_id organization_id banned last_active_at_since last_sign_in_at_before last_sign_in_at_after"
	// userFields change a user. Here skip_legal_checks and notify_primary_email_address_changed have no effect: the server has no terms
	// to accept, and sends no e-mail.
	userFields = "external_id first_name last_name username password skip_password_checks unsafe_metadata skip_legal_checks" + metadata
)

// New returns the Backend API; without rate limits, the limit is nil. Paths begin with /v1; @clerk/backend omits it for machine tokens.
func New(c *core.Core, limit *core.Limit) *core.Router {
	a := &api{Core: c, templates: seededTemplates(c), instanceID: c.Minter.Key.Newest().ID(), agents: map[string]string{}}
	router := core.NewRouter(c, limit, documented.Operations(documented.Backend))
	const version = "__clerk_api_version "
	router.Handle("GET /v1/jwks", router.Taking(version, a.jwks))
	for _, r := range slices.Concat(
		a.sessionRoutes(), a.userRoutes(), a.organizationRoutes(), a.tokenRoutes(),
		a.machineRoutes(), a.credentialRoutes(""), a.credentialRoutes("/v1"),
	) {
		router.Handle(r.pattern, a.authenticated(router.Taking(version+r.takes, r.answer)))
	}
	for _, r := range slices.Concat(a.m2mRoutes(""), a.m2mRoutes("/v1")) {
		router.Handle(r.pattern, a.authenticatedMachine(router.Taking(version+r.takes, r.answer)))
	}
	return router
}

func (a *api) sessionRoutes() []route {
	return []route{
		{"GET /v1/sessions", inPages + " paginated client_id user_id status", a.listSessions},
		{"POST /v1/sessions", "user_id active_organization_id", create(a.createSession)},
		{"GET /v1/sessions/{session_id}", "", show(a.session, wire.NewBackendSession)},
		{"POST /v1/sessions/{session_id}/revoke", "", show(a.session, a.revokeSession)},
		{"POST /v1/sessions/{session_id}/verify", "token", change(a.signedIn, a.verifySession)},
		// The headers and the address of the browser are for Clerk's logs. The cookies always have suffixes.
		{
			"POST /v1/sessions/{session_id}/refresh",
			"expired_token refresh_token request_origin format request_headers request_originating_ip suffixed_cookies",
			change(theRequest, a.refreshSession),
		},
		{"POST /v1/sessions/{session_id}/tokens", "expires_in_seconds", a.createToken},
		{"POST /v1/sessions/{session_id}/tokens/{template_name}", "expires_in_seconds", a.createTemplateToken},
		{"GET /v1/clients", inPages + " paginated", a.listClients},
		{"POST /v1/clients/verify", "token", create(a.verifyClient)},
		{"GET /v1/clients/handshake_payload", "nonce", a.handshakePayload},
		{"GET /v1/clients/{client_id}", "", show(a.client, wire.NewBackendClient)},
	}
}

func (a *api) userRoutes() []route {
	return []route{
		{"GET /v1/users", inPages + usersBy + moreUsersBy + " order_by starting_after", a.listUsers},
		{"POST /v1/users", userFields + " email_address phone_number skip_password_requirement banned locked", create(a.createUser)},
		{"GET /v1/users/count", usersBy + moreUsersBy, a.countUsers},
		{"GET /v1/users/{user_id}", "", show(a.user, wire.NewBackendUser)},
		{
			"PATCH /v1/users/{user_id}",
			userFields + " primary_email_address_id sign_out_of_other_sessions notify_primary_email_address_changed", change(a.user, a.updateUser),
		},
		{"DELETE /v1/users/{user_id}", "", show(a.user, a.deleteUser)},
		{"PATCH /v1/users/{user_id}/metadata", "unsafe_metadata" + metadata, change(a.user, a.updateUserMetadata)},
		{"PUT /v1/users/{user_id}/metadata", "unsafe_metadata" + metadata, change(a.user, a.updateUser)},
		{"POST /v1/users/{user_id}/ban", "", show(a.user, after(a.World.Ban))},
		{"POST /v1/users/{user_id}/unban", "", show(a.user, after(a.World.Unban))},
		{"POST /v1/users/{user_id}/lock", "", show(a.user, after(a.World.Lock))},
		{"POST /v1/users/{user_id}/unlock", "", show(a.user, after(a.World.Unlock))},
		{"POST /v1/users/{user_id}/verify_password", "password", change(a.user, verifyPassword)},
		{"GET /v1/users/{user_id}/organization_memberships", inPages, a.listMemberships},
	}
}

func (a *api) organizationRoutes() []route {
	const fields, count = "name slug max_allowed_memberships" + metadata, "include_members_count"
	return []route{
		{"GET /v1/organizations", inPages + " query user_id organization_id order_by " + count, a.listOrganizations},
		{"POST /v1/organizations", fields + " created_by", create(a.createOrganization)},
		{"GET /v1/organizations/{organization_id}", count, a.getOrganization},
		{"PATCH /v1/organizations/{organization_id}", fields + " admin_delete_enabled", change(a.organization, a.updateOrganization)},
		{"DELETE /v1/organizations/{organization_id}", "", show(a.organization, a.deleteOrganization)},
		{"PATCH /v1/organizations/{organization_id}/metadata", metadata, change(a.organization, a.updateOrganizationMetadata)},
		{"PUT /v1/organizations/{organization_id}/metadata", metadata, change(a.organization, a.updateOrganization)},
		{"GET /v1/organizations/{organization_id}/memberships", inPages + usersBy + " role order_by", a.listMembers},
		{"POST /v1/organizations/{organization_id}/memberships", "user_id role" + metadata, change(a.organization, a.createMember)},
		{"PATCH /v1/organizations/{organization_id}/memberships/{user_id}", "role", change(a.member, a.updateMember)},
		{"DELETE /v1/organizations/{organization_id}/memberships/{user_id}", "", show(a.member, a.deleteMember)},
		{"PATCH /v1/organizations/{organization_id}/memberships/{user_id}/metadata", metadata, change(a.member, a.updateMemberMetadata)},
		{"GET /v1/organization_memberships", inPages + " order_by", a.listAllMemberships},
	}
}

func (a *api) tokenRoutes() []route {
	const template, lifetimes = "name claims lifetime allowed_clock_skew custom_signing_key", " expires_in_seconds"
	return []route{
		{"GET /v1/jwt_templates", inPages + " paginated", a.listTemplates},
		{"POST /v1/jwt_templates", template, create(a.createTemplate)},
		{"GET /v1/jwt_templates/{template_id}", "", show(a.template, theTemplate)},
		{"PATCH /v1/jwt_templates/{template_id}", template, change(a.template, a.updateTemplate)},
		{"DELETE /v1/jwt_templates/{template_id}", "", show(a.template, a.deleteTemplate)},
		{"POST /v1/sign_in_tokens", "user_id" + lifetimes, create(a.createSignInToken)},
		{"POST /v1/sign_in_tokens/{ticket_id}/revoke", "", a.revokeTicket(signInTokenPrefix, wire.NewTicket)},
		{"POST /v1/actor_tokens", "user_id actor session_max_duration_in_seconds" + lifetimes, create(a.createActorToken)},
		{"POST /v1/actor_tokens/{ticket_id}/revoke", "", a.revokeTicket(actorTokenPrefix, wire.NewTicket)},
		{
			"POST /v1/agents/tasks",
			"on_behalf_of permissions agent_name task_description redirect_url session_max_duration_in_seconds", create(a.createAgentTask),
		},
		{"POST /v1/agents/tasks/{ticket_id}/revoke", "", a.revokeTicket(agentTaskPrefix, wire.NewAgentTask)},
		{"POST /v1/testing_tokens", "", a.createTestingToken},
	}
}

func (a *api) machineRoutes() []route {
	return []route{
		{"GET /v1/machines", inPages + " query order_by", a.listMachines},
		{"POST /v1/machines", "name scoped_machines default_token_ttl", create(a.createMachine)},
		{"GET /v1/machines/{machine_id}", "", show(a.machine, a.shown)},
		{"PATCH /v1/machines/{machine_id}", "name default_token_ttl", change(a.machine, a.updateMachine)},
		{"DELETE /v1/machines/{machine_id}", "", show(a.machine, a.deleteMachine)},
		{"GET /v1/machines/{machine_id}/secret_key", "", show(a.machine, wire.NewMachineSecretKey)},
		{"POST /v1/machines/{machine_id}/secret_key/rotate", "previous_token_ttl", change(a.machine, a.rotateMachineKey)},
		{"POST /v1/machines/{machine_id}/scopes", "to_machine_id", change(a.machine, a.createMachineScope)},
		{"DELETE /v1/machines/{machine_id}/scopes/{other_machine_id}", "", a.deleteMachineScope},
	}
}

func (a *api) credentialRoutes(base string) []route {
	const fields = "description subject claims scopes seconds_until_expiration"
	return []route{
		{"GET " + base + "/api_keys", "limit offset type subject include_invalid query", a.listAPIKeys},
		{"POST " + base + "/api_keys", fields + " type name created_by", create(a.createAPIKey)},
		{"POST " + base + "/api_keys/verify", "secret", a.verify(world.MachineAPIKey, "secret", wire.NewAPIKey)},
		{"GET " + base + "/api_keys/{api_key_id}", "", show(a.apiKey, a.shownKey)},
		{"PATCH " + base + "/api_keys/{api_key_id}", fields, change(a.apiKey, a.updateAPIKey)},
		{"DELETE " + base + "/api_keys/{api_key_id}", "", show(a.apiKey, a.deleteAPIKey)},
		{"GET " + base + "/api_keys/{api_key_id}/secret", "", show(a.apiKey, apiKeySecret)},
		{"POST " + base + "/api_keys/{api_key_id}/revoke", "revocation_reason", a.revoke(a.apiKey, wire.NewAPIKey)},
		{
			"POST " + base + "/oauth_applications/access_tokens/verify", "access_token",
			a.verify(world.MachineOAuth, "access_token", wire.NewOAuthToken),
		},
	}
}

// m2mRoutes are open to machines, too.
func (a *api) m2mRoutes(base string) []route {
	return []route{
		{"GET " + base + "/m2m_tokens", "limit offset subject revoked expired", a.listM2MTokens},
		{"POST " + base + "/m2m_tokens", "token_format seconds_until_expiration claims min_remaining_ttl_seconds", a.createM2MToken},
		{"POST " + base + "/m2m_tokens/verify", "token", a.verify(world.MachineM2M, "token", wire.NewM2MToken)},
		{"POST " + base + "/m2m_tokens/{m2m_token_id}/revoke", "revocation_reason", a.revoke(a.m2mToken, wire.NewM2MToken)},
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
	return subtle.ConstantTimeCompare([]byte(bearer(r)), []byte(a.SecretKey)) == 1
}

// bearer returns the key in the header Authorization, or "".
func bearer(r *http.Request) string {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		return ""
	}
	return key
}

// jwks has its own code for a wrong key: Clerk's SDKs check for it.
func (a *api) jwks(r *http.Request, _ []byte) (core.Reply, error) {
	if !a.hasSecretKey(r) {
		return core.Reply{}, apierr.New(http.StatusUnauthorized, "clerk_key_invalid", "The secret key is not right.")
	}
	return core.OK(a.Minter.Key.JWKS()), nil
}
