package demo

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// DangerView is the view of [DangerPage].
type DangerView struct {
	templates.Page
	// Notes is the number of notes to delete, as text. Zero: the page has no form.
	Notes int
	// DeleteURL deletes all notes (POST).
	DeleteURL templ.SafeURL
	// BackURL leads back to the notes. Empty: the link is left out.
	BackURL templ.SafeURL
}
