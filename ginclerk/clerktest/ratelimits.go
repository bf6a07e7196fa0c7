package clerktest

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// How many requests Clerk's Backend API takes in ten seconds, by the type of the instance (Clerk's documentation, "Rate limits").
const (
	DevelopmentRateLimit = 100
	ProductionRateLimit  = 1000
)

// rateLimit returns nil where there is none.
func (c Config) rateLimit() *core.Limit {
	switch {
	case !c.RateLimits:
		return nil
	case c.Type == instance.Production:
		return core.NewLimit(ProductionRateLimit, c.Clock.Now)
	default:
		return core.NewLimit(DevelopmentRateLimit, c.Clock.Now)
	}
}
