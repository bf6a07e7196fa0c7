package core

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
)

// Faults are the ways in which this Clerk can be out of order. The zero value is in order. It is safe for concurrent use.
type Faults struct {
	unavailable, unreachable atomic.Bool

	mu    sync.Mutex
	queue []Fault
}

// Add puts a fault behind those that are there for the same operation.
func (f *Faults) Add(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = append(f.queue, fault)
}

// Clear puts everything in order again.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = nil
	f.unavailable.Store(false)
	f.unreachable.Store(false)
}

// Waiting returns the faults that no request has met yet, or not as often as they were meant to, as a copy.
func (f *Faults) Waiting() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.queue)
}

// take returns the first fault for the operation, and uses it up once.
func (f *Faults) take(operation string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.queue, func(q Fault) bool { return q.Operation == "" || q.Operation == operation })
	if i < 0 {
		return Fault{}, false
	}
	found := f.queue[i]
	switch {
	case found.Times == 1:
		f.queue = slices.Delete(f.queue, i, i+1)
	case found.Times > 1:
		f.queue[i].Times--
	}
	return found, true
}

// SetUnavailable makes every request be answered with 503.
func (f *Faults) SetUnavailable(on bool) { f.unavailable.Store(on) }

// SetUnreachable makes every connection be cut without an answer.
func (f *Faults) SetUnreachable(on bool) { f.unreachable.Store(on) }

// Down reports whether any fault is set.
func (f *Faults) Down() bool { return f.unavailable.Load() || f.unreachable.Load() }

// Wrap returns a handler that answers as next does while nothing is out of order.
func (f *Faults) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case f.unreachable.Load():
			cut(w)
		case f.unavailable.Load():
			writeError(w, unavailable())
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// cut ends the connection without an answer. Where that can't be done, the answer is 503.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		writeError(w, unavailable())
		return
	}
	_ = conn.Close() // it is cut on purpose
}
