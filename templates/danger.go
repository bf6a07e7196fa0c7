package templates

import "github.com/a-h/templ"

// DangerView is the view of [DangerPage].
type DangerView struct {
	Page
	// Notes is how many there are to delete. Zero: there is nothing to do.
	Notes int
	// DeleteURL takes the form that deletes all notes.
	DeleteURL templ.SafeURL
	// BackURL leads back to the notes. Empty: the link is left out.
	BackURL templ.SafeURL
}
