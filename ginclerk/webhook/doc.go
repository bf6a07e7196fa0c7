// Package webhook receives Clerk's events: verified, typed, each one handled once. A [Receiver] is an http.Handler for the
// address that the Clerk dashboard has as an endpoint.
//
// Clerk sends by Svix: at least once, in no order, within 15 seconds or it tries again, 8 times over 27 hours and 35
// minutes (docs.svix.com/retries: at once, then 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h after the failure before).
// Whatever is not answered by 2xx is tried again.
//
// # What is let in
//
// A POST of at most Config.MaxBody bytes with a signature of one of Config.Secrets and a time of sending within
// Config.Tolerance of now, before or after. Nothing of the body is read before. Ids are letters, digits, hyphens and
// underscores. What is signed is "id.time.body": if ids could have dots, an attacker who controls a part of a genuine body could
// divide it in another way. The headers are svix-id, svix-timestamp and svix-signature, or the same of Standard Webhooks
// (webhook-id …). The content type does not matter.
//
// # Once
//
// Before the handlers run, the event's id is claimed in the Store, for Config.Lease; then it is marked as done for
// [Remembered], longer than Clerk tries again. A done id is answered 200 and not handled; one that is being handled is
// answered 409, so that Clerk asks again and learns how it ended. If a handler fails or panics, the claim is given back and
// the answer is 500. If the process dies, the claim lapses, and the next attempt finds the event unhandled. Handlers that
// had succeeded before another failed run again: make them idempotent.
//
// If the store can't be reached, the answer is 503 and no handler runs. Clerk's attempts outlast an outage of a day; to
// handle the event anyway would mean to handle it again at each of them.
//
// A handler that succeeds when the store can't be told any more is answered 200 all the same: that ends the attempts, which
// is what the mark is for.
//
// # Revocation
//
// The end of a session, and a user who was deleted, banned or locked, go to Config.Revocations first: before the claim,
// whether or not the store can be reached, and again with every attempt and replay. That is safe because revoking is
// idempotent, and right because a session that Clerk calls ended must not live on while the store is down. If another
// replica could not be told, the answer is 503, so that Clerk tries again.
//
// Events come late and out of order; entries are made so that this does no harm:
//
//   - session.ended, session.removed and session.revoked refuse that session. It is over for good; ids don't return.
//   - user.deleted refuses what was issued to the user until now. Users don't return either.
//   - user.updated with banned or locked refuses what was issued until the event's own time, not until it arrived: a ban
//     that is delivered ten hours late must not sign out who was unbanned nine hours ago. No token is issued to a banned
//     user, so nothing that is refused by right is missed. (Clerk does issue tokens to sessions of a user who was locked;
//     the lock is for signing in. Such a session goes on with its next token.)
//
// The event's time is Clerk's word, but not above the later of this machine's clock and the signed time of sending. Our
// clock alone would not do: being 5 seconds behind, it would spare the tokens of the 5 seconds before the ban.
//
// Clerk's documentation gives the event's time in milliseconds, its examples in seconds; both are understood.
package webhook
