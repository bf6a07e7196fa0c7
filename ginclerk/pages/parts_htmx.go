package pages

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/templates"
)

// Names of the parts: in addresses below pathParts, and in the parameter of an action that is answered with a part.
const (
	partUserButton    = "user-button"
	partSession       = "session"
	partDevices       = "devices"
	partAccounts      = "accounts"
	partOrganizations = "organizations"

	partParameter = "part"
)

// pathParts is the folder of the parts.
const pathParts = "/parts/"

// mountParts mounts the parts as fragments of HTML. The user button is for visitors who are signed out, too.
func (s *Site) mountParts(r, group gin.IRoutes) {
	r.GET(s.options.Path+pathParts+partUserButton, s.serves("user button", s.showUserButton))
	group.GET(pathParts+partSession, s.limits.one, s.showPart(partSession))
	group.GET(pathParts+partDevices, s.limits.one, s.showPart(partDevices))
	group.GET(pathParts+partAccounts, s.limits.accounts, s.showPart(partAccounts))
	group.GET(pathParts+partOrganizations, s.limits.one, s.showPart(partOrganizations))
}

// PartURL is the path of a part, which htmx loads into a page: "user-button", "session", "devices", "accounts" or "organizations".
func (s *Site) PartURL(part string) string { return s.base + pathParts + part }

func (s *Site) showUserButton(c *gin.Context) {
	s.Render(c, http.StatusOK, templates.UserButton(s.Parts(c).UserButton()))
}

func (s *Site) showPart(name string) gin.HandlerFunc {
	return func(c *gin.Context) { s.renderPart(c, name, templates.Notice{}) }
}

// renderPart answers with a part, which tells the result of an action.
func (s *Site) renderPart(c *gin.Context, name string, notice templates.Notice) {
	part, err := s.part(c, name, notice)
	switch {
	case err == nil:
		s.Render(c, http.StatusOK, part)
		c.Abort()
	case name == partOrganizations:
		_ = c.Error(err)
		s.clerk.For(c).Answer(c, ginclerk.ProblemFor(err))
	default:
		s.failed(c, err)
	}
}

func (s *Site) part(c *gin.Context, name string, notice templates.Notice) (templ.Component, error) {
	switch parts := s.Parts(c); name {
	case partSession:
		view, err := parts.SessionCard()
		view.Notice = notice
		return templates.SessionCard(view), err
	case partDevices:
		view, err := parts.DeviceList()
		view.Notice = notice
		return templates.DeviceList(view), err
	case partAccounts:
		view, err := parts.AccountList()
		view.Notice = notice
		return templates.AccountList(view), err
	default:
		view, err := parts.OrganizationSwitcher()
		view.Notice = notice
		return templates.OrganizationSwitcher(view), err
	}
}

// byHTMX reports whether htmx has sent a request.
func byHTMX(c *gin.Context) bool { return exchange.KindOf(c) == visit.HTMX }

// partAsked returns the part that htmx takes in place of the page that an action leads to; "" if it takes the page.
func partAsked(c *gin.Context) string {
	if !byHTMX(c) {
		return ""
	}
	switch name := c.Query(partParameter); name {
	case partSession, partDevices, partAccounts, partOrganizations:
		return name
	default:
		return ""
	}
}

// leadHTMX has htmx open a page.
func leadHTMX(c *gin.Context, address string) {
	c.Header("Cache-Control", "no-store")
	address, _, _ = strings.Cut(address, "#") // an address that differs in its fragment alone opens no page
	c.Header("HX-Redirect", address)
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	c.Abort()
}
