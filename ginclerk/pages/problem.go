package pages

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/templates"
)

// problem shows a problem as a page.
func (s *Site) problem(c *gin.Context, p ginclerk.Problem) {
	auth := ginclerk.From(c)
	if p.Status == http.StatusForbidden && auth.SignedIn() && p.Reason == reason.RequirementNotMet {
		s.Unauthorized(c, "")
		return
	}
	view := templates.ProblemView{
		Page:   s.Frame(c, p.Error),
		Status: strconv.Itoa(p.Status), What: p.Detail, Todo: p.Remedy, Reason: string(p.Reason),
		Primary: templates.Link{Label: "Home", URL: s.link(c, s.options.HomeURL)},
	}
	first := templates.Link{Label: p.ActionLabel, URL: templ.SafeURL(p.Action)}
	if p.Action == "" {
		first = templates.Link{Label: "Try again", URL: s.link(c, s.retryURL(c))}
	}
	if first.URL != "" && first.URL != view.Primary.URL {
		view.Primary, view.Secondary = first, view.Primary
	}
	s.Render(c, p.Status, s.options.Templates.Problem(view))
}

// retryURL returns the address of the page if a GET can open it again, else "".
func (s *Site) retryURL(c *gin.Context) string {
	clerk := s.clerk.For(c)
	if clerk == nil || c.Request.Method != http.MethodGet || c.FullPath() == "" {
		return ""
	}
	return clerk.Links(c).Safe(c.Request.URL.RequestURI())
}

// Unauthorized shows the page for a signed-in person who may not do this, with status 403. Required names the missing right,
// such as "the role org:admin"; an empty Required leaves it out.
func (s *Site) Unauthorized(c *gin.Context, required string) {
	auth := ginclerk.From(c)
	view := templates.UnauthorizedView{
		Page:     s.Frame(c, "You may not see this page"),
		Required: required, SwitchURL: s.link(c, s.AccountsURL()), BackURL: s.link(c, s.options.HomeURL),
	}
	if auth.SignedIn() {
		view.OrganizationsURL = s.link(c, s.OrganizationsURL())
		view.Name, view.Email = person(auth)
		view.Email = cmp.Or(view.Email, auth.UserID)
		view.Organization = Organization(auth)
	}
	s.Render(c, http.StatusForbidden, s.options.Templates.Unauthorized(view))
}
