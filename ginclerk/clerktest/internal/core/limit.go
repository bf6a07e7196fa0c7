package core

import (
	"net/http"
	"sync"
	"time"
)

// limitWindow is the window of Clerk's rate limits (Clerk's documentation, "Rate limits").
const limitWindow = 10 * time.Second

// maxWindows is how many callers and objects are counted before ended windows are dropped.
const maxWindows = 1000

// Limit is the rate limit of one API: a number of requests in ten seconds. Make one with [BackendLimit] or [FrontendLimit]. It
// is safe for concurrent use; nil is no limit.
type Limit struct {
	now   func() time.Time
	quota func(operation string, r *http.Request) []quota

	mu      sync.Mutex
	windows map[string]*window
}

// quota is how many requests may have the same key within a window.
type quota struct {
	key  string
	most int
}

type window struct {
	started time.Time
	used    int
}

func newLimit(now func() time.Time, q func(string, *http.Request) []quota) *Limit {
	return &Limit{now: now, quota: q, windows: map[string]*window{}}
}

// take counts a request. It returns how long to wait if a quota is used up, else 0.
func (l *Limit) take(operation string, r *http.Request) time.Duration {
	if l == nil {
		return 0
	}
	quotas := l.quota(operation, r)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.forget(now)
	for _, q := range quotas {
		if w := l.windows[q.key]; w != nil && !w.over(now) && w.used >= q.most {
			return w.started.Add(limitWindow).Sub(now)
		}
	}
	for _, q := range quotas {
		w := l.windows[q.key]
		if w == nil || w.over(now) {
			w = &window{started: now}
			l.windows[q.key] = w
		}
		w.used++
	}
	return 0
}

// Reset forgets all requests.
func (l *Limit) Reset() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.windows)
}

// over reports whether the window has ended. It is also true if the clock was moved back.
func (w *window) over(now time.Time) bool {
	age := now.Sub(w.started)
	return age >= limitWindow || age < 0
}

func (l *Limit) forget(now time.Time) {
	if len(l.windows) < maxWindows {
		return
	}
	for key, w := range l.windows {
		if w.over(now) {
			delete(l.windows, key)
		}
	}
}
