package templates

import "github.com/a-h/templ"

// SignInAgainView is the view of [SignInAgainPage].
type SignInAgainView struct {
	Page
	// Why says why signing in again is needed, in a sentence or two.
	Why string
	// Account is whose session ends, or whose is left. Empty: left out.
	Account string
	// LeaveURL ends the session and leads to sign-in (POST). Empty: it is over already.
	LeaveURL templ.SafeURL
	// SignInURL leads to sign-in where the session is over. Empty: left out.
	SignInURL templ.SafeURL
	// BackURL leads away. Empty: the link is left out.
	BackURL templ.SafeURL
	// BackLabel is its text. Empty: "Not now".
	BackLabel string
}
