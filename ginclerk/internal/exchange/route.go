package exchange

import (
	"maps"
	"sync"
	"sync/atomic"
)

// routes has the names of routes, such as "GET /orders/:id", so that none is put together for each request. The zero value has none. It
// has at most as many as the router has routes.
type routes struct {
	mu    sync.Mutex
	names atomic.Pointer[map[route]string] // never changed: a new name makes a new map
}

type route struct{ method, pattern string }

func (s *routes) name(method, pattern string) string {
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
