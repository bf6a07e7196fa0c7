package exchange

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// Answer writes a problem and ends the request. Where a response was begun already it does nothing but end the request.
func (x *Exchange) Answer(p answer.Problem) {
	x.Gin.Abort()
	if x.Begun() {
		return
	}
	v := x.Visit()
	if v.Kind() == visit.Page {
		p.Words.Reference = Reference(x.Gin)
	}
	x.Observe(observe.Event{Kind: observe.Refused, Reason: string(p.Reason), Status: p.Status, Reference: p.Words.Reference})
	if p.Action != "" {
		p.Action = v.Link(p.Action)
	}
	x.front.Write(x.Gin, v.Kind(), p)
}

// Refuse answers with a row of the table of problems.
func (x *Exchange) Refuse(name answer.Name) { x.Answer(answer.Of(name)) }

// Respond is [Exchange.Answer] for what package answer has decided.
func (x *Exchange) Respond(r answer.Response) {
	x.Gin.Abort()
	if x.Begun() {
		return
	}
	x.SetCookies(r.Cookies...)
	switch {
	case r.HTMXLocation != "":
		x.Gin.Header("HX-Redirect", r.HTMXLocation)
	case r.HTMXRefresh:
		x.Gin.Header("HX-Refresh", "true")
	}
	if r.Problem != nil {
		x.Answer(*r.Problem)
		return
	}
	x.Gin.Header("Cache-Control", "no-store")
	x.Gin.Redirect(r.Status, r.Location)
}

// TurnAway is [Exchange.Respond] for a request that a guard refuses, whose page may be sent elsewhere.
func (x *Exchange) TurnAway(because authn.Reason, r answer.Response) {
	if r.Problem == nil && !x.Gin.Writer.Written() { // [Exchange.Answer] tells of problems
		x.Observe(observe.Event{Kind: observe.Refused, Reason: string(because), Status: r.Status})
	}
	x.Respond(r)
}

// Begun ends a request whose response was begun already, and reports whether that is so. Nothing can be answered any more, so
// the handlers behind do not run.
func (x *Exchange) Begun() bool {
	if !x.Gin.Writer.Written() {
		return false
	}
	x.Gin.Abort()
	x.HeadersAlreadySent()
	return true
}

// EndPreflight ends a CORS preflight at a guard and reports whether the request was one: 204 with the headers that the
// middleware in front has set. A preflight can't be signed in, so a handler behind a guard must not run for it; gin's Any and
// NoRoute register handlers for OPTIONS, too.
func (x *Exchange) EndPreflight() bool {
	c := x.Gin
	if !visit.IsPreflight(c.Request) {
		return false
	}
	c.Abort()
	if !c.Writer.Written() {
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
	}
	return true
}

// Fail keeps an error of the request for the application's own log.
func (x *Exchange) Fail(err error) { _ = x.Gin.Error(err) }

// Aborted reports whether the request was answered.
func (x *Exchange) Aborted() bool { return x.Gin.IsAborted() }

// Write writes a problem of a request, which may belong to no instance.
func (f *Front) Write(c *gin.Context, kind visit.Kind, p answer.Problem) {
	var show answer.Page
	if page := f.Pages().Problem; page != nil {
		show = func(p answer.Problem) { page(c, p) }
	}
	if err := answer.Write(c.Writer, kind, p, show); err != nil {
		_ = c.Error(err)
	}
}
