package exchange

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/internal/snapshot"
)

// routes has the names of routes, such as "GET /orders/:id", so that none is put together for each request. The zero value has none. It
// has at most as many as the router has routes, and methods of HTTP: middleware may take the method from a header, where a client makes
// up as many as it likes.
type routes struct{ names snapshot.Map[route, string] }

type route struct{ method, pattern string }

func (r route) String() string { return r.method + " " + r.pattern }

func (s *routes) name(method, pattern string) string {
	r := route{method, pattern}
	if !ofHTTP(method) {
		return r.String()
	}
	name, _ := s.names.Get(r, func() (string, error) { return r.String(), nil })
	return name
}

// ofHTTP reports whether a method is one of HTTP itself.
func ofHTTP(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return true
	default:
		return false
	}
}
