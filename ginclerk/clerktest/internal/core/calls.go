package core

import (
	"maps"
	"sync"
)

// Unknown paths come from the caller, so there is a limit to how many are remembered.
const maxCallNames = 1000

// Calls counts operations by name, such as "GET /v1/sessions/{session_id}". It is safe for concurrent use.
type Calls struct {
	mu     sync.Mutex
	counts map[string]int
}

// NewCalls returns a counter at zero.
func NewCalls() *Calls { return &Calls{counts: make(map[string]int)} }

// Count adds one call.
func (c *Calls) Count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.counts[name]; known || len(c.counts) < maxCallNames {
		c.counts[name]++
	}
}

// Snapshot returns the counts so far, as a copy.
func (c *Calls) Snapshot() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.counts)
}
