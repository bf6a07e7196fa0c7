package core

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
)

// Faults are the current faults of this Clerk. The zero value has none. It is safe for concurrent use.
type Faults struct {
	unavailable, unreachable atomic.Bool

	mu    sync.Mutex
	queue []Fault
}

// Add appends a fault to the queue of its operation.
func (f *Faults) Add(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = append(f.queue, fault)
}

// Clear removes all faults.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = nil
	f.unavailable.Store(false)
	f.unreachable.Store(false)
}

// Waiting returns the faults that still wait for requests, as a copy.
func (f *Faults) Waiting() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.queue)
}

// take returns the first fault for the operation, and counts one use.
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

// SetUnavailable makes every request answer 503.
func (f *Faults) SetUnavailable(on bool) { f.unavailable.Store(on) }

// SetUnreachable makes every connection close without an answer.
func (f *Faults) SetUnreachable(on bool) { f.unreachable.Store(on) }

// Down reports whether any fault is set.
func (f *Faults) Down() bool { return f.unavailable.Load() || f.unreachable.Load() }

// Wrap returns a handler that calls next while no fault is set.
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

// cut closes the connection without an answer. If that is impossible, the answer is 503.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		writeError(w, unavailable())
		return
	}
	_ = conn.Close() // closed on purpose
}
