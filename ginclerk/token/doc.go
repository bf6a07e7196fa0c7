// Package token verifies Clerk session tokens, and the JWTs of machines, and reads their claims.
//
// [Verifier.Verify] is the way in. It decides as Clerk's own verification does (@clerk/backend, files jwt/verifyJwt.ts and
// jwt/assertions.ts) and names a refusal with Clerk's reason, so that Clerk's documentation applies. Three checks are ours
// and are on unless the configuration says otherwise by an Unsafe… field: the issuer must be one that is expected, the
// token must name a session, and only session tokens pass: templates and machine tokens carry the signature of the same
// key.
//
// [Verifier.VerifyMachine] verifies M2M and OAuth tokens by the same signature path (@clerk/backend, file
// jwt/verifyMachineJwt.ts). What is a machine's is never a session's, nor the other way round.
//
// # What golang-jwt does here, and what it does not
//
// Signatures are verified by golang-jwt's RS256 and errors wrap its sentinels. Its parser and claims validation are not
// used: Clerk counts skew in milliseconds, compares exp with "at or before", truncates fractions, refuses an nbf that is
// null, accepts padding behind the base64, and has an order of checks that its reasons depend on.
//
// RS384 and RS512 are refused as Clerk refuses them: its keys are published for RS256 alone, and WebCrypto does not import
// such a key for another hash.
//
// # Where it is stricter than Clerk
//
//   - The class of a token comes from its header and claims, which the signature covers, and never from how it is written.
//     Clerk (3.25.0) looks for a machine's token among those without padding alone, so that one with a "=" behind it passes for
//     the session of a user mch_…, where it has no category. No recorded decision shows this.
//   - A handshake token is about nobody: one that names a subject or a session is another kind of token that has a claim of
//     that name. Clerk takes it, unless its category is another.
//   - A token above 16 KiB is not decoded; nor is one with a number that float64 can't hold.
//   - An aud that is neither a string nor a list of strings never matches a configured audience.
//   - An exp beyond the range of JavaScript's dates is refused; there, such a token never expires.
//   - The issuer of a machine's JWT is compared too, and one whose scopes are not of the expected type is refused; there,
//     some of these end in an exception.
//   - Where the positions of the organization's permissions (claim fpm) can be read in two ways, none are granted.
//
// # Two halves
//
// Verify does first what depends on the token's bytes and the key alone (decoding, category, signature), then what depends
// on the clock and the configuration. A memory of verified tokens fits between the two. Claims are not changed after they
// were made.
package token
