// Package signout ends many sessions of a user: all of them, all others, or selected ones. This takes longer than a request may
// last, so the work is a job: [Runner.Start] returns at once, [Runner.Job] returns the progress, [Runner.Changed] says when to
// look again, and [Runner.Retry] tries failed sessions again.
//
// # Clerk's limits
//
// Clerk counts the requests of a whole instance. All jobs together use at most half of what Clerk allows, so that other users can
// sign in and refresh. Each request, also for lists and retries, waits for a time slot. All replicas take slots from one record
// of the store ([Config].Store). Slots are evenly spaced, and a missed slot is lost, so jobs cause no bursts. When Clerk asks to
// wait (Retry-After), all jobs of all replicas wait. A difference between the replicas' clocks prolongs the period of the limit.
//
// # Which sessions end, and in which order
//
// A job reads the list of the user's sessions from Clerk, and ends only sessions in that list that belong to the user. It reads
// the list again until the list shows nothing new, because sessions can appear in the meantime. Sessions that still appear after
// five rounds count as failed. The job ends the current session last, and only if no other session failed. Otherwise it keeps the
// current session, so that the user can try again.
//
// A job of an actor who impersonates the user ends only the sessions of that impersonation, unless the application asks in the
// user's own name. The jobs of an actor are separate from those of the user, so that neither is mistaken for the other.
//
// # Exact counts
//
// Each session has one mark, and counts once, whatever happens. Before a job sends requests, it writes into its record that it
// will send them. A process that takes a job over therefore knows which sessions its predecessor may have ended, and reads in
// Clerk's list which of them have ended. The list also corrects the result for sessions that others ended at the same time: only
// a session that Clerk calls "revoked" counts as ended by the job.
//
// # Records
//
// A job is one record with a letter for each session. The ids are in other records, which are written once: the progress of
// 10,000 sessions is saved in 10 KB. A job belongs to the process that holds its lease of a few seconds. When that process dies
// or is closed, another process that watches ([Runner.Watch]) takes the job over within seconds. A process that is asked for the
// job takes it over at once. One record names all unfinished jobs, so that processes find them. All records are written by
// compare-and-swap, so a process that was only slow notices that it has lost the job, and stops. Finished jobs stay readable for
// an hour.
package signout
