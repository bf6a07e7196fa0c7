package templates

import "github.com/a-h/templ"

// SignOutView is the view of [SignOutPage]: a job that ends many sessions. Page.Title states the progress in a few words. While
// the job runs, Page.RefreshSeconds makes browsers without scripts reload the page.
type SignOutView struct {
	Page
	// Running says that the job still runs.
	Running bool
	// Summary states the progress in a sentence. Screen readers read it out when it changes.
	Summary string
	// Remaining says in a sentence how long the job still takes. Empty: left out.
	Remaining string
	// Detail explains the outcome in a sentence or two. Empty: left out.
	Detail string
	// Problem is a sentence about what went wrong with the job as a whole. Empty: left out.
	Problem string
	// Counts are the numbers of sessions by outcome.
	Counts SignOutCounts
	// Failures are the sessions that were not ended. Empty: the section is left out.
	Failures []SignOutFailure
	// MoreFailures says how many failures are not listed, such as "and 900 more". Empty: left out.
	MoreFailures string
	// EventsURL is the stream of progress for the script. Empty: the page has no stream.
	EventsURL templ.SafeURL
	// RetryURL retries the sessions that failed (POST). Empty: the button is left out.
	RetryURL templ.SafeURL
	// Primary and Secondary are the next steps.
	Primary, Secondary Link
}

// SignOutCounts are the numbers of a job, as text.
type SignOutCounts struct {
	// Total is the number of all sessions, Settled of those that are done, Left of the others.
	Total, Settled, Left string
	// Ended is the number of sessions that the job ended, Gone that something else ended, Failed that were not ended.
	Ended, Gone, Failed string
}

// SignOutFailure is a session that was not ended.
type SignOutFailure struct {
	// SessionID is the session's id.
	SessionID string
	// Device is the device of the session. Empty: the id alone is shown.
	Device string
	// Why says in a sentence why the session was not ended.
	Why string
}
