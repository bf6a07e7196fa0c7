// Package authn decides who sent a request: signed in, signed out, or not known until the browser has been through a
// handshake. It decides as Clerk's own code does (@clerk/backend, authenticateRequest), gives Clerk's reasons in Clerk's spelling,
// and reports what it could not reach. It uses net/http and does not know Gin. It writes no response: a [State] has the headers for
// the response.
//
// The package reads a request once into facts, each token of it included. Small functions, one for each branch of Clerk's decision
// table, decide from the facts. Only four steps leave the process, each through an interface: fetching a signing key, renewing an
// expired session token, exchanging a handshake nonce, and asking about an opaque machine token.
//
// # Machines
//
// A route says with [Request].Accepts which kinds of tokens it accepts; by default session tokens only. API keys, M2M tokens and
// OAuth tokens come in the Authorization header, never in a cookie. The instance's key verifies those that are JWTs, and a
// [MachineVerifier] the opaque ones. A signed-in state then has Machine in place of Claims. Opaque tokens are not remembered.
//
// # What is remembered
//
// The signatures of JWTs that were accepted are not verified again ([Options].Memory). All else is decided for every request: see
// token.Memory.
//
// # Why
//
// [State].Explain says what a decision rests on and what would help, without giving a token away. A state is a
// slog.LogValuer; it computes and allocates nothing until a record is written.
//
// # Where it is stricter than Clerk
//
//   - A session token must name a session (sid) and must have been issued by this instance. Clerk checks neither unless
//     asked. [Options].UnsafeSkipIssuer and UnsafeAllowMissingSessionID turn that off.
//   - A redirect counter of three or more ends the loop; Clerk compares with exactly three.
//   - Cookies of a handshake or a refresh are set only if they are Clerk's own.
//   - A handshake token that does not verify is never an error to the caller: the request is signed out, with the cause in
//     [State].Err.
//   - A refresh passes on only headers that describe the browser, never cookies or Authorization.
//   - A request with two Authorization headers has no token.
//   - A bearer token is never renewed, and a handshake sees no other token beside it. Clerk renews the session of the cookies beside
//     an expired bearer token, even if it is another user's. No recorded decision shows this.
//   - A machine's token is recognized with and without padding of its base64, and is never a handshake (package token). Clerk takes
//     one with padding for a session token. No recorded decision shows this.
//   - An opaque machine token is accepted if Clerk says that it is neither revoked nor expired nor inactive; Clerk's SDKs
//     accept every answer with status 200. The issuer of a machine's JWT must be this instance, too.
//   - With [Options].MachineID, the scopes of an M2M token that is a JWT must name this machine. Clerk's SDKs accept tokens for every
//     machine of the instance.
//   - Forwarded headers count only if the caller says so: the public origin is a field of [Request].
//   - A caller may ignore the answer of a handshake, count redirects by other means, and mark a request as one that no person made
//     ([Request].IgnoreAnswer, RedirectCount and Passive). With their zero values the package decides as Clerk does.
//   - An empty list of accepted kinds, or an unknown kind, accepts nothing; Clerk reads cookies for the latter.
//   - The dev sync of satellites returns only to configured satellites.
package authn
