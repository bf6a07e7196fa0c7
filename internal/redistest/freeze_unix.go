//go:build unix

package redistest

import (
	"syscall"
	"testing"
)

// Freeze stops the server's process: its connections stay open, new ones are accepted by the system, and nothing is answered.
func (s *Server) Freeze(tb testing.TB) {
	tb.Helper()
	s.signal(tb, syscall.SIGSTOP, true)
}

// Thaw lets a frozen server go on where it was. It does nothing to one that is not frozen.
func (s *Server) Thaw(tb testing.TB) {
	tb.Helper()
	if s.frozen {
		s.signal(tb, syscall.SIGCONT, false)
	}
}

func (s *Server) signal(tb testing.TB, signal syscall.Signal, frozen bool) {
	tb.Helper()
	if s.process == nil {
		tb.Fatal("redistest: the server is not running")
	}
	if err := s.process.Process.Signal(signal); err != nil {
		tb.Fatal(err)
	}
	s.frozen = frozen
}
