// Package authn decides who sent a request: signed in, signed out, or not known until the browser has been through a
// handshake. It decides as Clerk's own code does (@clerk/backend, authenticateRequest), spells its reasons the same way,
// and reports what it could not reach. It knows net/http and nothing of Gin, and it writes no response: a [State] carries
// the headers that belong on it.
//
// A request is read once into facts; the decision is taken from them by small functions, one for each branch of Clerk's
// decision table; only four steps leave the process, and each is behind an interface: fetching a signing key, renewing an
// expired session token, exchanging a handshake nonce, and asking about an opaque machine token.
//
// # Machines
//
// A route says with [Request].Accepts which kinds of tokens it takes; unless it says so, session tokens alone. API keys, M2M
// tokens and OAuth tokens come in the Authorization header, never in a cookie. Those that are JWTs are verified with the
// instance's key, the opaque ones by a [MachineVerifier]; neither is remembered here. A signed-in state then has Machine in
// place of Claims.
//
// # Why
//
// [State].Explain tells what a decision rests on and what would help, without giving a token away. A state is a
// slog.LogValuer, and nothing is computed or allocated for it until a record is written.
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
//   - A bearer token is never renewed, and a handshake is told of it alone. Clerk renews the session of the cookies beside an
//     expired bearer token, whosever it is. No recorded decision shows this.
//   - A machine's token is one however it is written, and never a handshake (package token). Clerk takes one with padding behind
//     it for a session's. No recorded decision shows this.
//   - An opaque machine token is accepted if Clerk says that it is neither revoked nor expired nor inactive; Clerk's SDKs
//     accept whatever is answered with 200. The issuer of a machine's JWT must be this instance too.
//   - Forwarded headers count only where the caller says so: the public origin is a field of [Request].
//   - A caller may have the answer of a handshake ignored, count redirects by other means, and say that nobody asked for the
//     request ([Request].IgnoreAnswer, RedirectCount and Passive). Left alone, these decide as Clerk does.
//   - A list of accepted kinds that is empty, or a kind that is unknown, accepts nothing; Clerk reads cookies for the latter.
//   - Where the dev sync of satellites names a place to return to, it must be a configured satellite.
package authn
