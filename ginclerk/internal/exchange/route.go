package exchange

import (
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
)

// routes has the names of routes, such as "GET /orders/:id", so that none is put together for each request. The zero value has none. It
// has at most as many as the router has routes, and methods of HTTP: middleware may take the method from a header, where a client makes
// up as many as it likes.
type routes struct {
	mu    sync.Mutex
	names atomic.Pointer[map[route]string] // never changed: a new name makes a new map
}

type route struct{ method, pattern string }

func (s *routes) name(method, pattern string) string {
	if !ofHTTP(method) {
		return method + " " + pattern
	}
	key := route{method, pattern}
	if names := s.names.Load(); names != nil {
		if name, found := (*names)[key]; found {
			return name
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := map[route]string{}
	if names := s.names.Load(); names != nil {
		next = maps.Clone(*names)
	}
	next[key] = method + " " + pattern
	s.names.Store(&next)
	return next[key]
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
