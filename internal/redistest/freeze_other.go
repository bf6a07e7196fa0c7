//go:build !unix

package redistest

import "testing"

// Freeze skips the test: there is nothing like SIGSTOP here.
func (s *Server) Freeze(tb testing.TB) {
	tb.Helper()
	tb.Skip("MISSING: SIGSTOP. Left out: a Redis that accepts connections and answers nothing")
}

// Thaw does nothing: no server can be frozen here.
func (s *Server) Thaw(tb testing.TB) { tb.Helper() }
