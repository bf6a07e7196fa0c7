package templates

import "github.com/a-h/templ"

// SignInAgainView is the view of [SignInAgainPage].
type SignInAgainView struct {
	Page
	// Why says why the user must sign in again, in a sentence or two.
	Why string
	// Account is the account that is signed out here first. Empty: it is not named.
	Account string
	// LeaveURL ends the session and leads to sign-in (POST). Empty: the session has ended already.
	LeaveURL templ.SafeURL
	// SignInURL leads to sign-in after the session has ended. Empty: left out.
	SignInURL templ.SafeURL
	// BackURL leads back without signing in. Empty: the link is left out.
	BackURL templ.SafeURL
	// BackLabel is its text. Empty: "Not now".
	BackLabel string
	// Reference is a short text by which support finds the request in the server's log. Empty: left out.
	Reference string
}
