package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Page is where the forms of a router wait.
type Page struct {
	// URL is the path of the page that offers them again.
	URL string
	// Replay is what a form is sent to again.
	Replay http.Handler
	// Except are routes at or below which no form is kept.
	Except []string
	// Router tells the router of Replay from others, by its address; 0: Replay takes the forms of all routers.
	Router uintptr
	// ServesPage reports whether the router serves the page itself; it is asked where Router is set. A router that does not takes
	// the forms of all routers.
	ServesPage func() bool
	// Name names the router in the records of forms. [Pages.Use] sets it.
	Name string
}

// Excepts reports whether no form of a route is kept.
func (p *Page) Excepts(route string) bool {
	return slices.ContainsFunc(p.Except, func(prefix string) bool {
		rest, below := strings.CutPrefix(route, prefix)
		return below && (rest == "" || rest[0] == '/')
	})
}

// takes reports whether the forms that the router at an address serves are this page's; 0: nobody knows which router it is.
func (p *Page) takes(router uintptr) bool { return router == 0 || p.Router == router || p.shared() }

// offers reports whether a form of the router with a name is offered on this page.
func (p *Page) offers(name string) bool { return p.Name == name || p.shared() }

func (p *Page) shared() bool { return p.Router == 0 || !p.ServesPage() }

// Pages are the pages of an application's routers. The zero value has none; it is safe for concurrent use.
type Pages struct {
	mu    sync.RWMutex
	pages []*Page
}

// Use adds a page; for the same router the last page counts. A router is named by its place among them, so that replicas that add
// their routers in the same order agree. The first has no name.
func (p *Pages) Use(page Page) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pages := slices.Clone(p.pages)
	page.Name = ""
	if len(pages) > 0 {
		page.Name = strconv.Itoa(len(pages))
	}
	if before := slices.IndexFunc(pages, func(there *Page) bool { return there.Router == page.Router }); before >= 0 {
		page.Name = pages[before].Name
		pages = slices.Delete(pages, before, before+1)
	}
	pages = append(pages, &page)
	p.pages = pages
}

// For returns the page for the forms of a router: the last one that takes them. nil: none does. Router is [Page].Router; 0 where
// the caller does not know it.
func (p *Pages) For(router uintptr) *Page {
	p.mu.RLock()
	pages := p.pages
	p.mu.RUnlock()
	for _, page := range slices.Backward(pages) {
		if page.takes(router) {
			return page
		}
	}
	return nil
}
