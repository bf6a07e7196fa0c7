package ratelimit

import (
	"errors"
	"log/slog"
	"sync"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// storeState tells the log when the store begins to fail, and when it answers again. What comes between, a probe that fails every
// second, changes nothing.
type storeState struct {
	logger *slog.Logger

	mu    sync.Mutex
	cause string // of the last failure
	down  bool
}

// failed is whether an error of the store is a failure of the store, and remembers it.
func (s *storeState) failed(err error) bool {
	if err == nil || errors.Is(err, ErrInvalid) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cause = err.Error()
	return true
}

// changed is called by the circuit breaker.
func (s *storeState) changed(event circuitbreaker.StateChangedEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case event.NewState == circuitbreaker.OpenState && !s.down:
		s.down = true
		s.logger.Warn("ratelimit: the store fails; policies do without it", "error", s.cause)
	case event.NewState == circuitbreaker.ClosedState && s.down:
		s.down = false
		s.logger.Info("ratelimit: the store answers again")
	}
}
