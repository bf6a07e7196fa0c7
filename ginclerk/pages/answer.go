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
	"github.com/ginclerk/ginclerk/templates"
)

// Reasons of the problems that only the pages have.
const (
	reasonSignOutRunning authn.Reason = "ginclerk-sign-out-running"
	reasonActing         authn.Reason = "ginclerk-impersonation"
	reasonNotFound       authn.Reason = "ginclerk-not-found"
	reasonWrongMethod    authn.Reason = "ginclerk-method-not-allowed"
	reasonNoActivity     authn.Reason = "ginclerk-activity-not-found"
	reasonOwnAccount     authn.Reason = "ginclerk-own-account"
)

// Notify has the next page of these pages, or of one that shows [Site.Frame], tell the result of an action: kind is success, info, warning
// or error. It lasts across redirects, for two minutes at most. With a redirect to the fragment "#notice" of that page, the keyboard and
// screen readers go on at the notice.
func (s *Site) Notify(c *gin.Context, kind, text string) {
	if r := s.request(c); r != nil {
		r.SetFlash(serving.Flash{Kind: kind, Text: text})
	}
}

// noticeFragment leads a browser to the notice of a page, so that keyboard and screen reader go on there.
const noticeFragment = "#notice"

// done ends an action with a redirect to a page, a path of the application, that tells the result, or with the part that htmx asks for.
func (s *Site) done(c *gin.Context, target, kind, text string) {
	if part := partAsked(c); part != "" {
		s.renderPart(c, part, templates.Notice{Kind: templates.NoticeKind(kind), Text: text})
		return
	}
	s.request(c).SetFlash(serving.Flash{Kind: kind, Text: text})
	s.seeOther(c, target+noticeFragment)
}

// toNotice leads the redirect after a switch to the notice of a page, too: browsers keep a fragment through Clerk's redirects.
func toNotice(redirect answer.Response) answer.Response {
	redirect.Location += noticeFragment
	return redirect
}

func (s *Site) seeOther(c *gin.Context, target string) {
	if byHTMX(c) {
		leadHTMX(c, s.at(c, target))
		return
	}
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
		text := p.Detail
		if errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrNotActive) {
			text = s.voice(c).Text("signout.no-session")
		}
		s.failedAction(c, back, p, text)
	default:
		_ = c.Error(err)
		s.failedAction(c, back, ginclerk.Unavailable(err),
			s.voice(c).Text("signout.clerk-away"))
	}
}

// respond ends a request with what ginclerk has decided. htmx opens the page that a redirect leads to: it must not take it for a fragment.
func (s *Site) respond(c *gin.Context, r answer.Response) {
	if byHTMX(c) && r.Problem == nil && r.Location != "" {
		s.request(c).Set(r.Cookies...)
		leadHTMX(c, r.Location)
		return
	}
	s.request(c).Respond(r)
}

// tell puts the cookies of a redirect on the response and returns where it leads: a program is told in JSON.
func (s *Site) tell(c *gin.Context, redirect answer.Response) string {
	s.request(c).Set(redirect.Cookies...)
	return redirect.Location
}
