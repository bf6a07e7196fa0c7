// Package ready tells a load balancer whether a process can find out who its requests are.
//
//	clerk.Exempt("/readyz")
//	r.GET("/readyz", gin.WrapH(ready.Handler(clerk, ready.Options{})))
//
// It is for readiness, not for liveness: to start a process again mends no keys. Package doctor says what is wrong and what to do; its
// areas are the ones that an answer names.
package ready

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
)

// DefaultRemembered is the default of [Options].Remembered.
const DefaultRemembered = 15 * time.Second

// Options vary a [Handler]. The zero value is usable.
type Options struct {
	// Remembered is how long what Clerk said is remembered; 0 means [DefaultRemembered]. Clerk is asked at most that often, however
	// many requests there are.
	Remembered time.Duration
	// Now is the clock; nil means the system's.
	Now func() time.Time
}

// The statuses of an answer.
const (
	statusReady       = "ready"       // Clerk knows the keys
	statusDegraded    = "degraded"    // it did once, and can't be reached now
	statusUnavailable = "unavailable" // it refuses the keys, or was never reached
)

// The areas of an answer, as package doctor names them.
const (
	areaKeys  = "keys"
	areaClerk = "Clerk"
)

// verdict is the answer to a request.
type verdict struct {
	Status string   `json:"status"`
	Areas  []string `json:"areas,omitempty"`
}

// Handler answers requests with what [ginclerk.Clerk.Check] says, as JSON without a secret and without an error's text:
//
//	200 {"status":"ready"}                            Clerk knows the keys
//	200 {"status":"degraded","areas":["Clerk"]}       Clerk can't be reached now, and knew the keys before
//	503 {"status":"unavailable","areas":["keys"]}     the keys are wrong, or of different instances
//	503 {"status":"unavailable","areas":["Clerk"]}    Clerk was not reached since the process began
//
// An outage of Clerk does not make a process unavailable that was ready: tokens go on being verified with the keys that it has, and
// if all replicas were taken out at once, no request would be answered. The clerk must be one of [ginclerk.New]: one of
// [ginclerk.NewTenants] has no keys of its own, and the answer is 503. The handler takes GET and HEAD, and is safe for concurrent use.
func Handler(clerk *ginclerk.Clerk, options Options) http.Handler {
	h := &handler{check: clerk.Check, remembered: options.Remembered, now: clock.Or(options.Now)}
	if h.remembered <= 0 {
		h.remembered = DefaultRemembered
	}
	return h
}

type handler struct {
	check      func(context.Context) error
	remembered time.Duration
	now        func() time.Time
	calls      flight.Group

	mu    sync.Mutex
	last  verdict
	asked time.Time // when last was found out; zero: never
	known bool      // Clerk has known the keys once
}

// ServeHTTP implements [http.Handler].
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	v, err := h.verdict(clerkwait.Without(r.Context())) // what is asked is about the process, not about the request
	if err != nil {
		return // the client has left
	}
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	status := http.StatusOK
	if v.Status == statusUnavailable {
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", strconv.Itoa(int(h.remembered.Round(time.Second)/time.Second)))
	}
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may have left
}

// verdict returns what is remembered, or asks Clerk: once for all requests that wait. Its error is that of the context.
func (h *handler) verdict(ctx context.Context) (verdict, error) {
	if v, ok := h.remember(); ok {
		return v, nil
	}
	return flight.Do(ctx, &h.calls, "", func(ctx context.Context) (verdict, error) {
		if v, ok := h.remember(); ok { // another call has ended meanwhile
			return v, nil
		}
		return h.judge(h.check(ctx)), nil
	})
}

// remember returns the last verdict while it counts.
func (h *handler) remember() (verdict, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	age := h.now().Sub(h.asked)
	return h.last, !h.asked.IsZero() && age >= 0 && age < h.remembered
}

// judge makes the verdict of what Clerk said, and keeps it.
func (h *handler) judge(err error) verdict {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err == nil:
		h.known = true
		h.last = verdict{Status: statusReady}
	case errors.Is(err, ginclerk.ErrKeyMismatch):
		h.last = verdict{Status: statusUnavailable, Areas: []string{areaKeys}}
	case h.known:
		h.last = verdict{Status: statusDegraded, Areas: []string{areaClerk}}
	default:
		h.last = verdict{Status: statusUnavailable, Areas: []string{areaClerk}}
	}
	h.asked = h.now()
	return h.last
}
