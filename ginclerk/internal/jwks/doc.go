// Package jwks finds the public keys with which a Clerk instance signs its session tokens. [Remote] fetches them from the Backend
// API and remembers them; [Static] has one key from a PEM. Each serves one instance: a key id does not say which instance the key
// belongs to, so two instances must never share one.
//
// # How long keys are remembered
//
// go-jose parses the keys; clerk-sdk-go links it anyway. The memory is our own, because libraries such as MicahParks/jwkset keep a key
// through an outage without limit and have no clock.
//
//   - A key set lives for Lifetime from the start of its fetch. Use does not prolong it: a key that Clerk withdraws is refused at
//     most one Lifetime later. During the last fifth of the lifetime a request starts the fetch of the next set in the background, so
//     a busy server never waits. Without a request in that time, the first requests afterwards wait for the fetch, but at most a
//     quarter of a second if they have a key that may still be used (see StaleFor below).
//   - A key that the next set has under the same id and unchanged keeps its pointer, so that a token.Memory still believes what was
//     verified with it. A key that was withdrawn and published again has a new pointer.
//   - An unknown key id starts a fetch, because the key may be new. Anyone can make up key ids, so such fetches are at least
//     MinInterval apart, and four times that when they continue, for all ids together. In between, the id is refused. When Clerk
//     publishes a key a moment after the first token with it arrives, it is refused for MinInterval, three seconds by default.
//   - One fetch runs at a time. A caller waits for it no longer than the caller's own context; the fetch goes on, up to Timeout.
//   - When Clerk does not answer, the last set is used for StaleFor more, and fetches go on in the background. In a short outage it
//     would be worse to sign all users out, or to answer 503 everywhere, than to trust for an hour the keys that were right five
//     minutes before. A leaked key that Clerk withdraws stays usable for that time only if the attacker also keeps this server from
//     reaching Clerk. Against such an attacker set StaleFor to [NoStale]: requests then wait for the fetch each time. A secret key
//     that Clerk does not know any more counts as an outage, too: rolling the key must not sign all users out at once.
//
// # Errors
//
// For a key that does not exist, the error is a [token.Error] with token.ReasonJWKKidMismatch, as in @clerk/backend. When it is not
// known whether the key exists, the error matches token.ErrKeysUnavailable and has Clerk's reason.
package jwks
