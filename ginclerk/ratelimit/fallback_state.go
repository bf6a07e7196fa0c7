package ratelimit

import (
	"context"
	"errors"
	"sync"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// Outage is the Target of the events [observe.OutageBegan] and [observe.OutageEnded] of a [Fallback].
const Outage = "rate limits"

// storeState reports when the store begins to fail, and when it answers again. A probe that fails in between changes nothing.
type storeState struct {
	observer observe.Observer

	mu    sync.Mutex
	cause error // the last failure
	down  bool
}

// failed reports whether an error is a failure of the store, and remembers it.
func (s *storeState) failed(err error) bool {
	if err == nil || errors.Is(err, ErrInvalid) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cause = err
	return true
}

// changed is called by the circuit breaker. The event belongs to no single request, so its context never ends.
func (s *storeState) changed(change circuitbreaker.StateChangedEvent) {
	if event, tell := s.event(change.NewState); tell {
		s.observer.Observe(context.Background(), event)
	}
}

// event reports what a new state of the circuit breaker says about the store, if anything.
func (s *storeState) event(state circuitbreaker.State) (event observe.Event, tell bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case state == circuitbreaker.OpenState && !s.down:
		s.down = true
		return observe.Event{Kind: observe.OutageBegan, Target: Outage, Err: s.cause}, true
	case state == circuitbreaker.ClosedState && s.down:
		s.down = false
		return observe.Event{Kind: observe.OutageEnded, Target: Outage}, true
	default:
		return observe.Event{}, false
	}
}
