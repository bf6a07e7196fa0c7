package pages

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
	"github.com/ginclerk/ginclerk/ginclerk/routes"
	"github.com/ginclerk/ginclerk/templates"
)

// MountRoutes mounts a page with the map of the engine's routes ([routes.Of]) at [routes.PagePath], for those who develop the application. Public
// are the routes that are meant to be open. A program gets the map as text; "ginclerk routes -url http://localhost:8080" prints it.
//
// It mounts nothing unless the Clerk is of a development instance. The page is for this machine alone: a request must come from a loopback
// address, to a loopback address or a name of localhost, through no proxy, and not from a script or a frame of another site. All others get 404. A proxy
// or a tunnel on this machine that adds no header, such as one for TCP, can't be told from a program here.
func (s *Site) MountRoutes(engine *gin.Engine, public ...string) {
	if s.clerk.PublishableKey().Type() != instance.Development {
		return
	}
	s.clerk.Exempt(routes.PagePath)
	show := s.serves("map of the routes", func(c *gin.Context) { s.showRoutes(c, engine, public) })
	engine.GET(routes.PagePath, show)
	engine.HEAD(routes.PagePath, show)
}

func (s *Site) showRoutes(c *gin.Context, engine *gin.Engine, public []string) {
	if !peer.OnThisMachine(c.Request) {
		s.NotFound(c)
		return
	}
	m, err := routes.Of(engine, public...)
	if err != nil {
		_ = c.Error(err)
		s.clerk.Answer(c, ginclerk.ProblemFor(err))
		return
	}
	c.Header("Cache-Control", "no-store")
	if ginclerk.WantsJSON(c) {
		c.String(http.StatusOK, "%s", m)
		return
	}
	view := templates.RoutesView{Page: s.Frame(c, s.voice(c).Text("routes.title")), Warnings: m.Warnings}
	for _, line := range m.Lines() {
		view.Routes = append(view.Routes, templates.RouteRow{
			Methods: line.Methods, Path: line.Path, Needs: string(line.Access), Guards: line.Guards,
			Guarded: line.Access == routes.Session || line.Access == routes.Token, Unguarded: line.Access == routes.None,
		})
	}
	s.Render(c, http.StatusOK, s.options.Templates.Routes(view))
}
