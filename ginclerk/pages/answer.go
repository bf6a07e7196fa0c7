package pages

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Reasons of the problems that only the pages have.
const (
	reasonSignOutRunning authn.Reason = "ginclerk-sign-out-running"
	reasonActing         authn.Reason = "ginclerk-impersonation"
	reasonNoActivity     authn.Reason = "ginclerk-activity-not-found"
	reasonOwnAccount     authn.Reason = "ginclerk-own-account"
)

// Notify has the next page of these pages, or of one that shows [Site.Frame], tell the result of an action: kind is success, info, warning
// or error. It lasts across redirects, for two minutes at most.
func (s *Site) Notify(c *gin.Context, kind, text string) {
	if r := s.request(c); r != nil {
		r.SetFlash(serving.Flash{Kind: kind, Text: text})
	}
}

// done ends an action with a redirect to a page, a path of the application, that tells the result.
func (s *Site) done(c *gin.Context, target, kind, text string) {
	s.request(c).SetFlash(serving.Flash{Kind: kind, Text: text})
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
		s.clerk.For(c).Answer(c, p)
		return
	}
	s.done(c, back, "error", text)
}

// refused is failedAction for an error of package session.
func (s *Site) refused(c *gin.Context, back string, err error) {
	switch {
	case errors.Is(err, session.ErrNotFound), errors.Is(err, session.ErrNotActive), errors.Is(err, session.ErrOrganizationNotFound),
		errors.Is(err, session.ErrNotOfBrowser):
		p := ginclerk.ProblemFor(err)
		s.failedAction(c, back, p, p.Detail)
	default:
		_ = c.Error(err)
		s.failedAction(c, back, ginclerk.Unavailable(err),
			"Clerk can’t be reached right now, so nothing was done. Please try again in a few seconds.")
	}
}

// respond ends a request with what ginclerk has decided.
func (s *Site) respond(c *gin.Context, r answer.Response) { s.request(c).Respond(r) }

// tell puts the cookies of a redirect on the response and returns where it leads: a program is told in JSON.
func (s *Site) tell(c *gin.Context, redirect answer.Response) string {
	s.request(c).Set(redirect.Cookies...)
	return redirect.Location
}
