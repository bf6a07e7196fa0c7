package routes

import (
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/rules"
)

// verdict is what rules say of a route: public, session or admin, and whether it is of an API. The value of a parameter may decide. So
// the route is judged with a value that no pattern means, and with those that patterns name; what these change comes behind.
func (s *survey) verdict(of exchange.Description, c chain) []string {
	usual := judge(of, c, fill(c.path, example))
	asks := words(usual, of.Admin)
	for _, path := range s.named(of.Rules.Patterns(), c) {
		if special := judge(of, c, path); special != usual {
			asks = append(asks, strings.Join(words(special, of.Admin), " ")+" for "+path)
		}
	}
	return asks
}

func judge(of exchange.Description, c chain, path string) rules.Verdict {
	parameters, _ := serves(c.path, path)
	route := rules.RouteOf(c.path, func(name string) (string, bool) {
		value, found := parameters[name]
		return value, found
	})
	verdict, err := of.Rules.Judge(&url.URL{Path: path}, route)
	if err != nil { // such a path is refused, whoever asks for it
		return rules.Verdict{}
	}
	return verdict
}

func words(v rules.Verdict, admin string) []string {
	said := []string{"session"}
	switch {
	case v.Public:
		said[0] = "public"
	case v.Admin:
		said[0] = "admin: " + admin
	}
	if v.API {
		said = append(said, "API")
	}
	return said
}

// named returns the paths of a route with parameters that patterns name.
func (s *survey) named(patterns rules.Patterns, c chain) []string {
	if fill(c.path, example) == fill(c.path, "") {
		return nil
	}
	var paths []string
	for _, pattern := range slices.Concat(patterns.Public, patterns.Admin, patterns.API) {
		samples, _ := samplesOf(pattern)
		for _, path := range samples {
			if i := s.server(c.method, path); i >= 0 && s.routes[i].chain.path == c.path && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}
