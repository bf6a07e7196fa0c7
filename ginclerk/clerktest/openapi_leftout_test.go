package clerktest_test

// leftOutOfBackend are the operations that Clerk's SDKs call and the document of 2026-05-12 leaves out, with the schema that their
// answers have all the same; "": the document has none for it.
func leftOutOfBackend() map[string]string {
	return map[string]string{
		"GET /clients/handshake_payload":                             "", // @clerk/backend
		"POST /sessions/{session_id}/verify":                         "Session",
		"POST /users/{user_id}/ban":                                  "User",
		"POST /users/{user_id}/unban":                                "User",
		"POST /users/{user_id}/lock":                                 "User",
		"POST /users/{user_id}/unlock":                               "User",
		"POST /users/{user_id}/verify_password":                      "", // {"verified":true}
		"PATCH /users/{user_id}/metadata":                            "User",
		"PATCH /organizations/{organization_id}/metadata":            "Organization",
		"PATCH /organizations/{organization_id}/memberships/{user}":  "OrganizationMembership",
		"DELETE /organizations/{organization_id}/memberships/{user}": "OrganizationMembership",
		"POST /actor_tokens/{actor_token_id}/revoke":                 "ActorToken",
	}
}

// leftOutOfFrontend is the same for the Frontend API.
func leftOutOfFrontend() map[string]string { return map[string]string{} }
