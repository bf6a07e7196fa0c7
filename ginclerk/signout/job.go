package signout

import "time"

// State says whether a job goes on.
type State string

// The states.
const (
	Running  State = "running"
	Finished State = "finished"
)

// Reason is why a session was not ended, or why a job could not see to all of them.
type Reason string

// The reasons.
const (
	// Unavailable: Clerk could not be asked, though it was tried several times.
	Unavailable Reason = "unavailable"
	// Refused: Clerk answered that it won't, and the session lives on.
	Refused Reason = "refused"
	// NotFound: the user has no such session. Of selected sessions alone.
	NotFound Reason = "not-found"
	// StillAppearing: new sessions appeared as long as they were looked for, and this was one of the last.
	StillAppearing Reason = "still-appearing"
	// NotAllowed: the actor who asked for the job ([Request].Impersonated) does not act in the session.
	NotAllowed Reason = "not-allowed"
	// TooMany: the user has more sessions than one job ends. Of jobs alone.
	TooMany Reason = "too-many"
)

// Failure is a session that was not ended.
type Failure struct {
	SessionID string
	Reason    Reason
}

// Job is how far a job is. It is a plain value. Every session is counted once, so when the job has finished, Total is the
// sum of Revoked, AlreadyGone and the number of Failed, and one more where CurrentKept.
type Job struct {
	ID, UserID string
	// Impersonated and Actor are those of the [Request].
	Impersonated bool
	Actor        string
	Scope        Scope
	State        State
	// Total is how many sessions the job knows so far. It grows when more appear.
	Total int
	// Revoked were ended by the job.
	Revoked int
	// AlreadyGone were ended by others, before the job or during it.
	AlreadyGone int
	// Failed were not ended.
	Failed []Failure
	// CurrentKept says that the current session was to be ended last, and was not since something else failed.
	CurrentKept bool
	// Problem is [Unavailable] or [Refused] where the list of sessions could not be read, so that there may be more of them;
	// [TooMany] where there are; else empty.
	Problem Reason
	// Started, Updated and Finished are when it was started, saved last, and finished; the latter is zero before.
	Started, Updated, Finished time.Time
}

// Settled returns how many sessions are done with: ended, gone or failed.
func (j Job) Settled() int { return j.Revoked + j.AlreadyGone + len(j.Failed) }

// Complete reports whether the job has finished and everything that it was to end has ended.
func (j Job) Complete() bool {
	return j.State == Finished && len(j.Failed) == 0 && !j.CurrentKept && j.Problem == ""
}
