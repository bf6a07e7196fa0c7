package pages

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Reasons of the problems that only the pages have.
const (
	reasonSignOutRunning authn.Reason = "ginclerk-sign-out-running"
	reasonActing         authn.Reason = "ginclerk-impersonation"
)

// done ends an action with a redirect to a page, given as a path of the application. That page shows the notice.
func (s *Site) done(c *gin.Context, target, kind, text string) {
	s.guards.For(c).SetFlash(c, ginclerk.Flash{Kind: kind, Text: text})
	s.seeOther(c, target)
}

func (s *Site) seeOther(c *gin.Context, target string) {
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, s.at(c, target))
	c.Abort()
}

// json answers a request with a state as JSON.
func (s *Site) json(c *gin.Context, status int, state any) {
	c.Header("Cache-Control", "private, no-store")
	c.Header("X-Content-Type-Options", "nosniff")
	c.JSON(status, state)
	c.Abort()
}

// failedAction says why nothing was done: as a notice on the page that the action belongs to, or as a problem.
func (s *Site) failedAction(c *gin.Context, back string, p ginclerk.Problem, text string) {
	if ginclerk.WantsJSON(c) {
		s.guards.For(c).Answer(c, p)
		return
	}
	s.done(c, back, "error", text)
}

// refused is failedAction for an error of package session.
func (s *Site) refused(c *gin.Context, back string, err error) {
	switch {
	case errors.Is(err, session.ErrNotFound), errors.Is(err, session.ErrNotActive):
		p := ginclerk.ProblemFor(err)
		s.failedAction(c, back, p, p.Detail)
	default:
		_ = c.Error(err)
		s.failedAction(c, back, ginclerk.UnavailableFor(err),
			"Clerk can’t be reached right now, so nothing was done. Please try again in a few seconds.")
	}
}

// redirectOf runs a step that redirects, and returns the target of the redirect without sending it: a program gets the
// address in JSON.
func redirectOf(c *gin.Context, step func()) string {
	writer := c.Writer
	c.Writer = withoutStatus{writer}
	defer func() { c.Writer = writer }()
	step()
	location := writer.Header().Get("Location")
	writer.Header().Del("Location")
	return location
}

// withoutStatus passes headers on, and drops the status and the body.
type withoutStatus struct{ gin.ResponseWriter }

func (withoutStatus) WriteHeader(int)             {}
func (withoutStatus) WriteHeaderNow()             {}
func (withoutStatus) Write(b []byte) (int, error) { return len(b), nil }
func (withoutStatus) WriteString(text string) (int, error) {
	return len(text), nil
}
