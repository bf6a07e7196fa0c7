package routes

import (
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
)

// Of returns the map of an engine. List the routes that are meant to be open to everybody in public, as they were registered:
// "/about" for every method, or "GET /posts/:id"; what a Public pattern of rules names need not be listed. Register no routes at the same
// time. The error is [ErrUnreadable].
func Of(engine *gin.Engine, public ...string) (*Map, error) {
	found, err := chains(engine)
	if err != nil {
		return nil, err
	}
	s := survey{global: engine.Handlers, public: public}
	for _, c := range found {
		s.routes = append(s.routes, s.covered(c))
	}
	s.number()
	m := &Map{Routes: make([]Route, 0, len(s.routes)), Warnings: s.warnings()}
	for i := range s.routes {
		m.Routes = append(m.Routes, s.routes[i].Route)
	}
	return m, nil
}

// survey is what is known of an engine.
type survey struct {
	global gin.HandlersChain // the middleware of the engine itself, as it is now
	public []string
	routes []covered
}

// covered is a route and the handlers of ginclerk that it has.
type covered struct {
	Route

	chain  chain
	guards []placed // in the order of Route.Guards
	listed bool     // as public
}

// placed is a handler of ginclerk in the handlers of a route.
type placed struct {
	exchange.Description

	at int
}

func (s *survey) covered(c chain) covered {
	route := covered{chain: c, Route: Route{Method: c.method, Path: c.path, Handler: nameOf(c.handlers.Last())}}
	route.listed = slices.Contains(s.public, c.path) || slices.Contains(s.public, c.String())
	attached := false
	for i, handler := range c.handlers {
		description, known := exchange.Describe(handler)
		if !known {
			continue
		}
		guard := Guard{Name: description.Name, Asks: description.Asks, Exempt: description.Exempt != nil && exempt(description, c.path)}
		if description.Counts && attached {
			guard.Exempt = false
		}
		attached = attached || description.Needs != "" && !guard.Exempt || description.Name == "RefuseCrossOrigin"
		route.guards = append(route.guards, placed{description, i})
		route.Guards = append(route.Guards, guard)
	}
	return route
}

// exempt reports whether a prefix lifts a handler from a route.
func exempt(description exchange.Description, pattern string) bool {
	return description.Exempt.CoverRoute(&url.URL{Path: fill(pattern, example)}, pattern)
}

// number finds what the rules say of each route, which depends on the other routes, and tells the handlers of several Clerks apart.
func (s *survey) number() {
	var clerks []any
	for i := range s.routes {
		for _, guard := range s.routes[i].guards {
			if guard.Clerk != nil && !slices.Contains(clerks, guard.Clerk) {
				clerks = append(clerks, guard.Clerk)
			}
		}
	}
	for i := range s.routes {
		route := &s.routes[i]
		for j, guard := range route.guards {
			if guard.Rules != nil && !route.Guards[j].Exempt {
				route.Guards[j].Asks = s.verdict(guard.Description, route.chain)
			}
			if len(clerks) > 1 {
				route.Guards[j].Clerk = slices.Index(clerks, guard.Clerk) + 1
			}
		}
		route.Access = route.access()
	}
}

// access is what all handlers of a route together ask for.
func (r *covered) access() Access {
	open, own, lifted := r.listed, false, false
	for i, guard := range r.guards {
		own = own || guard.Serves
		if r.Guards[i].Exempt {
			lifted = true
			continue
		}
		switch guard.Needs {
		case exchange.NeedsSession:
			return Session
		case exchange.NeedsToken:
			return Token
		case exchange.NeedsRules:
			if asks := r.Guards[i].Asks; len(asks) == 0 || asks[0] != string(Public) {
				return Session
			}
			open = true
		}
	}
	switch {
	case own:
		return Own
	case open:
		return Public
	case lifted:
		return Exempt
	default:
		return None
	}
}
