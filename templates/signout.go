package templates

import "github.com/a-h/templ"

// SignOutView is the view of [SignOutPage]: a job that ends many sessions. Page.Title says in a few words how far it is.
// While it runs, Page.RefreshSeconds makes browsers without scripts load the page again, and Page.ScriptURL is signouts.js of
// package static, which keeps the page up to date in the others.
type SignOutView struct {
	Page
	// Running says that the job goes on.
	Running bool
	// Summary is how far it is, in a sentence: it is read out while it changes.
	Summary string
	// Detail says what the outcome means, in a sentence or two. Empty: left out.
	Detail string
	// Problem is a sentence about what went wrong with the job as a whole. Empty: left out.
	Problem string
	// Counts are the numbers of sessions by outcome.
	Counts SignOutCounts
	// Failures are the sessions that were not ended. Empty: the section is left out.
	Failures []SignOutFailure
	// MoreFailures says how many more there are, such as "and 900 more". Empty: left out.
	MoreFailures string
	// EventsURL is where the script hears of progress. Empty: nowhere.
	EventsURL templ.SafeURL
	// RetryURL tries again what failed (POST). Empty: the button is left out.
	RetryURL templ.SafeURL
	// Primary and Secondary are the ways on.
	Primary, Secondary Link
}

// SignOutCounts are the numbers of a job, as text.
type SignOutCounts struct {
	// Total is all sessions, Settled those that are done with, Left the others.
	Total, Settled, Left string
	// Ended were ended by the job, Gone by something else; Failed were not ended.
	Ended, Gone, Failed string
}

// SignOutFailure is a session that was not ended.
type SignOutFailure struct {
	// SessionID is the session's id.
	SessionID string
	// Device is what it runs on. Empty: the id stands alone.
	Device string
	// Why says why, in a sentence.
	Why string
}
