// Package webhook receives Clerk's events: verified, typed, and each handled once. A [Receiver] is an http.Handler for the
// endpoint in the Clerk dashboard.
//
// Clerk sends events through Svix: at least once, in any order. If an attempt is not answered with 2xx within 15 seconds, Svix
// retries it, with 8 attempts over 27 hours and 35 minutes (docs.svix.com/retries: at once, then 5 s, 5 min, 30 min, 2 h, 5 h, 10 h
// and 10 h after the failure before).
//
// An application with an endpoint of its own calls [Receiver.Verify]. Such a receiver needs nothing but the signing secrets.
//
// # Accepted requests
//
// The receiver accepts a POST of at most Config.MaxBody bytes with a signature by one of Config.Secrets, and with a time of sending
// that differs from now by at most Config.Tolerance, before or after. It reads nothing of the body before it has verified the
// signature. Ids have letters, digits, hyphens and underscores. The signature covers "id.time.body": if ids could have dots, an
// attacker who controls a part of a genuine body could divide it in another way. The headers are svix-id, svix-timestamp and
// svix-signature, or those of Standard Webhooks (webhook-id …). The content type does not matter.
//
// # Once
//
// Before the handlers run, the receiver claims the event's id in the Store, for Config.Lease. Afterwards it marks the id as done for
// [Remembered], which is longer than Clerk retries. For a done id it answers 200 and runs no handler. While another call handles the
// id it answers 409, so that Clerk retries and learns the outcome. If a handler fails or panics, the receiver releases the claim and
// answers 500. If the process dies, the claim lapses, and the next attempt handles the event. If one handler fails, the handlers that
// succeeded before it run again: make them idempotent.
//
// If the store can't be reached, the answer is 503 and no handler runs. Clerk's attempts last longer than an outage of a day. If the
// receiver handled the event anyway, it would handle it again at each attempt.
//
// If a handler succeeds and the store then can't be reached, the answer is still 200: it ends the attempts, which is the purpose of
// the mark.
//
// # Revocation
//
// If an event ends a session, deletes, bans or locks a user, or ends or changes a membership, the receiver first tells Config.Stores.Revocations: before the claim, with or
// without the store, and again with every attempt and replay. This is safe because revoking is idempotent, and it is right because a
// session that Clerk has ended must not live on while the store is down. If another replica could not be told, the answer is 503, so
// that Clerk retries.
//
// Events arrive late and out of order. The entries are made so that this does no harm:
//
//   - session.ended, session.removed and session.revoked refuse that session. An ended session stays ended; Clerk does not reuse ids.
//   - user.deleted refuses tokens that were issued to the user until now. Clerk does not reuse ids of users, either.
//   - user.updated with banned or locked refuses tokens that were issued until the event's own time, and not until its arrival: a ban
//     that is delivered ten hours late must not sign out a user who was unbanned nine hours ago. Clerk issues no token to a banned
//     user, so this misses no token. (Clerk does issue tokens to sessions of a locked user; the lock applies to signing in. Such a
//     session continues with its next token.)
//   - organizationMembership.deleted and organizationMembership.updated refuse the member's tokens in which the organization is active and
//     that were issued until the event's own time. The session goes on: the next token says what the member may do now. Clerk does not
//     tell whether the role has changed, so every update counts.
//   - organization.deleted refuses such tokens of all members that were issued until now: Clerk sends no events for the memberships.
//
// The event's time is the time that Clerk sends, but at most the later of this machine's clock and the signed time of sending. This
// machine's clock alone is not enough: a clock that is 5 seconds slow would spare the tokens of the 5 seconds before the ban.
//
// # Activity
//
// With Config.Activity the receiver also records what the events tell of the accounts of users, before the claim and again with every
// attempt: what is recorded already changes nothing. An event that can't be recorded is logged and counts as handled. Subscribe to
// session.created, session.ended, session.removed, session.revoked, user.created, user.updated and user.deleted.
//
//   - session.created is a sign-in. Clerk's event has no device, so the journal asks Clerk for the session, once.
//   - session.removed and session.ended say that the user signed out on that device, unless Clerk's status for the session says that it
//     expired, was abandoned or replaced. session.revoked says that the session was ended from elsewhere: by the application, in Clerk's
//     dashboard, or by the user on another device. The event does not say by whom; the session pages do, where it was done on them.
//   - user.updated says when the password and two-step verification were last changed, and whether the user is locked or banned. Clerk sends
//     no event for a sign-in that fails. After too many of them the user is locked.
//   - user.deleted deletes what is recorded of the user.
//
// Clerk's documentation gives the event's time in milliseconds, and its examples in seconds. The receiver reads both.
package webhook
