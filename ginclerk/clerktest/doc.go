// Package clerktest is an embedded Clerk for tests and demos: a server on loopback that speaks Clerk's wire protocol, so that
// tests of applications, of Clerk's own SDKs and of browsers need no Clerk account and no network.
//
// A test needs one call, which also cleans up, and one for the application's configuration (package gintest):
//
//	srv := clerktest.New(t)
//	clerk, err := ginclerk.New(gintest.Config(srv))
//
// Then [Server.Bearer] and [Server.CookieHeader] sign users in and give requests their token or their cookies:
//
//	bearer, err := srv.Bearer("ada@example.com")
//	r.Header.Set("Authorization", bearer)
//
// [Server.AddUser] makes users, [Server.NewBrowser] several browsers, [Server.MintToken] tokens with faults, and [Clock.Advance] and
// [Server.RevokeSession] end sessions. The examples show each. Package gintest also asserts that every route of a Gin engine is
// guarded, and the program in cmd/clerktest is the same server for other languages. Other clients need [Server.PublishableKey],
// [Server.SecretKey], [Server.BackendURL] and [Server.ProxyURL].
//
// # What is emulated
//
// Backend API, below [Server.BackendURL], for clients with the secret key: sessions, clients, users, organizations, JWT templates with
// every shortcode and conditional expressions, tickets, testing tokens, agent tasks, machines, M2M tokens, API keys, and the verification
// of OAuth access tokens, which [Server.CreateMachineToken] makes; pages of lists, versions of the API, and rate limits if [Config] turns
// them on.
//
// Frontend API, below [Server.FrontendURL] and [Server.ProxyURL], for browsers, of development and of production instances: the handshake
// by nonce and by token, CORS for allowed origins; sign-in with password, e-mail code or ticket, and with a second factor if the user has
// one; sign-up with an e-mail code; sessions with their tokens and reverification; the user with all sessions and memberships.
//
// Account Portal, [Server.Portal]: pages for sign-in and sign-up that work without JavaScript. The application shows them at
// its own /sign-in and /sign-up, or [Config] lets the server show them. Below the sign-in path, /add-account adds an account to
// a browser that has one, /create signs up, /factor-two asks for the second factor, and /tasks completes pending sessions.
// The parameter __clerk_ticket signs in at once, redirect_url is the address to return to, and notice=session-ended says that a
// session has ended: with cause=signed-out from elsewhere, with cause=expired because its time was over. saved=form says that a form waits.
//
// Beyond the APIs:
//
//   - Sessions can have every status that Clerk has: active, pending, ended, removed, revoked, replaced, expired, abandoned.
//     [Config] says how long they last, and whether a browser has one or several. The actor token says how long impersonated
//     ones last.
//   - Session tokens: RS256, version 2, 60 seconds, with the active organization, permissions, features, actor, factor ages
//     by the [Clock], status, and custom claims. Refresh tokens end with their session.
//   - After 100 wrong passwords and codes, an account is locked for an hour.
//   - Webhooks ([Server.AddWebhook]): the events of [WebhookEvents], signed and retried like Svix does, by the server's clock.
//
// Any other operation gets 501 in Clerk's envelope, with its name; [Server.UnknownCalls] counts it, so that a test can fail, and
// [Server.Fail] queues an answer of the test. No parameter is ignored: one that Clerk documents and the server does not emulate gets 501,
// and one that is unknown 422, by its name. Accepted without effect are those for bot protection, locales and Clerk's caches.
//
// # The table of operations
//
// The operations of Clerk's documents of 2026-05-12, and those beyond them that Clerk's SDKs call. Tests validate every answer against
// the documents, except where a star says that these don't describe it. A plus is beyond the documents, and a minus is not emulated.
// An exclamation mark is always an error of Clerk's: no second factor here needs a preparation.
//
// Backend API: 41 operations in Clerk's document, 41 emulated, 41 validated, 0 left out; 33 more emulated.
//
//	/v1/actor_tokens                                                        POST
//	/v1/actor_tokens/{actor_token_id}/revoke                                POST+
//	/v1/agents/tasks                                                        POST+*
//	/v1/agents/tasks/{agent_task_id}/revoke                                 POST+*
//	/v1/api_keys                                                            GET POST
//	/v1/api_keys/verify                                                     POST
//	/v1/api_keys/{api_key_id}                                               DELETE+ GET+ PATCH+
//	/v1/api_keys/{api_key_id}/revoke                                        POST+
//	/v1/api_keys/{api_key_id}/secret                                        GET+*
//	/v1/clients                                                             GET
//	/v1/clients/handshake_payload                                           GET+*
//	/v1/clients/verify                                                      POST
//	/v1/clients/{client_id}                                                 GET
//	/v1/jwks                                                                GET
//	/v1/jwt_templates                                                       GET POST
//	/v1/jwt_templates/{template_id}                                         DELETE GET PATCH
//	/v1/m2m_tokens                                                          GET POST
//	/v1/m2m_tokens/verify                                                   POST
//	/v1/m2m_tokens/{m2m_token_id}/revoke                                    POST+
//	/v1/machines                                                            GET+* POST+*
//	/v1/machines/{machine_id}                                               DELETE+ GET+* PATCH+*
//	/v1/machines/{machine_id}/scopes                                        POST+*
//	/v1/machines/{machine_id}/scopes/{other_machine_id}                     DELETE+*
//	/v1/machines/{machine_id}/secret_key                                    GET+*
//	/v1/machines/{machine_id}/secret_key/rotate                             POST+*
//	/v1/oauth_applications/access_tokens/verify                             POST
//	/v1/organization_memberships                                            GET+
//	/v1/organizations                                                       GET POST
//	/v1/organizations/{organization_id}                                     DELETE GET PATCH
//	/v1/organizations/{organization_id}/memberships                         GET POST
//	/v1/organizations/{organization_id}/memberships/{user}                  DELETE+ PATCH+
//	/v1/organizations/{organization_id}/memberships/{user}/metadata         PATCH+
//	/v1/organizations/{organization_id}/metadata                            PATCH+ PUT+
//	/v1/sessions                                                            GET POST
//	/v1/sessions/{session_id}                                               GET
//	/v1/sessions/{session_id}/refresh                                       POST
//	/v1/sessions/{session_id}/revoke                                        POST
//	/v1/sessions/{session_id}/tokens                                        POST
//	/v1/sessions/{session_id}/tokens/{template_name}                        POST
//	/v1/sessions/{session_id}/verify                                        POST+
//	/v1/sign_in_tokens                                                      POST
//	/v1/sign_in_tokens/{sign_in_token_id}/revoke                            POST
//	/v1/testing_tokens                                                      POST
//	/v1/users                                                               GET POST
//	/v1/users/count                                                         GET
//	/v1/users/{user_id}                                                     DELETE GET PATCH
//	/v1/users/{user_id}/ban                                                 POST+
//	/v1/users/{user_id}/lock                                                POST+
//	/v1/users/{user_id}/metadata                                            PATCH+ PUT+
//	/v1/users/{user_id}/organization_memberships                            GET
//	/v1/users/{user_id}/unban                                               POST+
//	/v1/users/{user_id}/unlock                                              POST+
//	/v1/users/{user_id}/verify_password                                     POST+*
//
// Frontend API: 47 operations in Clerk's document, 42 emulated, 38 validated, 5 left out; 19 more emulated.
//
//	/.well-known/jwks.json                                                  GET
//	/v1/account_portal                                                      GET-
//	/v1/client                                                              DELETE GET POST PUT
//	/v1/client/handshake                                                    GET*
//	/v1/client/sessions                                                     DELETE
//	/v1/client/sessions/{session_id}                                        GET
//	/v1/client/sessions/{session_id}/end                                    POST
//	/v1/client/sessions/{session_id}/remove                                 POST
//	/v1/client/sessions/{session_id}/tokens                                 POST
//	/v1/client/sessions/{session_id}/tokens/{template_name}                 POST
//	/v1/client/sessions/{session_id}/touch                                  POST
//	/v1/client/sessions/{session_id}/verify                                 POST
//	/v1/client/sessions/{session_id}/verify/attempt_first_factor            POST
//	/v1/client/sessions/{session_id}/verify/attempt_second_factor           POST
//	/v1/client/sessions/{session_id}/verify/prepare_first_factor            POST
//	/v1/client/sessions/{session_id}/verify/prepare_second_factor           POST!
//	/v1/client/sign_ins                                                     POST
//	/v1/client/sign_ins/{sign_in_id}                                        GET
//	/v1/client/sign_ins/{sign_in_id}/attempt_first_factor                   POST
//	/v1/client/sign_ins/{sign_in_id}/attempt_second_factor                  POST
//	/v1/client/sign_ins/{sign_in_id}/prepare_first_factor                   POST
//	/v1/client/sign_ins/{sign_in_id}/prepare_second_factor                  POST!
//	/v1/client/sign_ins/{sign_in_id}/reset_password                         POST
//	/v1/client/sign_ups                                                     POST
//	/v1/client/sign_ups/{sign_up_id}                                        GET PATCH
//	/v1/client/sign_ups/{sign_up_id}/attempt_verification                   POST
//	/v1/client/sign_ups/{sign_up_id}/prepare_verification                   POST
//	/v1/client/sync                                                         GET-
//	/v1/dev_browser                                                         POST*
//	/v1/dev_browser/init                                                    GET-
//	/v1/dev_browser/set_first_party_cookie                                  POST-
//	/v1/environment                                                         GET PATCH
//	/v1/health                                                              GET
//	/v1/me                                                                  DELETE GET PATCH
//	/v1/me/change_password                                                  POST+*
//	/v1/me/organization_invitations                                         GET+*
//	/v1/me/organization_invitations/{invitation_id}/accept                  POST+*
//	/v1/me/organization_memberships                                         GET
//	/v1/me/organization_memberships/{organization_id}                       DELETE
//	/v1/me/organization_suggestions                                         GET+*
//	/v1/me/sessions                                                         GET
//	/v1/me/sessions/active                                                  GET
//	/v1/me/sessions/{session_id}/revoke                                     POST
//	/v1/oauth_callback                                                      GET+*
//	/v1/oauth_provider                                                      GET+*
//	/v1/organizations                                                       POST+*
//	/v1/organizations/{organization_id}                                     DELETE+* GET+* PATCH+*
//	/v1/organizations/{organization_id}/invitations                         GET+* POST+*
//	/v1/organizations/{organization_id}/invitations/bulk                    POST+*
//	/v1/organizations/{organization_id}/invitations/{invitation_id}/revoke  POST+*
//	/v1/organizations/{organization_id}/memberships                         GET+*
//	/v1/organizations/{organization_id}/memberships/{user_id}               DELETE+* PATCH+*
//	/v1/organizations/{organization_id}/roles                               GET+*
//	/v1/proxy-health                                                        GET-
//	/v1/tickets/accept                                                      GET+*
//
// Left out:
//
//   - GET /v1/account_portal: the application or the server shows the portal itself;
//   - GET /v1/client/sync: production satellites are not emulated;
//   - GET /v1/dev_browser/init, POST /v1/dev_browser/set_first_party_cookie: older than POST /v1/dev_browser, which clerk-js calls;
//   - GET /v1/proxy-health: it checks the domain of a production instance.
//
// # The laboratory
//
//   - Time: each server has one [Clock].
//   - Faults by operation: [Server.Fail] answers with an error, 429 with Retry-After, garbage, half an answer or none at all,
//     late, or with an answer of the test, a number of times, in order. [Server.SetUnavailable] and [Server.SetUnreachable] are
//     outages of the whole server. [Server.ClearFaults] ends all faults.
//   - Counters: [Server.Calls], by operation.
//   - Signing keys: [Server.RotateKey] publishes a new one beside the old, [Server.WithdrawKey] removes one.
//   - Webhooks: [Server.DeliverWebhooks] waits for due deliveries, [Server.WebhookMessages] returns every attempt,
//     [Server.ResendWebhook] repeats a message, and [Server.WebhookRequest] makes requests that a receiver has to refuse.
//   - Other processes and languages: seeds as JSON ([ParseSeed]), and [Server.Control], which documents its JSON.
//
// # What is not emulated
//
//   - The server sends no e-mail: the code is 424242 for every address, as for those with +clerk_test in Clerk's test mode, and also
//     for an authenticator app. Second factors are seeded; users can't enroll one. The server makes testing tokens, but has no bot
//     protection that asks for them.
//   - It has no passkeys, enterprise connections, web3 wallets, domains, waitlists, allow lists, billing, pictures, geolocation, and no
//     OAuth applications that issue tokens. The only social provider is made up ([Config.SocialProvider]). The primary application's dev
//     browser signs a satellite in; production satellites are not emulated.
//   - Browsers can't add or remove addresses, phone numbers, second factors and API keys.
//   - It does not check passwords against known leaks. JWT templates have no separate signing keys.
//   - The __client cookie is an opaque text, not a token. Cookies are Secure only if the application's address is https.
//   - When a browser's current session ends, no other account replaces it: clerk-js chooses one.
//   - It sends no webhooks about e-mails, invitations, roles and the like, and it does not disable an endpoint that fails for days.
//
// Clerk's documentation does not say everything. These are guesses: the status and code of errors about API versions (400,
// api_version_invalid) and agent tasks; only the Backend API shows sessions that another one replaced, because the document of the
// Frontend API has no such status; an actor's session replaces the one before, in a browser that may have only one; a user's only
// organization becomes active where one is required.
//
// # How it was checked
//
// With published clients that others wrote:
//
//   - clerk-sdk-go v2 (sdk_test.go, backend_sdk_test.go, machine_sdk_test.go, audit_test.go): sessions, users, clients, key
//     sets, organizations, memberships, templates, sign-in tokens, actor tokens, testing tokens, machines, M2M tokens,
//     verification of tokens through a rotation of keys, and its middleware for headers.
//   - @clerk/backend 3.25.0 from npm, in Node (the tests named Node in folder clients): authenticateRequest with keys over the
//     network and through a rotation, refresh, handshakes by nonce and by token, synchronized organizations, satellites, all
//     kinds of machine tokens; its clients for sessions, users, clients, organizations, tickets, machines and API keys;
//     verifyWebhook.
//   - @clerk/express 2.1.70 from npm, in Node, on the variables that the program prints (clients/servers_test.go): from the sign-in
//     page and back, and tokens of the controls.
//   - clerk-js 6.40.0 from npm, in Chromium, through the proxy of an application, and on the demo (the tests named ClerkJS):
//     each step is compared with what server-rendered pages say, in both directions; development and production.
//   - Svix's library (webhook_receiver_test.go) verifies every webhook of every test.
//
// Against Clerk's OpenAPI documents of 2026-05-12, for both APIs (openapi_test.go, clients/documents_test.go): every answer that
// the clients and the tests of this package get is validated, if GINCLERK_OPENAPI_DIR names the folder with the documents; the
// tests print how many. A list names the operations that the documents leave out (internal/documented).
//
// With tests of behavior, whose expectations come from Clerk's documentation and its clients:
//
//   - lifetimes of sessions: session_status_test.go, backend_test.go, frontend_sessions_test.go, refresh_test.go, audit_test.go;
//   - signing in, second factors, reverification, lockout, impersonation: frontend_test.go, second_factor_test.go,
//     reverification_test.go, impersonation_test.go;
//   - handshake, cookies, origins: handshake_test.go, production_test.go;
//   - tokens and templates: token_test.go, shortcodes_test.go; keys: lab_keys_test.go;
//   - machines: machine_test.go, machine_m2m_test.go, machine_apikey_test.go; tickets: backend_tickets_test.go,
//     agent_tasks_test.go;
//   - pages of lists, secret keys, versions, unknown operations and parameters: backend_test.go, audit_test.go, version_test.go,
//     unknown_test.go, parameters_test.go, operations_test.go; settings of the instance: instance_settings_test.go;
//   - rate limits, with Clerk's figures: lab_limits_test.go, lab_limits_kinds_test.go;
//   - webhooks: webhooks_test.go, webhook_events_test.go, webhook_delivery_test.go, webhook_parallel_test.go;
//   - faults, counters, seeds, controls: lab_faults_test.go, lab_seed_test.go, control_test.go; the portal: portal_test.go,
//     serve_portal_test.go; headers of signed-in users: credentials_test.go, control_token_test.go;
//   - the program: cmd/clerktest/process_test.go; the demo and the README's application on its variables, from the sign-in page and
//     back: cmd/clerktest/application_test.go, cmd/clerktest/readme_test.go.
//
// All tests run under the race detector, with 200 servers at once (lab_limits_test.go), and fail if a goroutine is left
// (main_test.go).
//
// # Safety
//
// Everyone who reaches this server can sign in with a known code. Therefore it listens only on loopback, unless a field whose
// name states the danger allows more. Keys and passwords are new at every [Start]. The signing keys that [New] takes from the
// repository are only for tests.
package clerktest
