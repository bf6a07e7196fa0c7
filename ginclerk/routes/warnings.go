package routes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
)

// warnings are what may be wrong with the routes, in the order of the routes; those about rules come last.
func (s *survey) warnings() []string {
	var found notes
	for i := range s.routes {
		route := &s.routes[i]
		route.unguarded(&found)
		route.twice(&found)
		route.tooLate(&found)
		s.beforeUse(route, &found)
		s.belowExempt(route, &found)
	}
	s.publicList(&found)
	s.patterns(&found)
	return found.lines()
}

// notes are warnings, each with the routes that it is about.
type notes struct {
	texts  []string
	routes map[string][]string // by text
}

// add notes a warning about routes. The text has %s in place of them.
func (n *notes) add(text string, routes ...string) {
	if n.routes == nil {
		n.routes = map[string][]string{}
	}
	if !slices.Contains(n.texts, text) {
		n.texts = append(n.texts, text)
	}
	n.routes[text] = append(n.routes[text], routes...)
}

func (n *notes) lines() []string {
	lines := make([]string, 0, len(n.texts))
	for _, text := range n.texts {
		lines = append(lines, strings.Replace(text, "%s", list(n.routes[text]), 1))
	}
	return lines
}

// list names routes, the methods of one path together. A long list is cut: the map has all of them.
func list(routes []string) string {
	var paths []string
	methods := map[string][]string{}
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
		if !slices.Contains(methods[path], method) {
			methods[path] = append(methods[path], method)
		}
	}
	const most = 10
	named := make([]string, 0, most)
	for i, path := range paths {
		if i == most {
			return fmt.Sprintf("%s and %d more paths", strings.Join(named, ", "), len(paths)-most)
		}
		named = append(named, joined(methods[path])+" "+path)
	}
	return strings.Join(named, ", ")
}

// unguarded finds routes that nothing covers and that the application does not list.
func (r *covered) unguarded(found *notes) {
	if r.Access == None {
		found.add("No guard covers %s: list as public what is meant to be open.", r.chain.String())
	}
}

// twice finds a guard that stands in front of a route twice.
func (r *covered) twice(found *notes) {
	for i, guard := range r.guards {
		same := func(other placed) bool { return sameGuard(guard.Description, other.Description) }
		if guard.Serves || r.Guards[i].Exempt || !slices.ContainsFunc(r.guards[:i], same) {
			continue
		}
		costs := ""
		if guard.Counts {
			costs = " Each request counts twice."
		}
		found.add(r.Guards[i].String()+" covers %s twice."+costs, r.chain.String())
	}
}

func sameGuard(a, b exchange.Description) bool {
	return a.Name == b.Name && a.Clerk == b.Clerk && a.Rules == b.Rules && slices.Equal(a.Asks, b.Asks)
}

// tooLate finds a guard with nothing behind it.
func (r *covered) tooLate(found *notes) {
	if len(r.guards) == 0 {
		return
	}
	last := len(r.guards) - 1
	if guard := r.guards[last]; !guard.Serves && guard.at == len(r.chain.handlers)-1 {
		found.add(r.Guards[last].String()+" is the last handler of %s: everything in front of it runs first.", r.chain.String())
	}
}

// beforeUse finds guards of the engine that do not stand in front of a route, because Gin gives a route the handlers that its group has
// when it is registered.
func (s *survey) beforeUse(r *covered, found *notes) {
	if r.listed {
		return
	}
	for _, handler := range s.global[s.ofEngine(r):] {
		missing, known := exchange.Describe(handler)
		same := func(other placed) bool { return sameGuard(missing, other.Description) }
		if known && !r.needless(missing) && !slices.ContainsFunc(r.guards, same) {
			guard := Guard{Name: missing.Name, Asks: missing.Asks}
			found.add("engine.Use("+guard.String()+") does not cover %s: Gin gives a route what its group had when the route was registered.", r.chain.String())
		}
	}
}

// needless reports whether a route lacks nothing without a handler: one that an exempt prefix would lift there, or Attach, where
// another guard finds out who it is.
func (r *covered) needless(missing exchange.Description) bool {
	if missing.Exempt != nil && exempt(missing, r.chain.path) {
		return true
	}
	return missing.Name == "Attach" && (r.Access == Session || r.Access == Token)
}

// ofEngine is how many handlers of a route are the engine's own. They come first.
func (s *survey) ofEngine(r *covered) int {
	n := 0
	for n < len(s.global) && n < len(r.chain.handlers) && identity(s.global[n]) == identity(r.chain.handlers[n]) {
		n++
	}
	return n
}

// belowExempt finds exempt prefixes that do less, or more, than they seem to.
func (s *survey) belowExempt(r *covered, found *notes) {
	if r.Access == Own || slices.ContainsFunc(r.guards, func(guard placed) bool { return guard.Serves }) {
		return
	}
	prefix := r.exemptBy()
	if prefix == "" {
		return
	}
	ofEngine := s.ofEngine(r)
	for i, guard := range r.guards {
		shown := r.Guards[i]
		switch {
		case guard.Needs == exchange.NeedsSession, guard.Needs == exchange.NeedsToken:
			found.add(fmt.Sprintf("The exempt prefix %s covers %%s, where %s guards all the same.", prefix, shown), r.chain.String())
		case guard.Counts && shown.Exempt && guard.at >= ofEngine:
			shown.Exempt = false
			found.add(fmt.Sprintf("%s does not count %%s: there the exempt prefix %s lifts it.", shown, prefix), r.chain.String())
		}
	}
}

// exemptBy returns the prefix that covers a route for one of its guards; "" where none does.
func (r *covered) exemptBy() string {
	for _, guard := range r.guards {
		if guard.Exempt == nil || !exempt(guard.Description, r.chain.path) {
			continue
		}
		for _, prefix := range guard.Exempt.All() {
			if rest, found := strings.CutPrefix(r.chain.path, prefix); found && (rest == "" || rest[0] == '/') {
				return prefix
			}
		}
	}
	return ""
}

// publicList finds what the application's list of public routes says wrongly.
func (s *survey) publicList(found *notes) {
	for _, entry := range s.public {
		met := false
		for i := range s.routes {
			route := &s.routes[i]
			if entry != route.chain.path && entry != route.chain.String() {
				continue
			}
			met = true
			if route.Access == Session || route.Access == Token {
				found.add("The list of public routes names %s, where a "+string(route.Access)+" is needed.", route.chain.String())
			}
		}
		if !met {
			found.add("The list of public routes names " + entry + ", but the engine has no such route.")
		}
	}
}
