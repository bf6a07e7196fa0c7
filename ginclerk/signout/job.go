package signout

import "time"

// State says whether a job is running.
type State string

// The states.
const (
	Running  State = "running"
	Finished State = "finished"
)

// Reason is why a job did not end a session, or did not reach all sessions.
type Reason string

// The reasons.
const (
	// Unavailable: Clerk could not be asked, after several tries.
	Unavailable Reason = "unavailable"
	// Refused: Clerk refused, and the session has not ended.
	Refused Reason = "refused"
	// NotFound: the user has no such session. Only selected sessions have this reason.
	NotFound Reason = "not-found"
	// StillAppearing: new sessions appeared until the job stopped looking, and this was one of the last.
	StillAppearing Reason = "still-appearing"
	// NotAllowed: the actor who asked for the job ([Request].Impersonated) does not act in the session.
	NotAllowed Reason = "not-allowed"
	// TooMany: the user has more sessions than one job ends. Only jobs have this reason.
	TooMany Reason = "too-many"
)

// Failure is a session that the job did not end.
type Failure struct {
	SessionID string
	Reason    Reason
}

// Job is the progress of a job. It is a plain value. Each session counts once: when the job has finished, Total is the sum of
// Revoked, AlreadyGone, the number of Failed, and one if CurrentKept is true.
type Job struct {
	ID, UserID string
	// Impersonated and Actor are those of the [Request].
	Impersonated bool
	Actor        string
	Scope        Scope
	State        State
	// Total is how many sessions the job knows so far. It grows when more appear.
	Total int
	// Revoked is how many sessions the job ended.
	Revoked int
	// AlreadyGone is how many sessions ended otherwise, before the job or during it.
	AlreadyGone int
	// Failed are the sessions that the job did not end.
	Failed []Failure
	// CurrentKept says that the job did not end the current session, which comes last, because something else failed.
	CurrentKept bool
	// Problem is [Unavailable] or [Refused] if the list of sessions could not be read, so that the user may have more sessions;
	// [TooMany] if the user has more sessions than a job ends; else empty.
	Problem Reason
	// Started, Updated and Finished are when the job was started, last saved, and finished. Finished is zero for a running job.
	Started, Updated, Finished time.Time
}

// Settled returns how many sessions have a result: revoked, already gone or failed.
func (j Job) Settled() int { return j.Revoked + j.AlreadyGone + len(j.Failed) }

// Complete reports whether the job has finished and has ended all its sessions.
func (j Job) Complete() bool {
	return j.State == Finished && len(j.Failed) == 0 && !j.CurrentKept && j.Problem == ""
}
