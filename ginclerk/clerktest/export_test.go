package clerktest

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/backend"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/frontend"
	"github.com/ginclerk/ginclerk/internal/documented"
)

// Patterns returns the patterns of the emulated operations of an API.
func Patterns(s *Server, api string) []string {
	if api == documented.Backend {
		return backend.New(s.core, nil).Patterns()
	}
	return frontend.Patterns(s.core)
}
