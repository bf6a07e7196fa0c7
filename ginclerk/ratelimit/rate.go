package ratelimit

import (
	"fmt"

	"github.com/ulule/limiter/v3"
)

// ParsePolicy reads a policy as github.com/ulule/limiter writes rates: "10-S" is ten units a second, M is a minute, H an hour and D a day.
// The policy has that text as its name. The error matches [ErrInvalid].
func ParsePolicy(rate string) (Policy, error) {
	read, err := limiter.NewRateFromFormatted(rate)
	if err != nil {
		return Policy{}, fmt.Errorf("%w rate %q: want a number, a dash and S, M, H or D, such as 10-S", ErrInvalid, rate)
	}
	p := PolicyOf(read)
	return p, p.Validate()
}

// PolicyOf returns the policy for a rate of github.com/ulule/limiter. Its name is the formatted rate; for a rate that was not made from a
// text, the numbers. [Policy.Validate] says what is wrong with it.
func PolicyOf(rate limiter.Rate) Policy {
	name := rate.Formatted
	if name == "" {
		name = fmt.Sprintf("%d-in-%v", rate.Limit, rate.Period)
	}
	return Policy{Name: name, Limit: rate.Limit, Window: rate.Period}
}
