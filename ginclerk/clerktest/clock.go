package clerktest

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
)

// Clock is the time of an embedded Clerk, and of an application that shares it. Make one with [NewClock] or [NewFixedClock];
// the zero value ticks like the clock of NewClock. It is safe for concurrent use. Do not copy it.
type Clock struct {
	mu     sync.Mutex
	base   func() time.Time // nil: the wall clock
	offset time.Duration

	watchers map[int]func()
	watched  int
}

// NewClock returns a clock that starts at the wall clock's time and ticks.
func NewClock() *Clock { return &Clock{base: clock.System} }

// NewFixedClock returns a clock that stands still at t. [Clock.Advance] moves it.
func NewFixedClock(t time.Time) *Clock { return &Clock{base: func() time.Time { return t }} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return clock.Or(c.base)().Add(c.offset)
}

// Advance moves the clock forward by d, or back if d is negative.
func (c *Clock) Advance(d time.Duration) {
	for _, moved := range c.move(d) {
		moved()
	}
}

func (c *Clock) move(d time.Duration) []func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
	return slices.Collect(maps.Values(c.watchers))
}

// moved returns how far the clock was moved in all.
func (c *Clock) moved() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

// watch calls fn each time the clock is moved, until stop is called.
func (c *Clock) watch(fn func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watchers == nil {
		c.watchers = map[int]func(){}
	}
	c.watched++
	id := c.watched
	c.watchers[id] = fn
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watchers, id)
	}
}
