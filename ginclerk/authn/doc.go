// Package authn decides who sent a request: signed in, signed out, or not known until the browser has been through a
// handshake. It decides as Clerk's own code does (@clerk/backend, authenticateRequest), spells its reasons the same way,
// and reports what it could not reach. It knows net/http and nothing of Gin, and it writes no response: a [State] carries
// the headers that belong on it.
//
// A request is read once into facts; the decision is taken from them by small functions, one for each branch of Clerk's
// decision table; only three steps leave the process, and each is behind an interface: fetching a signing key, renewing an
// expired session token, and exchanging a handshake nonce.
//
// # Where it is stricter than Clerk
//
//   - A session token must name a session (sid) and must have been issued by this instance. Clerk checks neither unless
//     asked. [Options].UnsafeSkipIssuer and UnsafeAllowMissingSessionID turn that off.
//   - A redirect counter of three or more ends the loop; Clerk compares with exactly three.
//   - Cookies that a handshake or a refresh asks for are set only if they are Clerk's own.
//   - A handshake token that does not verify is never an error to the caller: the request is signed out, with the cause in
//     [State].Err.
//   - Only headers that describe the browser are passed on with a refresh, never cookies or Authorization.
//   - Two Authorization headers are no token at all.
//   - Forwarded headers count only where the caller says so: the public origin is a field of [Request].
//   - Where the dev sync of satellites names a place to return to, it must be a configured satellite.
package authn
