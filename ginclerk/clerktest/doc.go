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
//   - Backend API (below [Server.BackendURL]): the key set; sessions (list, get, revoke, refresh, tokens, tokens of templates);
//     clients (get, handshake payload); users (list, count, get, organization memberships).
//   - Frontend API (below [Server.FrontendURL]): dev browser, environment, client, handshake (nonce and token; development and
//     production), sign-in with password or e-mail code, sign-up with an e-mail code, sessions (get, touch, tokens, tokens of
//     templates, end, remove), sign-out of everything, the user with all sessions and memberships, key set, health.
//   - Account Portal ([Server.Portal]): pages for sign-in and sign-up that work without JavaScript. The application shows them at
//     its own /sign-in and /sign-up. Below the sign-in path: /add-account adds an account to a browser that has one already,
//     /create signs up, /tasks is where pending sessions go. redirect_url says where to return to; notice=session-ended shows that
//     a session was ended.
//   - Session tokens: RS256, version 2, 60 seconds, with the active organization, permissions, features, factor ages, status and
//     custom session claims; tokens of JWT templates; refresh tokens that die with their session.
//   - Time: all of it comes from one [Clock] that tests can advance.
//   - Faults: [Server.SetUnavailable] answers 503, [Server.SetUnreachable] cuts connections.
//
// Every operation that isn't there answers 404 and says so, and is counted by [Server.Calls].
//
// # What is not
//
// No e-mail is ever sent: the code is always 424242. There are no second factors, passkeys, social or enterprise connections, phone
// numbers, tickets, impersonation, satellites, webhooks, machine tokens, rate limits, bot protection or geolocation. Passwords
// aren't checked against known leaks. The __client cookie is an opaque text, not a token. Cookies are Secure only where the
// application's address is https. When a browser's current session ends, no other account takes its place by itself.
//
// # Safety
//
// Whoever reaches this server can sign in with a known code. It therefore listens on loopback only, keys and passwords are new at
// every [Start], and the signing keys that [New] takes from the repository are for tests alone.
package clerktest
