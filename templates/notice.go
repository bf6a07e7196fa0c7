package templates

import "github.com/a-h/templ"

// NewSignIn is the notice of a sign-in that the viewer has not confirmed. The zero value is none.
type NewSignIn struct {
	// Device, Place and When describe it: "Edge on Windows", "Toronto, Canada", "12 minutes ago". Place may be empty.
	Device, Place, When string
	// ConfirmURL notes that it was the viewer (POST).
	ConfirmURL templ.SafeURL
	// NotMeURL leads to the page for a sign-in that the viewer does not know. Empty: no notice is shown.
	NotMeURL templ.SafeURL
	// More are further sign-ins, and MoreURL shows them.
	More    int
	MoreURL templ.SafeURL
}

// NotMeView is the view of [NotMePage].
type NotMeView struct {
	Page
	// Device, Place, IP and When describe the sign-in. All but Device may be empty.
	Device, Place, IP string
	When              Time
	// Ended says that the session is signed out. The page then offers what else helps.
	Ended bool
	// SignOutURL ends the session (POST), and ConfirmURL notes that it was the viewer after all (POST): empty where the viewer
	// signed in later, and can't confirm it.
	SignOutURL, ConfirmURL templ.SafeURL
	// ProfileURL is where the viewer changes the password.
	ProfileURL templ.SafeURL
	// EverywhereURL ends all sessions (POST).
	EverywhereURL templ.SafeURL
	// DevicesURL and ActivityURL lead to these pages.
	DevicesURL, ActivityURL templ.SafeURL
}
