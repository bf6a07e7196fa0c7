// Package jwks finds the public keys that a Clerk instance signs its session tokens with: [Remote] asks the Backend API and
// remembers, [Static] has one key from a PEM. Both belong to one instance. A key id says nothing about whose key it is, so
// two instances never share one of these.
//
// # What is remembered, and for how long
//
// Key sets are parsed with MicahParks/jwkset; the memory is ours, because jwkset's keeps a key through an outage without
// limit and has no clock.
//
//   - A key set lives for Lifetime from the moment it was asked for. Use does not prolong it: a key that Clerk withdraws is
//     refused at most one Lifetime later. The next set is fetched in the background during the last fifth of the lifetime, so
//     that a busy server never waits for one. Where nothing was asked for in that time, the first requests after it wait for
//     the fetch, but a quarter of a second at most if they have a key that may still be used (see StaleFor below).
//   - An unknown key id asks Clerk again, for a key may be new. Anyone can make up key ids, so such fetches are at least
//     MinInterval apart, and four times that where they go on, whatever the ids are. In between the id is refused: for
//     MinInterval, three seconds, where Clerk publishes a key a moment after the first token with it arrives.
//   - One fetch is under way at a time. Whoever needs it waits no longer than their own context; the fetch goes on without
//     them, up to Timeout.
//   - When Clerk does not answer, the last set is used for StaleFor more, and Clerk is asked again in the background. Signing
//     everybody out, or answering 503 everywhere, because of a short outage would be worse than trusting for an hour the
//     keys that were right five minutes before. A key that is withdrawn because it leaked stays usable for that long only
//     for an attacker who also keeps this server from Clerk; who fears that sets StaleFor to [NoStale], and waits for the
//     fetch each time. A secret key that Clerk no longer knows counts as an outage too: rolling it must not sign everybody
//     out at once.
//
// # Errors
//
// A key that does not exist is a [token.Error] with token.ReasonJWKKidMismatch, as in @clerk/backend. Whatever keeps us from
// knowing matches token.ErrKeysUnavailable and carries Clerk's reason beside it.
package jwks
