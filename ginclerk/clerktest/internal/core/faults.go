package core

import (
	"net/http"
	"sync/atomic"
)

// Faults are the ways in which this Clerk can be out of order. The zero value is in order. It is safe for concurrent use.
type Faults struct {
	unavailable, unreachable atomic.Bool
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
