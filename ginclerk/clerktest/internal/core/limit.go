package core

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The window of Clerk's rate limits, and how often one object may be changed in it (Clerk's documentation, "Rate limits").
const (
	limitWindow = 10 * time.Second
	patchLimit  = 10
)

// Limit is a rate limit as Clerk's Backend API has it: so many requests in ten seconds, the key set excepted. Make one with
// [NewLimit]. It is safe for concurrent use; nil is no limit.
type Limit struct {
	now   func() time.Time
	limit int

	mu      sync.Mutex
	started time.Time
	used    map[string]int // by object that is changed; "" counts all
}

// NewLimit returns a limit for a number of requests.
func NewLimit(limit int, now func() time.Time) *Limit { return &Limit{now: now, limit: limit} }

type limitKey struct{}

// Wrap puts all operations of next under the limit.
func (l *Limit) Wrap(next http.Handler) http.Handler {
	if l == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), limitKey{}, l)))
	})
}

func limitOf(r *http.Request) *Limit {
	l, ok := r.Context().Value(limitKey{}).(*Limit)
	if !ok {
		return nil
	}
	return l
}

// take counts a request. It returns how long to wait where the limit is used up, else 0.
func (l *Limit) take(operation, path string) time.Duration {
	if l == nil || operation == "GET /v1/jwks" {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if age := now.Sub(l.started); l.used == nil || age >= limitWindow || age < 0 {
		l.started, l.used = now, map[string]int{}
	}
	if l.used[""] >= l.limit || l.used[path] >= patchLimit {
		return l.started.Add(limitWindow).Sub(now)
	}
	l.used[""]++
	if strings.HasPrefix(operation, http.MethodPatch+" ") {
		l.used[path]++
	}
	return 0
}
