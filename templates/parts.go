package templates

import "github.com/a-h/templ"

// Time is a time, ready to be shown. The zero value is shown as "unknown".
type Time struct {
	// Text is the time for people, such as "Mar 12, 2026, 2:05 pm" or "2 minutes ago".
	Text string
	// Full is the whole time with its zone, such as "Thursday, March 12, 2026, 2:05 pm UTC". Browsers show it when the pointer rests
	// on the time. Empty: they show nothing.
	Full string
	// RFC3339 is the same time for machines (RFC 3339), the datetime of the time element. Empty: no time element.
	RFC3339 string
}

// Link is a link with its text. A link without a URL is left out.
type Link struct {
	Label string
	URL   templ.SafeURL
}

// Organization is the active organization of a session. The zero value is a personal account.
type Organization struct {
	// Name is the organization's name. Empty: a personal account.
	Name string
	// Role is the member's role there, such as "Admin" or "org:admin". Empty: left out.
	Role string
}
