package openapicheck

// leftOutOfBackend are the operations that Clerk's SDKs call and the document of 2026-05-12 leaves out, with the schema of
// their answers, or the operation with the same answers; "": the document has no schema for them.
func leftOutOfBackend() map[string]string {
	return map[string]string{ //nolint:gosec // operations, some of which are about keys
		"GET /clients/handshake_payload":                                     "", // @clerk/backend
		"POST /sessions/{session_id}/verify":                                 "Session",
		"POST /users/{user_id}/ban":                                          "User",
		"POST /users/{user_id}/unban":                                        "User",
		"POST /users/{user_id}/lock":                                         "User",
		"POST /users/{user_id}/unlock":                                       "User",
		"POST /users/{user_id}/verify_password":                              "", // {"verified":true}
		"PATCH /users/{user_id}/metadata":                                    "User",
		"PUT /users/{user_id}/metadata":                                      "User",
		"PUT /organizations/{organization_id}/metadata":                      "Organization",
		"GET /organization_memberships":                                      "OrganizationMemberships",
		"PATCH /organizations/{organization_id}/memberships/{user}/metadata": "OrganizationMembership",
		"PATCH /organizations/{organization_id}/metadata":                    "Organization",
		"PATCH /organizations/{organization_id}/memberships/{user}":          "OrganizationMembership",
		"DELETE /organizations/{organization_id}/memberships/{user}":         "OrganizationMembership",
		"POST /actor_tokens/{actor_token_id}/revoke":                         "ActorToken",
		"GET /api_keys/{api_key_id}":                                         "POST /api_keys/verify",
		"PATCH /api_keys/{api_key_id}":                                       "POST /api_keys/verify",
		"POST /api_keys/{api_key_id}/revoke":                                 "POST /api_keys/verify",
		"DELETE /api_keys/{api_key_id}":                                      "DeletedObject",
		"GET /api_keys/{api_key_id}/secret":                                  "", // {"secret":"ak_…"}
		"POST /agents/tasks":                                                 "",
		"POST /agents/tasks/{agent_task_id}/revoke":                          "",
		"POST /m2m_tokens/{m2m_token_id}/revoke":                             "POST /m2m_tokens/verify",
		"GET /machines":                                                      "", // the document has nothing about machines and their scopes
		"POST /machines":                                                     "",
		"GET /machines/{machine_id}":                                         "",
		"PATCH /machines/{machine_id}":                                       "",
		"DELETE /machines/{machine_id}":                                      "DeletedObject",
		"GET /machines/{machine_id}/secret_key":                              "",
		"POST /machines/{machine_id}/secret_key/rotate":                      "",
		"POST /machines/{machine_id}/scopes":                                 "",
		"DELETE /machines/{machine_id}/scopes/{other_machine_id}":            "",
	}
}

// leftOutOfFrontend is the same for the Frontend API.
func leftOutOfFrontend() map[string]string {
	return map[string]string{
		"GET /v1/tickets/accept": "", // the url of sign-in tokens and actor tokens: a redirect
	}
}
