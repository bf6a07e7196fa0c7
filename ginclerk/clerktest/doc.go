// Package clerktest is an embedded Clerk for tests and demos: a server on loopback that speaks Clerk's wire protocol, so that
// applications, Clerk's own SDKs and browsers can be tried without a Clerk account and without a network.
//
// In a test it is one call, and it cleans up after itself:
//
//	srv := clerktest.New(t)
//	// configure the application with srv.PublishableKey(), srv.SecretKey(), srv.BackendURL() and srv.FrontendURL()
//
// Then [Server.AddUser] makes users, [Server.NewBrowser] and [Browser.Cookies] give requests the cookies of somebody who is
// signed in, [Server.MintToken] gives them bearer tokens, and [Clock.Advance] and [Server.RevokeSession] take all that away
// again. The examples show each. Package gintest asserts that every route of a Gin engine is guarded, and the program in
// cmd/clerktest is the same server for other languages.
//
// # What is emulated
//
// Backend API, below [Server.BackendURL], for the holder of the secret key:
//
//   - sessions (list, create, get, revoke, verify, refresh, tokens, tokens of templates) and clients (list, get, verify,
//     payload of a handshake);
//   - users (list, count, create, get, update, delete, metadata, ban, lock, verify password, memberships), organizations and
//     their memberships, JWT templates with every shortcode and conditional expressions;
//   - sign-in tokens, actor tokens, testing tokens;
//   - machines with their secret keys and scopes, M2M tokens (opaque, and as JWT), API keys, and the verification of OAuth
//     access tokens, which [Server.CreateMachineToken] makes;
//   - the key set; pages of lists (10 elements, 500 at most); versions of the API; rate limits, where [Config] turns them on.
//
// Frontend API, below [Server.FrontendURL], for browsers, of development and of production instances:
//
//   - dev browsers, environment, client, the handshake by nonce and by token, CORS for allowed origins;
//   - sign-in with password, e-mail code or ticket, and with a second factor where the user has one (authenticator app, backup
//     codes); sign-up with an e-mail code; the addresses of tickets;
//   - sessions (get, touch, tokens, tokens of templates, end, remove, reverification), signing out of one and of all, the user
//     with all sessions and memberships.
//
// Account Portal, [Server.Portal]: pages for sign-in and sign-up that work without JavaScript. The application shows them at
// its own /sign-in and /sign-up, or [Config] lets the server show them. Below the sign-in path /add-account adds an account to
// a browser that has one, /create signs up, /factor-two asks for the second factor, and /tasks is where pending sessions go.
// __clerk_ticket signs in at once, redirect_url says where to return to, and notice=session-ended shows that a session was
// ended.
//
// Beyond the APIs:
//
//   - Sessions come to every status that Clerk has: active, pending, ended, removed, revoked, replaced, expired, abandoned.
//     [Config] says how long they last, and whether a browser has one or several; impersonated ones last as long as their
//     actor token says.
//   - Session tokens: RS256, version 2, 60 seconds, with the active organization, permissions, features, actor, factor ages
//     that grow with the [Clock], status, and custom claims. Refresh tokens die with their session.
//   - After 100 wrong passwords and codes an account is locked for an hour.
//   - Webhooks ([Server.AddWebhook]): the events of [WebhookEvents], signed and tried again as Svix does, by the server's
//     clock.
//
// What isn't there answers 404 in Clerk's envelope and names the operation, whatever the path; [Server.UnknownCalls] counts
// it, so that a test can fail on it.
//
// # The laboratory
//
//   - Time: all of it comes from one [Clock] for each server.
//   - Faults by operation: [Server.Fail] answers with an error, 429 with Retry-After, garbage, half an answer or none at all,
//     late, or with an answer of the test's; so often, one after the other. [Server.SetUnavailable] and
//     [Server.SetUnreachable] are outages of everything. [Server.ClearFaults] ends them all.
//   - Counters: [Server.Calls], by operation.
//   - Signing keys: [Server.RotateKey] publishes a new one beside the old, [Server.WithdrawKey] takes one back.
//   - Webhooks: [Server.DeliverWebhooks] waits for what is due, [Server.WebhookMessages] tells of every attempt,
//     [Server.ResendWebhook] repeats one, and [Server.WebhookRequest] makes those that a receiver has to refuse.
//   - Other processes and languages: seeds as JSON ([ParseSeed]), and [Server.Control], which documents its JSON.
//
// # What is not
//
//   - No e-mail is ever sent: the code is always 424242, that of an authenticator app too. Second factors are seeded; nobody
//     can enroll one. Testing tokens are made, and nothing asks for them, since there is no bot protection.
//   - There are no passkeys, social or enterprise connections, phone numbers, web3 wallets, invitations, domains, waitlists,
//     allow lists, billing, pictures, geolocation, and no OAuth applications that give out tokens. A satellite is signed in by
//     the primary application's dev browser; production satellites are not emulated.
//   - Browsers can't change their user, create organizations or manage API keys: the Frontend API shows the user and the memberships,
//     and activates organizations.
//   - Passwords aren't checked against known leaks. JWT templates have no signing keys of their own.
//   - The __client cookie is an opaque text, not a token. Cookies are Secure only where the application's address is https.
//   - When a browser's current session ends, no other account takes its place by itself: clerk-js chooses.
//   - Webhooks of e-mails, invitations, roles and the like; and an endpoint that fails for days is not disabled.
//
// Guesses, where Clerk's documentation is silent: the status and code of errors about API versions (400, api_version_invalid);
// that sessions which another one replaced are shown by the Backend API alone, since the document of the Frontend API has no
// such status; that an actor's session replaces the one before, in a browser that may have one alone.
//
// # How it was checked
//
// By clients that nobody here wrote, as they are published:
//
//   - clerk-sdk-go v2 (sdk_test.go, backend_sdk_test.go, machine_sdk_test.go, audit_test.go): sessions, users, clients, key
//     sets, organizations, memberships, templates, sign-in tokens, actor tokens, testing tokens, machines, M2M tokens,
//     verification of tokens through a rotation of keys, and its middleware for headers.
//   - @clerk/backend 3.25.0 from npm, in Node (the tests named Node in folder clients): authenticateRequest with keys over the
//     network and through a rotation, refresh, handshakes by nonce and by token, synchronised organizations, satellites, all
//     kinds of machine tokens; its clients for sessions, users, clients, organizations, tickets, machines and API keys;
//     verifyWebhook.
//   - clerk-js 6.40.0 from npm, in Chromium, through the proxy of an application, and on the demo (the tests named ClerkJS):
//     each step is compared with what server-rendered pages say, in both directions; development and production.
//   - Svix's library (webhook_receiver_test.go) verifies every webhook of every test.
//
// By Clerk's OpenAPI documents of 2026-05-12, for both APIs (openapi_test.go, clients/documents_test.go): every answer that
// the clients and the tests of this package get is validated, where GINCLERK_OPENAPI_DIR names the folder with the documents;
// the tests print how many. What the documents leave out stands in a named list (internal/openapicheck/leftout.go).
//
// By tests of behaviour, whose expectations are Clerk's documentation and what its clients ask for:
//
//   - lives of sessions: session_status_test.go, backend_test.go, frontend_sessions_test.go, refresh_test.go, audit_test.go;
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
//     serve_portal_test.go; the program: cmd/clerktest/process_test.go.
//
// All run under the race detector, with 200 servers at once (lab_limits_test.go), and fail when a goroutine is left
// (main_test.go).
//
// # Safety
//
// Whoever reaches this server can sign in with a known code. It therefore listens on loopback only, unless told otherwise by a
// field whose name says the danger; keys and passwords are new at every [Start]; and the signing keys that [New] takes from
// the repository are for tests alone.
package clerktest
