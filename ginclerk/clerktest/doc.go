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
//     lock, verify password, organization memberships); organizations and their memberships; JWT templates; sign-in tokens and actor
//     tokens (impersonation: the sessions have an actor, and a lifetime of their own) and testing tokens (made, never asked for);
//     machines, their secret keys and scopes; M2M tokens (opaque ones are made, listed, revoked and verified, JWTs are made and not
//     kept); API keys; OAuth access tokens (verified; tests make them with [Server.CreateMachineToken], as JWT, too). The tests compare
//     the answers with Clerk's OpenAPI documents.
//   - Frontend API (below [Server.FrontendURL]): dev browser, environment, client, handshake (nonce and token; development and
//     production), sign-in with password, e-mail code or ticket, and with a second factor where the user has one (authenticator app,
//     backup codes), tickets' URLs, sign-up with an e-mail code, sessions (get, touch, tokens, tokens of templates, end, remove,
//     reverification), sign-out of everything, the user with all sessions and memberships, key set, health.
//   - Sessions come to every status that Clerk has: the tests go each way, and look what both APIs still give afterwards. How long they
//     last, and whether a browser has one or several, is said by [Config]. Who reverifies a factor has new ages in the next token; they
//     grow with the [Clock]. After 100 wrong passwords and codes an account is locked for an hour.
//   - Account Portal ([Server.Portal]): pages for sign-in and sign-up that work without JavaScript; tickets in the
//     address (__clerk_ticket) sign in at once. The application shows them at
//     its own /sign-in and /sign-up. Below the sign-in path: /add-account adds an account to a browser that has one already,
//     /create signs up, /factor-two asks for the second factor, /tasks is where pending sessions go. redirect_url says where to return to; notice=session-ended shows that
//     a session was ended.
//   - Session tokens: RS256, version 2, 60 seconds, with the active organization, permissions, features, factor ages, status and
//     custom session claims; tokens of JWT templates; refresh tokens that die with their session.
//   - Rate limits of the Backend API, where [Config] turns them on.
//   - Webhooks ([Server.AddWebhook]): the events of users, sessions, organizations and memberships, signed and tried again as Svix does
//     by the server's clock. An endpoint that fails for days is not disabled. @clerk/backend's verifyWebhook and Svix's library take
//     them in the tests.
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
//   - Webhooks: [Server.DeliverWebhooks] waits for what is due, [Server.WebhookMessages] tells of every attempt,
//     [Server.ResendWebhook] repeats one, and [Server.WebhookRequest] makes those that a receiver has to refuse.
//
// Package gintest asserts that every route of a Gin engine is guarded.
//
// # What is not
//
// No e-mail is ever sent: the code is always 424242. The code of an authenticator app is the same one; second factors are
// seeded, nobody can enroll one. There are no passkeys, social or enterprise connections, phone numbers, satellites,
// applications that OAuth tokens are given to, bot protection or geolocation. Passwords aren't checked against known leaks. The __client cookie is an opaque text, not a token. Cookies are Secure only where the
// application's address is https. When a browser's current session ends, no other account takes its place by itself: clerk-js
// chooses. Sessions that another one replaced are shown by the Backend API alone, since Clerk's document of the Frontend API has no such
// status. That an actor's session replaces the one before, in a browser that may have one alone, is our guess.
//
// # Safety
//
// Whoever reaches this server can sign in with a known code. It therefore listens on loopback only, keys and passwords are new at
// every [Start], and the signing keys that [New] takes from the repository are for tests alone.
package clerktest
