package routes

import (
	"reflect"
	"runtime"
	"strings"

	"github.com/gin-gonic/gin"
)

// example stands for the value of a parameter.
const example = "example"

// fill makes a path of one of Gin's patterns, with a value in place of every parameter.
func fill(pattern, value string) string {
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		if at := parameter(segment); at >= 0 {
			segments[i] = segment[:at] + value
		}
	}
	return strings.ReplaceAll(strings.Join(segments, "/"), `\:`, ":")
}

// parameter returns where the parameter of a segment begins; -1 where the segment has none. An escaped colon begins none.
func parameter(segment string) int {
	for i := range len(segment) {
		if segment[i] == '*' || segment[i] == ':' && (i == 0 || segment[i-1] != '\\') {
			return i
		}
	}
	return -1
}

// serves reports whether a pattern matches a path, and returns the parameters.
func serves(pattern, path string) (parameters map[string]string, ok bool) {
	parameters = map[string]string{}
	for {
		segment, patternRest, patternMore := strings.Cut(pattern, "/")
		got, pathRest, pathMore := strings.Cut(path, "/")
		at := parameter(segment)
		switch {
		case at >= 0 && segment[at] == '*':
			parameters[segment[at+1:]] = "/" + path
			return parameters, true
		case at >= 0:
			value, found := strings.CutPrefix(got, segment[:at])
			if !found || value == "" {
				return nil, false
			}
			parameters[segment[at+1:]] = value
		case strings.ReplaceAll(segment, `\:`, ":") != got:
			return nil, false
		}
		if !patternMore || !pathMore {
			return parameters, patternMore == pathMore
		}
		pattern, path = patternRest, pathRest
	}
}

// moreExact reports whether Gin prefers a pattern to another one that matches the same path: in the first segment that differs, text
// comes before a parameter, and a parameter before all that is left.
func moreExact(a, b string) bool {
	for a != "" || b != "" {
		var first, second string
		first, a, _ = strings.Cut(a, "/")
		second, b, _ = strings.Cut(b, "/")
		if first != second {
			return exactness(first) > exactness(second)
		}
	}
	return false
}

// exactness is the length of the text in front of a parameter, above which a segment without one stands.
func exactness(segment string) int {
	switch at := parameter(segment); {
	case at < 0:
		return len(segment) + 1<<16
	case segment[at] == '*':
		return -1
	default:
		return at
	}
}

// server returns the number of the route that serves a path with a method; -1: no route does.
func (s *survey) server(method, path string) int {
	best := -1
	for i := range s.routes {
		c := s.routes[i].chain
		if c.method != method {
			continue
		}
		if _, ok := serves(c.path, path); ok && (best < 0 || moreExact(c.path, s.routes[best].chain.path)) {
			best = i
		}
	}
	return best
}

// nameOf is what Gin calls a handler.
func nameOf(handler gin.HandlerFunc) string {
	return runtime.FuncForPC(reflect.ValueOf(handler).Pointer()).Name()
}
