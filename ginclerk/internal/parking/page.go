// Package parking keeps the forms of requests that guards can't let through yet, and sends them again when their users ask for it. Package
// pages makes it part of the instances that it is mounted for.
package parking

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
)

// Page is a page that offers forms which could not be sent.
type Page struct {
	// URL is the path of the page. It must need a session.
	URL string
	// Replay is what a form is sent to again: the application's whole router, so that the form passes every guard once more.
	// Where several engines have guards of one Clerk, each has a page of its own, and Replay is that engine itself: so
	// it is known which forms are whose. Any other handler takes the forms of all engines.
	Replay http.Handler
	// Except are paths at or below which no form is kept, whichever guard turns it away. They are matched against the route, as Gin
	// names it.
	Except []string
}

// AddTo implements [exchange.FormsPage]: for each engine the last page counts.
func (p Page) AddTo(before exchange.Forms) exchange.Forms {
	k, found := before.(*Keeper)
	if !found {
		k = &Keeper{}
	}
	page := desk.Page{URL: p.URL, Replay: p.Replay, Except: p.Except}
	if engine, _ := p.Replay.(*gin.Engine); engine != nil {
		page.Router = reflect.ValueOf(engine).Pointer()
		page.ServesPage = func() bool {
			return slices.ContainsFunc(engine.Routes(), func(route gin.RouteInfo) bool {
				return route.Method == http.MethodGet && route.Path == page.URL
			})
		}
	}
	k.pages.Use(page)
	return k
}

// Keeper keeps forms for the pages that offer them. [Page.AddTo] makes one; it is safe for concurrent use.
type Keeper struct{ pages desk.Pages }

// pageFor returns the page of the engine that serves a request; nil: its forms are not kept. The address of the engine tells it from
// others. Gin has no method for it, and where this Gin does not say, the page is the last one.
func (k *Keeper) pageFor(c *gin.Context) *desk.Page {
	var router uintptr
	if engine := reflect.ValueOf(c).Elem().FieldByName("engine"); engine.IsValid() && engine.Kind() == reflect.Pointer {
		router = engine.Pointer()
	}
	return k.pages.For(router)
}

// pageOf is [Keeper.pageFor] for the keeper in front of a request; nil without one.
func pageOf(x *exchange.Exchange) *desk.Page {
	if k, found := x.Front().Pages().Forms.(*Keeper); found {
		return k.pageFor(x.Gin)
	}
	return nil
}
