package core

import (
	"maps"
	"sync"
)

// Unknown paths come from the caller, so only a thousand are kept. The others are counted together, as [OtherCalls].
const maxCallNames = 1000

// OtherCalls is the name of unknown operations beyond the first thousand.
const OtherCalls = "other"

// Calls counts operations by name, such as "GET /v1/sessions/{session_id}". It is safe for concurrent use.
type Calls struct {
	mu             sync.Mutex
	known, unknown map[string]int
}

// NewCalls returns a counter at zero.
func NewCalls() *Calls { return &Calls{known: map[string]int{}, unknown: map[string]int{}} }

// Count adds one call of an operation that exists.
func (c *Calls) Count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[name]++
}

// CountUnknown adds one call of an operation that does not exist.
func (c *Calls) CountUnknown(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, met := c.unknown[name]; !met && len(c.unknown) >= maxCallNames {
		name = OtherCalls
	}
	c.unknown[name]++
}

// Reset counts from zero again.
func (c *Calls) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.known)
	clear(c.unknown)
}

// Snapshot returns the counts so far, as a copy.
func (c *Calls) Snapshot() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := maps.Clone(c.known)
	maps.Copy(all, c.unknown)
	return all
}

// Unknown returns the counts of operations that do not exist, as a copy.
func (c *Calls) Unknown() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.unknown)
}
