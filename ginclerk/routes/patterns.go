package routes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
	"github.com/ginclerk/ginclerk/ginclerk/internal/rules"
)

// patterns finds patterns of rules that match no route, and those that match more than they seem to.
func (s *survey) patterns(found *notes) {
	for _, r := range s.applied() {
		patterns := r.Patterns()
		for _, of := range []struct {
			list     string
			patterns []string
			compile  func(patterns ...string) (*routematcher.Matcher, error)
		}{
			{"Public", patterns.Public, routematcher.CompileExact},
			{"Admin", patterns.Admin, routematcher.Compile},
			{"API", patterns.API, routematcher.Compile},
		} {
			for _, pattern := range of.patterns {
				matcher, err := of.compile(pattern)
				if err != nil {
					continue // Protect has refused it
				}
				name := fmt.Sprintf("The pattern %s of Rules.%s", pattern, of.list)
				p := ruled{s, r, pattern, matcher}
				p.unmet(name, found)
				p.beyond(name, found)
				if of.list == "Public" {
					p.slashed(name, found)
				}
			}
		}
	}
}

// applied returns the rules that stand in front of routes.
func (s *survey) applied() []*rules.Rules {
	var all []*rules.Rules
	for i := range s.routes {
		for _, guard := range s.routes[i].guards {
			if guard.Rules != nil && !slices.Contains(all, guard.Rules) {
				all = append(all, guard.Rules)
			}
		}
	}
	return all
}

// ruled is one pattern of rules, and the routes that they stand in front of.
type ruled struct {
	*survey

	rules   *rules.Rules
	pattern string
	matcher *routematcher.Matcher
}

// stands reports whether the rules stand in front of a route.
func (p ruled) stands(r *covered) bool {
	return slices.ContainsFunc(r.guards, func(guard placed) bool { return guard.Rules == p.rules })
}

func (p ruled) matches(path string) bool {
	matched, err := p.matcher.MatchDecoded(path)
	return err == nil && matched
}

// unmet finds a pattern that matches no route. Of a pattern with an expression of its own it may be impossible to tell; then nothing is
// said.
func (p ruled) unmet(name string, found *notes) {
	samples, simple := samplesOf(p.pattern)
	text := textOf(p.pattern, `:(*?+[{\`)
	for i := range p.routes {
		route := &p.routes[i]
		if !p.stands(route) {
			continue
		}
		ofRoute := textOf(route.chain.path, ":*")
		if p.matches(fill(route.chain.path, example)) || p.servesOne(i, samples) ||
			!simple && ofRoute != route.chain.path && (strings.HasPrefix(text, ofRoute) || strings.HasPrefix(ofRoute, text)) {
			return
		}
	}
	found.add(name + " matches no route that the rules stand in front of.")
}

// servesOne reports whether a route serves one of the paths.
func (p ruled) servesOne(route int, paths []string) bool {
	return slices.ContainsFunc(paths, func(path string) bool { return p.server(p.routes[route].chain.method, path) == route })
}

// beyond finds a pattern that goes on within a segment, such as /dashboard(.*), where that catches a route: /dashboards.
func (p ruled) beyond(name string, found *notes) {
	text, open := strings.CutSuffix(p.pattern, wildcard)
	if !open || text == "" || strings.HasSuffix(text, "/") || strings.ContainsAny(text, `:()[]{}\*?+`) {
		return
	}
	for i := range p.routes {
		route := &p.routes[i]
		path, neighbor := fill(route.chain.path, example), text+"s"
		rest, begins := strings.CutPrefix(path, text)
		switch {
		case !p.stands(route):
		case begins && rest != "" && rest[0] != '/':
			found.add(name+" matches %s too: "+text+"/:path* keeps to whole segments.", route.chain.String())
		case p.server(route.chain.method, neighbor) == i:
			found.add(name+" matches "+neighbor+" too, a path of %s: "+text+"/:path* keeps to whole segments.", route.chain.String())
		}
	}
}

// slashed finds a pattern that opens the root of what a wildcard route serves: /docs, where /docs/*path serves /docs/.
func (p ruled) slashed(name string, found *notes) {
	for i := range p.routes {
		route := &p.routes[i]
		path := fill(route.chain.path, example)
		if !p.stands(route) || strings.HasSuffix(path, "/") || !p.matches(path) {
			continue
		}
		at := p.server(route.chain.method, path+"/")
		if at < 0 || at == i || !strings.Contains(p.routes[at].chain.path, "/*") || !p.stands(&p.routes[at]) {
			continue
		}
		wildcard := p.routes[at].chain
		public := func(path string) bool { return judge(exchange.Description{Rules: p.rules}, wildcard, path).Public }
		if public(path+"/") && !public(path+"/"+example) {
			found.add(name+" matches "+path+"/ too, a path of %s.", wildcard.String())
		}
	}
}
