package demo

import (
	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/templates"
)

// NotesView is the view of [NotesPage].
type NotesView struct {
	templates.Page
	// Notes are the user's, newest first.
	Notes []Note
	// AddURL takes the form with the field "text", which may have MaxLength characters. Zero: any length.
	AddURL    templ.SafeURL
	MaxLength int
	// ExportURL shows all notes as text, DeleteURL leads to deleting them. Empty: the link is left out.
	ExportURL, DeleteURL templ.SafeURL
}

// Note is one note of a user.
type Note struct {
	// Text may have several lines.
	Text string
	// Written is the time at which the user wrote the note.
	Written templates.Time
}
