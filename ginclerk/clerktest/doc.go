// Package clerktest is an embedded Clerk for tests and demos: a server on loopback that speaks Clerk's wire protocol, so that
// applications, Clerk's own SDKs and browsers can be tried without a Clerk account and without a network.
//
// In a test it is one call. It cleans up after itself:
//
//	srv := clerktest.New(t)
//	// configure the application with srv.PublishableKey(), srv.SecretKey(), srv.BackendURL() and srv.FrontendURL()
//
// # What is emulated
//
//   - Backend API (below [Server.BackendURL]): the key set; sessions (list, create, get, revoke, verify, refresh, tokens, tokens of
//     templates); clients (list, get, verify, handshake payload); users (list, count, create, get, update, delete, metadata, ban,
//     lock, verify password, organization memberships); organizations and their memberships; JWT templates; sign-in tokens, actor
//     tokens (made and revoked, never used) and testing tokens (made, never asked for); API keys, M2M tokens and OAuth access tokens
//     (verified; tests make them with [Server.CreateMachineToken]). The tests compare the answers with Clerk's OpenAPI documents.
//   - Frontend API (below [Server.FrontendURL]): dev browser, environment, client, handshake (nonce and token; development and
//     production), sign-in with password or e-mail code, sign-up with an e-mail code, sessions (get, touch, tokens, tokens of
//     templates, end, remove), sign-out of everything, the user with all sessions and memberships, key set, health.
//   - Account Portal ([Server.Portal]): pages for sign-in and sign-up that work without JavaScript. The application shows them at
//     its own /sign-in and /sign-up. Below the sign-in path: /add-account adds an account to a browser that has one already,
//     /create signs up, /tasks is where pending sessions go. redirect_url says where to return to; notice=session-ended shows that
//     a session was ended.
//   - Session tokens: RS256, version 2, 60 seconds, with the active organization, permissions, features, factor ages, status and
//     custom session claims; tokens of JWT templates; refresh tokens that die with their session.
//   - Rate limits of the Backend API, where [Config] turns them on.
//
// Every operation that isn't there answers 404 and says so, and is counted by [Server.Calls].
//
// # The laboratory
//
//   - Time: all of it comes from one [Clock] that tests can advance.
//   - Faults by operation: [Server.Fail] answers with an error, 429 with Retry-After, garbage, half an answer or none at all, late, or
//     with an answer of the test's; so often, one after the other. [Server.SetUnavailable] and [Server.SetUnreachable] are outages of
//     everything. [Server.ClearFaults] ends them all.
//   - Signing keys: [Server.RotateKey] publishes a new one beside the old, [Server.WithdrawKey] takes one back.
//   - Other processes and other languages: the program in cmd/clerktest, seeds as JSON ([ParseSeed]), and [Server.Control].
//
// Package gintest asserts that every route of a Gin engine is guarded.
//
// # What is not
//
// No e-mail is ever sent: the code is always 424242. There are no second factors, passkeys, social or enterprise connections,
// phone numbers, impersonation, satellites, webhooks, tokens of machines as JWT, bot protection or geolocation. Passwords
// aren't checked against known leaks. The __client cookie is an opaque text, not a token. Cookies are Secure only where the
// application's address is https. When a browser's current session ends, no other account takes its place by itself.
//
// # Safety
//
// Whoever reaches this server can sign in with a known code. It therefore listens on loopback only, keys and passwords are new at
// every [Start], and the signing keys that [New] takes from the repository are for tests alone.
package clerktest
