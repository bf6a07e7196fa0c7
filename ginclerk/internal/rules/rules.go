// Package rules judges requests by three lists of patterns in Clerk's syntax: public routes, admin routes and API routes.
//
// A router may read the path of a request in several ways, and a handler may pass the path on to a program that reads it in yet
// another way. The package judges every reading, and the strictest result counts: a request is public only if all readings are
// public, and for administrators if one reading is. An unreadable path is never allowed. The package does not import Gin: the
// caller says which route serves the request.
package rules

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// Errors of [Rules.Judge].
var (
	ErrMalformedPath = routematcher.ErrMalformedPath // the path can't be read
	ErrPathTooLong   = routematcher.ErrPathTooLong   // the path is longer than 8 KB
)

// Patterns are three lists of patterns in the syntax of package routematcher.
type Patterns struct{ Public, Admin, API []string }

// Rules are compiled patterns. Make them with [Compile]; they are safe for concurrent use.
type Rules struct {
	public, admin, api *routematcher.Matcher
	publicRoutes       *routematcher.Matcher // the patterns of public, held against the route that serves a request
	patterns           Patterns
}

// Patterns returns what the rules were compiled from. The lists must not be changed.
func (r *Rules) Patterns() Patterns { return r.patterns }

// Compile compiles patterns. The error names every pattern that can't be compiled.
func Compile(patterns Patterns) (*Rules, error) {
	r := &Rules{patterns: patterns}
	var problems []error
	for _, list := range []struct {
		name     string
		patterns []string
		into     **routematcher.Matcher
	}{{"Public", patterns.Public, &r.public}, {"Admin", patterns.Admin, &r.admin}, {"API", patterns.API, &r.api}} {
		matcher, err := routematcher.Compile(list.patterns...)
		if err != nil {
			problems = append(problems, fmt.Errorf("ginclerk: Rules.%s: %w", list.name, err))
		}
		*list.into = matcher
	}
	r.publicRoutes, _ = routematcher.CompileExact(patterns.Public...) // its problems are those of public
	return r, errors.Join(problems...)
}

// Verdict is what the rules say about one request.
type Verdict struct {
	Public bool // open to everybody
	Admin  bool // needs the role of administrators
	API    bool // answers with status codes and JSON
}

// Route is the route that serves a request. The zero value means that no route does.
type Route struct {
	Pattern string // as the route was registered: "/users/:id"
	Path    string // the pattern with the parameters of the request filled in: "/users/42"
}

// RouteOf fills the parameters of a request into the pattern of a route, in Gin's syntax. The function returns the value of a
// parameter, and reports whether the request has the parameter.
func RouteOf(pattern string, parameter func(name string) (string, bool)) Route {
	if !strings.ContainsAny(pattern, ":*") {
		return Route{Pattern: pattern, Path: pattern}
	}
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		at := strings.IndexAny(segment, ":*")
		if at < 0 {
			continue
		}
		if value, found := parameter(segment[at+1:]); found {
			segments[i] = segment[:at] + strings.TrimPrefix(value, "/")
		}
	}
	return Route{Pattern: pattern, Path: strings.Join(segments, "/")}
}

// Judge reads the path of a request in every way in which Gin may read it, and as the route that serves it. A request is public
// only if all of these readings are public, and its spelling leads to the route that is meant. It is for administrators, or for
// the API, if one reading is. It is also for administrators if the route's own pattern is, or a path that a later step may make
// of it. A request without a route is never public. The error matches [ErrMalformedPath] or [ErrPathTooLong].
func (r *Rules) Judge(u *url.URL, route Route) (Verdict, error) {
	if len(u.Path) > routematcher.MaxPath {
		return Verdict{}, ErrPathTooLong // so long a path is not encoded again
	}
	j := judgement{rules: r, Verdict: Verdict{Public: route.Pattern != ""}}
	sent := sentpath.Of(u)
	if err := j.encoded(sent, u.Path); err != nil {
		return Verdict{}, err
	}
	if err := j.leftBehind(u, sent); err != nil {
		return Verdict{}, err
	}
	if route.Pattern != "" {
		j.decoded(route.Path)
		j.pattern(route.Pattern)
		j.served(u, route)
	}
	return j.Verdict, nil
}

// AdminOnly reports whether a page of the application, given by its address, is only for administrators.
func (r *Rules) AdminOnly(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		return false
	}
	verdict, err := r.Judge(u, Route{Pattern: u.Path, Path: u.Path})
	return err == nil && verdict.Admin && !verdict.Public
}
