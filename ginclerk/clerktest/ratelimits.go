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

// rateLimits returns nil where there are none.
func (c Config) rateLimits() (backend, frontend *core.Limit) {
	if !c.RateLimits {
		return nil, nil
	}
	most := DevelopmentRateLimit
	if c.Type == instance.Production {
		most = ProductionRateLimit
	}
	return core.BackendLimit(most, c.Clock.Now), core.FrontendLimit(c.Clock.Now)
}
