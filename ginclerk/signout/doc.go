// Package signout ends many sessions of a user: all of them, all others, or those that were selected. That takes longer than a
// request may, so it is a job: [Runner.Start] returns at once, [Runner.Job] returns the progress, [Runner.Changed] says when to look
// again, and [Runner.Retry] tries failed sessions again.
//
// # Clerk's limits
//
// Clerk counts the requests of a whole instance. All jobs together use at most half of what it allows, so that sign-ins and
// refreshes of others go on: every request, listing and retries too, has a slot in a row that all replicas draw from one
// record of the store ([Config].Store). Slots are evenly spaced and a slot that was missed is lost, so that there are no
// bursts. Where Clerk asks to wait (Retry-After), all jobs of all replicas wait. What replicas' clocks differ by comes on top
// of the limit's period.
//
// # What is ended, and in which order
//
// The user's sessions are listed at Clerk, and nothing is ended that isn't in that list in the user's name. The list is read
// again until it shows nothing new, so that sessions are caught that appear meanwhile; those that still appear after five
// rounds count as failed. The current session comes last, and only if nothing else failed: else it is kept, and the user can
// try again.
//
// An actor who impersonates the user ends with a job only the sessions of that impersonation, unless the application asks in the
// user's own name. The jobs of an actor are kept apart from those of the user, so that neither is mistaken for the other.
//
// # Exact counts
//
// Each session has one mark, and is counted once, whatever happens. Before requests are sent, the record says that they
// will be: who takes a job over knows which sessions its predecessor may have ended, and Clerk's list says which of them it
// has. The same list corrects the outcome of sessions that others ended at that moment: only a session that Clerk calls
// "revoked" counts as ended by the job.
//
// # Records
//
// A job is one record with a letter for each session, and the ids apart from it in records that are written once: the
// progress of 10,000 sessions is saved in 10 KB. A job belongs to the process that holds its lease of a few seconds.
// When that process has died, or was closed, another one that watches ([Runner.Watch]) goes on with the job within seconds,
// or whoever asks for it at once; one record names all unfinished jobs, so that they are found. Everything is written by
// compare-and-swap, so a process that was only slow notices that it has lost the job, and stops. Finished jobs stay
// readable for an hour.
package signout
