package core

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Events receives changes.
type Events interface {
	// Record runs inside [Core.Do], at the end of the operation that changed the world. The changes are in order.
	Record(events []world.Event, cause Cause)
}

// Cause is the request that caused a change.
type Cause struct {
	// ClientIP and UserAgent are the sender's. Changes without a request have made-up values.
	ClientIP, UserAgent string
}

// DoFor is [Core.Do] for a request.
func (c *Core) DoFor(r *http.Request, fn func()) {
	c.do(fn, Cause{ClientIP: addressOf(r), UserAgent: r.UserAgent()})
}

func (c *Core) do(fn func(), cause Cause) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.World.Sweep()
	fn()
	if events := c.World.TakeEvents(); len(events) > 0 && c.Events != nil {
		c.Events.Record(events, cause)
	}
}
