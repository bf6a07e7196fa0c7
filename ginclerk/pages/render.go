package pages

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/internal/contentcoding"
	"github.com/ginclerk/ginclerk/localization"
)

// Render writes a page. It renders the whole page before it sends headers, so that a failure is a 500 and not half a page. It does
// not compress the page, because it cannot know whether an outsider chooses text on it.
func (s *Site) Render(c *gin.Context, status int, page templ.Component) {
	if s.request(c) == nil && c.Writer.Written() { // the request has no tenant, and was answered when the page was made
		return
	}
	s.render(c, status, contentcoding.Identity, page)
}

func (s *Site) render(c *gin.Context, status int, coding string, page templ.Component) {
	rendered := s.sheets.take()
	defer s.sheets.give(rendered)
	language := s.language(c.Request)
	if err := rendered.write(localization.NewContext(c.Request.Context(), language), coding, page); err != nil {
		_ = c.Error(err)
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	header := c.Writer.Header()
	header.Set("Content-Language", language.Tag())
	header.Set("Content-Security-Policy", s.policy.of(s.request(c)))
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "private, no-store")
	}
	if coding != contentcoding.Identity {
		header.Set("Content-Encoding", coding)
	}
	c.Data(status, "text/html; charset=utf-8", rendered.body.Bytes())
}
