package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/templates/demo"
)

const (
	notesPath  = "/notes"
	exportPath = "/notes/export"
	// maxNoteForm is the size of the largest accepted form: four bytes a character, each of which may be sent as three.
	maxNoteForm = 12*maxNote + 1<<10
	// noticeFragment leads to the notice of a page, where the keyboard and screen readers go on.
	noticeFragment = "#notice"
)

func (a *app) mountNotes(r gin.IRoutes) {
	getAndHead(r, notesPath, a.showNotes)
	r.POST(notesPath, a.addNote)
}

func (a *app) showNotes(c *gin.Context) {
	all, err := a.notes.of(c.Request.Context(), ginclerk.From(c).UserID)
	if err != nil {
		a.notesAway(c, err)
		return
	}
	view := demo.NotesView{
		Page: a.site.Frame(c, a.text(c, "demo.notes.title")), AddURL: a.link(c, notesPath), MaxLength: maxNote,
		ExportURL: a.link(c, exportPath), DeleteURL: a.link(c, dangerPath),
	}
	for _, n := range all {
		view.Notes = append(view.Notes, demo.Note{Text: n.Text, Written: a.site.Time(c, n.Written)})
	}
	a.site.Render(c, http.StatusOK, demo.NotesPage(view))
}

// addNote adds a note. If the session has expired, ginclerk keeps the form until the user is back.
func (a *app) addNote(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxNoteForm)
	err := c.Request.ParseForm()
	if err == nil {
		err = a.notes.add(c.Request.Context(), ginclerk.From(c).UserID, c.Request.PostForm.Get("text"))
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		a.site.Notify(c, "success", a.text(c, "demo.notes.saved"))
	case errors.Is(err, errNote) || errors.As(err, &tooLarge):
		a.site.Notify(c, "error", a.text(c, "demo.notes.length"))
	default:
		a.notesAway(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, a.at(c, notesPath)+noticeFragment)
}

// exportNotes sends all notes as plain text.
func (a *app) exportNotes(c *gin.Context) {
	all, err := a.notes.of(c.Request.Context(), ginclerk.From(c).UserID)
	if err != nil {
		a.notesAway(c, err)
		return
	}
	var text strings.Builder
	for _, n := range all {
		fmt.Fprintf(&text, "%s\n%s\n\n", n.Written.UTC().Format(time.RFC3339), n.Text)
	}
	c.Header("Cache-Control", "private, no-store")
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	c.String(http.StatusOK, "%s", text.String())
}

// notesAway answers when the notes can't be read.
func (a *app) notesAway(c *gin.Context, err error) {
	_ = c.Error(err)
	a.clerk.Answer(c, ginclerk.Problem{
		Status: http.StatusServiceUnavailable,
		Error:  a.text(c, "demo.notes.unavailable"),
		Detail: a.text(c, "demo.notes.unavailable-what"),
		Remedy: a.text(c, "demo.notes.unavailable-todo"),
		Action: notesPath, ActionLabel: a.text(c, "demo.notes.try-again"),
		Reason: "ginclerk-notes-unavailable", RetryAfter: time.Second,
	})
}
