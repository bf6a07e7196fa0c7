package clerktest

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// The number of requests that Clerk's Backend API accepts in ten seconds, by the type of the instance (Clerk's documentation,
// "Rate limits").
const (
	DevelopmentRateLimit = 100
	ProductionRateLimit  = 1000
)

// rateLimits returns nil if the configuration has no rate limits.
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
