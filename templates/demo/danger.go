package demo

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// DangerView is the view of [DangerPage].
type DangerView struct {
	templates.Page
	// Notes is how many there are to delete. Zero: there is nothing to do.
	Notes int
	// DeleteURL takes the form that deletes all notes.
	DeleteURL templ.SafeURL
	// BackURL leads back to the notes. Empty: the link is left out.
	BackURL templ.SafeURL
}
