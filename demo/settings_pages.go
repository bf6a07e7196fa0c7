package main

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/token"
	"github.com/ginclerk/ginclerk/templates/demo"
)

const (
	dangerPath = "/settings/danger"
	// maxSessionAge is the largest age of a session that may export all notes.
	maxSessionAge = 24 * time.Hour
)

// mountSensitive serves actions that the thief of a laptop must not do. The danger zone needs a proof of identity from the last
// ten minutes, and the export of all notes a session from the last 24 hours.
func (a *app) mountSensitive(r *gin.Engine) {
	danger := r.Group(dangerPath, a.clerk.Require(ginclerk.Reverified(token.PresetStrict)))
	getAndHead(danger, "", a.danger)
	danger.POST("", a.deleteNotes)
	getAndHead(r, exportPath, a.clerk.MaxSessionAge(maxSessionAge), a.exportNotes)
}

func (a *app) danger(c *gin.Context) {
	all, err := a.notes.of(c.Request.Context(), ginclerk.From(c).UserID)
	if err != nil {
		a.notesAway(c, err)
		return
	}
	a.site.Render(c, http.StatusOK, demo.DangerPage(demo.DangerView{
		Page: a.site.Frame(c, a.text(c, "demo.danger.title")), Notes: len(all), DeleteURL: a.link(c, dangerPath), BackURL: a.link(c, notesPath),
	}))
}

func (a *app) deleteNotes(c *gin.Context) {
	user := ginclerk.From(c).UserID
	all, err := a.notes.of(c.Request.Context(), user)
	if err == nil {
		err = a.notes.forget(c.Request.Context(), user)
	}
	if err != nil {
		a.notesAway(c, err)
		return
	}
	a.site.Notify(c, "success", a.text(c, "demo.danger.deleted", "count", len(all)))
	c.Redirect(http.StatusSeeOther, a.at(c, notesPath)+noticeFragment)
}
