package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// A person who has to prove who they are comes back to a page that asks for the same action again: the guard can't send the form of the
// action by itself. For selected sessions the address of that page has the selection.

// maxCarried is how many sessions the address of the page that asks can carry. Every proxy takes an address of this length.
const maxCarried = 500

// selectedParameter has the marks of the selected sessions, one after the other.
const selectedParameter = "selected"

// prove puts the proof that the options ask for in front of what ends several sessions at once. page returns the page that asks about an
// action; nil: the handlers are that page.
func (s *Site) prove(page func(*gin.Context) string, handlers ...gin.HandlerFunc) gin.HandlersChain {
	switch {
	case s.options.ProveSignOut == nil:
		return handlers
	case page == nil:
		return append(gin.HandlersChain{s.options.ProveSignOut}, handlers...)
	}
	comeBack := func(c *gin.Context) {
		if asking := page(c); asking != "" {
			exchange.ComeBackTo(c, asking)
		}
	}
	return append(gin.HandlersChain{comeBack, s.options.ProveSignOut}, handlers...)
}

// askingAt returns a page of these pages that asks, for prove.
func (s *Site) askingAt(path string) func(*gin.Context) string {
	return func(*gin.Context) string { return s.base + path }
}

// selectionAsks returns the page that asks about the sessions that a form selects, or answers the request of a browser that selects too many.
func (s *Site) selectionAsks(c *gin.Context) string {
	if ginclerk.WantsJSON(c) {
		return "" // a program sends it again
	}
	ids, ok := s.selection(c)
	switch {
	case !ok:
		return ""
	case len(ids) > maxCarried:
		s.failedAction(c, s.position(c), ginclerk.Problem{
			Status: http.StatusRequestEntityTooLarge, Error: "Request too large", Reason: reason.BadRequest, Detail: "Too many sessions are selected.",
		}, s.voice(c).Text("signout.too-many-selected", "count", maxCarried))
		return ""
	}
	var marks strings.Builder
	for _, id := range ids {
		marks.WriteString(mark(id))
	}
	values := url.Values{selectedParameter: {marks.String()}}
	if at := readPosition(c.Request.PostForm.Get(positionField)).encode(); at != "" {
		values.Set(positionField, at)
	}
	return s.base + pathSignOutSelected + "?" + values.Encode()
}

// errSelection says that an address selects no sessions.
var errSelection = errors.New("the address selects no sessions")

// confirmSelected asks before selected sessions of the user end. Sessions that have ended meanwhile are left out.
func (s *Site) confirmSelected(c *gin.Context) {
	marks := c.Query(selectedParameter)
	if marks == "" || len(marks)%markLength != 0 || len(marks) > maxCarried*markLength {
		s.noSuchDevicePage(c, errSelection)
		return
	}
	selected := map[string]bool{}
	for at := 0; at < len(marks); at += markLength {
		selected[marks[at:at+markLength]] = true
	}
	s.confirm(c, signout.Selected, func(one session.Session) bool { return selected[mark(one.ID)] })
}
