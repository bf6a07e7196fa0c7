package pages

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Reasons of the pages' own problems.
const (
	reasonSignOutRunning authn.Reason = "ginclerk-sign-out-running"
	reasonActing         authn.Reason = "ginclerk-impersonation"
)

// done ends an action with a redirect to a page, a path of the application, that tells the result.
func (s *Site) done(c *gin.Context, target, kind, text string) {
	s.guards.For(c).SetFlash(c, ginclerk.Flash{Kind: kind, Text: text})
	s.seeOther(c, target)
}

func (s *Site) seeOther(c *gin.Context, target string) {
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, s.at(c, target))
	c.Abort()
}

// json ends a request with a state.
func (s *Site) json(c *gin.Context, status int, state any) {
	c.Header("Cache-Control", "private, no-store")
	c.Header("X-Content-Type-Options", "nosniff")
	c.JSON(status, state)
	c.Abort()
}

// failedAction tells why nothing was done: on the page that the action belongs to, or as a problem.
func (s *Site) failedAction(c *gin.Context, back string, p ginclerk.Problem, text string) {
	if ginclerk.WantsJSON(c) {
		s.guards.For(c).Answer(c, p)
		return
	}
	s.done(c, back, "error", text)
}

// refused is failedAction for an error of the session service.
func (s *Site) refused(c *gin.Context, back string, err error) {
	switch {
	case errors.Is(err, session.ErrNotFound), errors.Is(err, session.ErrNotActive):
		p := ginclerk.ProblemFor(err)
		s.failedAction(c, back, p, p.Detail)
	default:
		_ = c.Error(err)
		s.failedAction(c, back, ginclerk.Unavailable(err),
			"Clerk can’t be reached right now, so nothing was done. Please try again in a few seconds.")
	}
}

// redirectOf runs a step that ends a request with a redirect, and returns where to instead: a program is told in JSON.
func redirectOf(c *gin.Context, step func()) string {
	writer := c.Writer
	c.Writer = withoutStatus{writer}
	defer func() { c.Writer = writer }()
	step()
	location := writer.Header().Get("Location")
	writer.Header().Del("Location")
	return location
}

// withoutStatus lets headers through and nothing else.
type withoutStatus struct{ gin.ResponseWriter }

func (withoutStatus) WriteHeader(int)             {}
func (withoutStatus) WriteHeaderNow()             {}
func (withoutStatus) Write(b []byte) (int, error) { return len(b), nil }
func (withoutStatus) WriteString(text string) (int, error) {
	return len(text), nil
}
