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
// Backend API, below [Server.BackendURL], for clients with the secret key:
//
//   - sessions (list, create, get, revoke, verify, refresh, tokens, tokens of templates) and clients (list, get, verify,
//     payload of a handshake);
//   - users (list, count, create, get, update, delete, metadata, ban, lock, verify password, memberships), organizations and
//     their memberships, JWT templates with every shortcode and conditional expressions;
//   - sign-in tokens, actor tokens, testing tokens;
//   - machines with their secret keys and scopes, M2M tokens (opaque, and as JWT), API keys, and the verification of OAuth
//     access tokens, which [Server.CreateMachineToken] makes;
//   - the key set; pages of lists (10 elements, at most 500); versions of the API; rate limits, if [Config] turns them on.
//
// Frontend API, below [Server.FrontendURL] and [Server.ProxyURL], for browsers, of development and of production instances:
//
//   - dev browsers, environment, client, the handshake by nonce and by token, CORS for allowed origins;
//   - sign-in with password, e-mail code or ticket, and with a second factor if the user has one (authenticator app, backup
//     codes); sign-up with an e-mail code; the addresses of tickets;
//   - sessions (get, touch, tokens, tokens of templates, end, remove, reverification), signing out of one and of all, the user
//     with all sessions and memberships.
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
// Any other operation gets 404 in Clerk's envelope, with its name; [Server.UnknownCalls] counts it, so that a test can fail.
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
//   - The server sends no e-mail: the code is always 424242, also that of an authenticator app. Second factors are seeded; users
//     can't enroll one. The server makes testing tokens, but has no bot protection that asks for them.
//   - It has no passkeys, social or enterprise connections, phone numbers, web3 wallets, invitations, domains, waitlists,
//     allow lists, billing, pictures, geolocation, and no OAuth applications that issue tokens. The primary application's dev
//     browser signs a satellite in; production satellites are not emulated.
//   - Browsers can't change their user, create organizations or manage API keys: the Frontend API shows the user and the memberships,
//     and activates organizations.
//   - It does not check passwords against known leaks. JWT templates have no separate signing keys.
//   - The __client cookie is an opaque text, not a token. Cookies are Secure only if the application's address is https.
//   - When a browser's current session ends, no other account replaces it: clerk-js chooses one.
//   - It sends no webhooks about e-mails, invitations, roles and the like, and it does not disable an endpoint that fails for days.
//
// Clerk's documentation does not say everything. These are guesses: the status and code of errors about API versions (400,
// api_version_invalid); only the Backend API shows sessions that another one replaced, because the document of the Frontend API
// has no such status; an actor's session replaces the one before, in a browser that may have only one.
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
//   - @clerk/express 2.1.70 from npm, in Node, on the variables that the program prints (clients/express_test.go): from the sign-in
//     page and back, and tokens of the controls.
//   - clerk-js 6.40.0 from npm, in Chromium, through the proxy of an application, and on the demo (the tests named ClerkJS):
//     each step is compared with what server-rendered pages say, in both directions; development and production.
//   - Svix's library (webhook_receiver_test.go) verifies every webhook of every test.
//
// Against Clerk's OpenAPI documents of 2026-05-12, for both APIs (openapi_test.go, clients/documents_test.go): every answer that
// the clients and the tests of this package get is validated, if GINCLERK_OPENAPI_DIR names the folder with the documents; the
// tests print how many. A list names the operations that the documents leave out (internal/openapicheck/leftout.go).
//
// With tests of behavior, whose expectations come from Clerk's documentation and its clients:
//
//   - lifetimes of sessions: session_status_test.go, backend_test.go, frontend_sessions_test.go, refresh_test.go, audit_test.go;
//   - signing in, second factors, reverification, lockout, impersonation: frontend_test.go, second_factor_test.go,
//     reverification_test.go, impersonation_test.go;
//   - handshake, cookies, origins: handshake_test.go, production_test.go;
//   - tokens and templates: token_test.go, shortcodes_test.go; keys: lab_keys_test.go;
//   - machines: machine_test.go, machine_m2m_test.go, machine_apikey_test.go; tickets: backend_tickets_test.go;
//   - pages of lists, secret keys, versions, unknown operations: backend_test.go, audit_test.go, version_test.go,
//     unknown_test.go;
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
