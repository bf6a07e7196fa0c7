// Package token reads and verifies Clerk session tokens and the JWTs of machines.
//
// [Read] decodes a token once, without verifying it. [Verifier.Verify] takes what Read returns. It decides as Clerk's own
// verification does (@clerk/backend, files jwt/verifyJwt.ts and jwt/assertions.ts) and gives Clerk's reason for a refusal, so
// that Clerk's documentation applies. Three checks are ours. The issuer must be an expected one, and the token must name a
// session: an Unsafe… field of the configuration turns either off. And only session tokens pass: Clerk signs template tokens and
// machine tokens with the same key.
//
// [Verifier.VerifyMachine] verifies M2M and OAuth tokens with the same code for signatures (@clerk/backend, file
// jwt/verifyMachineJwt.ts). A machine's token is never taken for a session token, and a session token never for a machine's.
//
// # What golang-jwt does here, and what it does not
//
// golang-jwt's RS256 verifies the signatures, and errors wrap golang-jwt's sentinels. Its parser and its validation of claims are
// not used: Clerk counts skew in milliseconds, treats a token as expired at the moment of exp, truncates fractions, refuses an nbf
// that is null, accepts padding after the base64, and has an order of checks that its reasons depend on.
//
// RS384 and RS512 are refused, as Clerk refuses them: Clerk publishes its keys for RS256, and WebCrypto does not import such a key
// for another hash.
//
// # Where it is stricter than Clerk
//
//   - The class of a token comes from its header and claims, which the signature covers, and not from the spelling of the base64.
//     Clerk (3.25.0) recognizes a machine's token only when the base64 has no padding: with a "=" after it, and without a category,
//     the token passes for the session of a user mch_…. No recorded decision shows this.
//   - A handshake token names no subject and no session. A token that names one is another kind of token with a claim called
//     "handshake". Clerk accepts it unless its category says otherwise.
//   - A token above 16 KiB is not decoded, and neither is a token with a number that float64 can't hold.
//   - An aud that is neither a string nor a list of strings never matches a configured audience.
//   - An exp beyond the range of JavaScript's dates is refused. In Clerk's SDKs such a token never expires.
//   - The issuer of a machine's JWT is compared, too, and a token whose scopes have an unexpected type is refused. Clerk's SDKs
//     throw an exception for some of these.
//   - When the positions of the organization's permissions (claim fpm) can be read in two ways, none are granted.
//
// # Three steps
//
// Reading depends on the token's bytes alone. Verify first checks what depends on the bytes and the key: category, type, algorithm,
// signature. It then checks what depends on the clock and the configuration. The checks of the last step are made for every request.
//
// # What is remembered
//
// A [Memory] keeps what was read of tokens that were accepted, and the key that has signed each. It saves decoding and the arithmetic of
// the signature, which is nearly all that a verification costs, and nothing else. It is on by default. [Memory] says what it holds,
// what somebody who can read the process's memory gains from it, and why its answers go with a key that is withdrawn.
// [Config].Memory shares one, makes one of another size, or turns it off.
//
// # How claims are read
//
// A token is JSON that encoding/json checks, and that is then read where it stands: what a decision needs is decoded at once, and custom
// claims when they are asked for. Names have letter case, and of several claims of one name the last counts, as in JavaScript.
package token
