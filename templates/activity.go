package templates

import "github.com/a-h/templ"

// ActivityView is the view of [ActivityPage].
type ActivityView struct {
	Page
	// Days are the entries of the page, the newest day first. Empty: nothing happened, or nothing that the filter shows.
	Days []ActivityDay
	// Count says how many entries there are, such as "12 entries". Empty: left out.
	Count string
	// FilterURL is where the filter is sent (GET, kind and day). Kinds are the choices of its first field, and Day and LastDay the value
	// and the largest value of the second one, such as "2026-11-24".
	FilterURL    templ.SafeURL
	Kinds        []Choice
	Day, LastDay string
	// Recent are links to the last days, the newest first. AllURL shows everything again. Empty: nothing is filtered.
	Recent []Link
	AllURL templ.SafeURL
	// Newer and Older lead to the next entries. Without a URL they are left out.
	Newer, Older Link
	// DownloadURL is the whole activity as a file.
	DownloadURL templ.SafeURL
}

// ActivityDay is what happened on one day.
type ActivityDay struct {
	// Title is the date, such as "Tuesday, November 24, 2026".
	Title   string
	Entries []ActivityRow
}

// ActivityRow is one thing that happened.
type ActivityRow struct {
	// ID is the entry's id, for data-entry.
	ID string
	// What says what happened, such as "Signed in".
	What string
	// Grave marks what a person should look at. It chooses the color of the mark.
	Grave bool
	// Device and Place are where it happened, and IP is the address. Empty: left out.
	Device, Place, IP string
	// Mobile chooses the picture.
	Mobile bool
	// By says who did it and from where, such as "From Edge on Windows". Empty: left out.
	By string
	// At is when: the text says how long ago, Clock is the time of day.
	At    Time
	Clock string
	// Current marks the sign-in of the session that looks at the page.
	Current bool
	// NotMeURL leads to the page for a sign-in that the user does not know. Empty: left out.
	NotMeURL templ.SafeURL
}
