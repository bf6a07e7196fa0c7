package templates

import "github.com/a-h/templ"

// Time is a time, ready to be shown. The zero value is shown as "unknown".
type Time struct {
	// Text is the time for people, such as "12 Mar 2026, 14:05 UTC" or "2 minutes ago".
	Text string
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
	// Role is the member's role there, such as "org:admin". Empty: left out.
	Role string
}
