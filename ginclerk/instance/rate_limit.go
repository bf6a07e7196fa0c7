package instance

import "time"

// How many requests Clerk's Backend API takes, and in which period (Clerk's documentation, "Rate limits").
const (
	developmentRequests = 100
	productionRequests  = 1000
	limitPeriod         = 10 * time.Second
)

// RateLimit returns how many requests Clerk's Backend API takes from an instance of the type in a period. For an unknown type these are
// the numbers of development instances.
func (t Type) RateLimit() (requests int, per time.Duration) {
	if t == Production {
		return productionRequests, limitPeriod
	}
	return developmentRequests, limitPeriod
}
