package ginclerk

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
)

// FormsPage is where forms wait that could not be sent.
type FormsPage struct {
	// URL is the path of a page that offers them again ([Clerk.ParkedForms]). It must need a session.
	URL string
	// Replay is what a form is sent to again: the application's whole router, so that the form passes every guard once more.
	// Where several engines have guards of one [Clerk], each has a page of its own, and Replay is that engine itself: so
	// it is known which forms are whose. Any other handler takes the forms of all engines.
	Replay http.Handler
	// Except are paths at or below which no form is kept, whichever guard turns it away: [SkipForms] can speak only to
	// guards behind it, and [Guards.Protect] is in front of everything. They are matched against the route, as Gin names it.
	Except []string
}

// UseFormsPage has forms kept that guards would otherwise lose; package pages does so when it is mounted on a whole engine.
// Without it a form that arrives with an expired token which can't be renewed is lost. It may be called at any time, and
// again: for the same engine the last page counts. Replicas call it for their engines in the same order.
func (g *Guards) UseFormsPage(page FormsPage) {
	own := desk.Page{URL: page.URL, Replay: page.Replay, Except: page.Except}
	if engine, _ := page.Replay.(*gin.Engine); engine != nil {
		own.Router = reflect.ValueOf(engine).Pointer()
		own.ServesPage = func() bool {
			return slices.ContainsFunc(engine.Routes(), func(route gin.RouteInfo) bool {
				return route.Method == http.MethodGet && route.Path == page.URL
			})
		}
	}
	g.formsPages.Use(own)
}

// formsPage returns the page of the engine that serves a request; nil: its forms are not kept. The address of the engine tells it from
// others. Gin has no method for it, and where this Gin does not say, the page is the last one.
func (k *Clerk) formsPage(c *gin.Context) *desk.Page {
	var serving uintptr
	if engine := reflect.ValueOf(c).Elem().FieldByName("engine"); engine.IsValid() && engine.Kind() == reflect.Pointer {
		serving = engine.Pointer()
	}
	return k.guardsOf(c).formsPages.For(serving)
}
