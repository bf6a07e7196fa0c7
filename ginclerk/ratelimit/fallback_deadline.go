package ratelimit

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
)

// sharedPart is the part of the timeout in which calls that begin share a deadline.
const sharedPart = 64

// deadlines gives calls contexts that end after the timeout. Calls that begin soon after each other share a timer: one timer for
// each call costs more than all else that Fallback does. A shared deadline is that of the first call, so that no call waits for
// longer than the timeout, and none ends before 63/64 of it.
type deadlines struct {
	timeout time.Duration
	current atomic.Pointer[deadline]
	mu      sync.Mutex // held to replace current
}

// limit returns a context with the values of ctx that ends at a deadline, and not when ctx does. The caller releases it.
func (d *deadlines) limit(ctx context.Context) *limitedContext {
	now := clock.System() // the deadlines of contexts are in the machine's time
	for {
		current := d.current.Load()
		if !d.begins(current, now) {
			current = d.replace(now)
		}
		if current.take() {
			return &limitedContext{Context: ctx, deadline: current}
		}
	}
}

// begins reports whether calls that begin now share the deadline.
func (d *deadlines) begins(current *deadline, now time.Time) bool {
	return current != nil && current.at.Sub(now) > d.timeout-d.timeout/sharedPart
}

func (d *deadlines) replace(now time.Time) *deadline {
	d.mu.Lock()
	defer d.mu.Unlock()
	current := d.current.Load()
	if d.begins(current, now) {
		return current
	}
	next := newDeadline(now, d.timeout)
	d.current.Store(next)
	if current != nil {
		current.release()
	}
	return next
}

// deadline is a timer that several calls share. It stops when the last of them releases it, because a timer that is about to end
// makes each wait of the process for its network more expensive.
type deadline struct {
	at    time.Time
	past  chan struct{} // closed at that time
	timer *time.Timer
	users atomic.Int64 // the calls, and one more until the deadline is replaced
}

func newDeadline(now time.Time, timeout time.Duration) *deadline {
	d := &deadline{at: now.Add(timeout), past: make(chan struct{})}
	d.users.Store(1)
	d.timer = time.AfterFunc(timeout, func() { close(d.past) })
	return d
}

// take reports whether the deadline has one more user. It has none after the last one released it.
func (d *deadline) take() bool {
	for {
		users := d.users.Load()
		if users == 0 {
			return false
		}
		if d.users.CompareAndSwap(users, users+1) {
			return true
		}
	}
}

func (d *deadline) release() {
	if d.users.Add(-1) == 0 && d.timer.Stop() {
		close(d.past) // what a call may have left behind ends, too
	}
}

// limitedContext has the values of another context, and a deadline of its own.
type limitedContext struct {
	context.Context //nolint:containedctx // it is a context itself

	*deadline
}

// Deadline implements [context.Context].
func (c *limitedContext) Deadline() (time.Time, bool) { return c.at, true }

// Done implements [context.Context].
func (c *limitedContext) Done() <-chan struct{} { return c.past }

// Err implements [context.Context].
func (c *limitedContext) Err() error {
	select {
	case <-c.past:
		return context.DeadlineExceeded
	default:
		return nil
	}
}
