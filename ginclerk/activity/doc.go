// Package activity keeps what lately happened to the accounts of users: who signed in where, what was signed out and by whom, and what
// changed about how a user signs in.
//
// # Sources
//
// A [Journal] is told of three sources. Clerk's webhooks tell of every sign-in, every session that Clerk ends and every change of an account
// (webhook.Config.Activity). The session pages tell of what is done on them, and by whom. A list of sessions that Clerk has just returned
// tells of sessions that the journal does not know ([Journal.Learn]); without webhooks, this is how it learns of other sign-ins, and
// it never learns when they ended. Clerk reports no single failed sign-in. It reports that an account is locked after too many of them.
//
// # Once, in any order
//
// Webhooks come twice and out of order, and tell again what the pages have told already. So an entry has an id that follows from what
// happened: one session has one sign-in and one end. If two sources tell of the same thing, the entry keeps the one that says who did it.
//
// A job that ends many sessions is one entry ([Journal.RecordJob]). The webhooks about its sessions, which arrive within fifteen minutes,
// add none: those about sessions that were selected, or that the job has ended ([Journal.RecordEnds], 1,000 at most); and for a job that
// ends all sessions or all others, those about sessions that are not known to have begun later, or to have started it.
//
// # Bounds
//
// A user has at most 100 entries of the last 90 days in at most 64 KiB. The oldest of the kind with the most entries gives way,
// so that nothing that is done again and again buries the rest. The record of a user is in the application's
// storage.Store, written by compare-and-swap, and lives for 90 days after the last write. It has IP addresses and places, in plain text, and
// is deleted with the user ([Journal.Forget]). For 48 hours a late webhook does not begin it anew.
//
// # Hook
//
// Config.Recorded is called with each new entry, so that an application sends mail about a new sign-in. It is called by one
// goroutine behind a queue, in which at most 256 entries wait, and 16 of a user, and not during the request or the webhook that tells of the entry: a slow mail server delays no
// sign-out and has Clerk send no webhook again. The price is that a process that ends at once loses what is in its queue. An application
// that must not lose a mail handles webhook.Config.OnSession itself: Clerk then repeats what failed.
package activity
