package ginclerk

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
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

func (p *FormsPage) excepts(route string) bool {
	return slices.ContainsFunc(p.Except, func(prefix string) bool {
		rest, below := strings.CutPrefix(route, prefix)
		return below && (rest == "" || rest[0] == '/')
	})
}

// UseFormsPage has forms kept that guards would otherwise lose; package pages does so when it is mounted on a whole engine.
// Without it a form that arrives with an expired token which can't be renewed is lost. It may be called at any time, and
// again: for the same engine the last page counts. Replicas call it for their engines in the same order.
func (g *Guards) UseFormsPage(page FormsPage) { g.formsPages.use(page) }

// formsPages are the pages of an application's engines. The zero value has none; it is safe for concurrent use.
type formsPages struct {
	mu    sync.RWMutex
	pages []*routerPage
}

// routerPage is the page of one router.
type routerPage struct {
	FormsPage

	engine *gin.Engine // nil: Replay is for all engines
	// router names the engine in the records of forms: by its place among them, so that replicas agree. The first has no name.
	router string
}

func (p *formsPages) use(page FormsPage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	engine, _ := page.Replay.(*gin.Engine)
	next := &routerPage{FormsPage: page, engine: engine}
	if before := slices.IndexFunc(p.pages, func(there *routerPage) bool { return there.engine == engine }); before >= 0 {
		next.router = p.pages[before].router
		p.pages = append(slices.Delete(slices.Clone(p.pages), before, before+1), next)
		return
	}
	if place := len(p.pages); place > 0 {
		next.router = strconv.Itoa(place)
	}
	p.pages = append(slices.Clone(p.pages), next)
}

// of returns the page of the engine that serves a request: the last one that takes its forms. nil: there is none.
func (p *formsPages) of(c *gin.Context) *routerPage {
	p.mu.RLock()
	pages := p.pages
	p.mu.RUnlock()
	if len(pages) == 0 {
		return nil
	}
	serving := engineOf(c)
	for _, page := range slices.Backward(pages) {
		if page.takes(serving) {
			return page
		}
	}
	return nil
}

// takes reports whether the forms of an engine are this page's. An engine that does not serve the page itself was given to
// take the forms of others.
func (p *routerPage) takes(serving uintptr) bool {
	return serving == 0 || p.shared() || reflect.ValueOf(p.engine).Pointer() == serving
}

func (p *routerPage) shared() bool {
	return p.engine == nil || !slices.ContainsFunc(p.engine.Routes(), func(route gin.RouteInfo) bool {
		return route.Method == http.MethodGet && route.Path == p.URL
	})
}

// offers reports whether a form of a router is offered on this page.
func (p *routerPage) offers(router string) bool { return p.router == router || p.shared() }

// engineOf tells engines apart by the address of the one that serves a request; 0 where this Gin does not say. Gin has no
// method for it.
func engineOf(c *gin.Context) uintptr {
	engine := reflect.ValueOf(c).Elem().FieldByName("engine")
	if !engine.IsValid() || engine.Kind() != reflect.Pointer {
		return 0
	}
	return engine.Pointer()
}
