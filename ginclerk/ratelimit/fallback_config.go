package ratelimit

import (
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

const (
	// DefaultTimeout is how long a decision waits for the store unless FallbackConfig says otherwise.
	DefaultTimeout = 50 * time.Millisecond
	// DefaultFailures is how many failures in a row it takes until the store is asked no more. It is not fewer because one of
	// several servers that fails, of a cluster, should not take the others' answers away.
	DefaultFailures = 20
	// DefaultProbe is how often a store that failed is asked again.
	DefaultProbe = time.Second
)

// FailurePolicy is what becomes of a request while the store does not answer.
type FailurePolicy int

const (
	// FailLocal decides by what this process knows: what the store answered last about the same counter, and what was let in
	// here since. It is the zero value.
	FailLocal FailurePolicy = iota
	// FailOpen decides as if nothing had been used: whatever fits the limit at all is let in.
	FailOpen
	// FailClosed lets nothing in: the decision is an error that matches [ErrUnavailable].
	FailClosed
)

// String is the policy as metrics and logs name it.
func (p FailurePolicy) String() string {
	switch p {
	case FailLocal:
		return "local"
	case FailOpen:
		return "open"
	case FailClosed:
		return "closed"
	default:
		return fmt.Sprintf("FailurePolicy(%d)", int(p))
	}
}

// FallbackConfig configures [WithFallback]. The zero value is useful: every policy fails to what this process knows.
type FallbackConfig struct {
	// Default is for policies that Policies doesn't name.
	Default FailurePolicy
	// Policies are what becomes of requests under a policy, by [Policy].Name. Where one request is under several, the closed
	// ones come first: they let nothing in, and nothing is charged; then the local ones decide together.
	Policies map[string]FailurePolicy
	// Replicas is how many processes share the store's limits. While it is away each lets its part in, rounded up, and no less than
	// what one request costs: all of them together let in about the limit. 0 means 1.
	Replicas int
	// LocalKeys bounds the counters that are remembered for FailLocal; 0 means [DefaultMaxKeys].
	LocalKeys int
	// Timeout is how long a decision waits for the store at most; 0 means [DefaultTimeout]. It may be up to a 64th less, because
	// decisions that begin at about the same time share a timer.
	Timeout time.Duration
	// Failures is how many failures in a row open the circuit breaker; 0 means [DefaultFailures].
	Failures int
	// Probe is how often one request asks a store that failed; 0 means [DefaultProbe].
	Probe time.Duration
	// Observer is told when the store begins to fail ([observe.OutageBegan]) and when it answers again ([observe.OutageEnded]), both
	// with the Target [Outage]; nil means no observer. [observe.Log] writes both to a logger.
	Observer observe.Observer
	// Now is the clock of what is decided here; nil means the wall clock. Timeout and Probe are in real time.
	Now func() time.Time
}

func (c FallbackConfig) withDefaults() FallbackConfig {
	c.Replicas = max(c.Replicas, 1)
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Failures == 0 {
		c.Failures = DefaultFailures
	}
	if c.Probe == 0 {
		c.Probe = DefaultProbe
	}
	c.Observer = observe.All(c.Observer)
	c.Now = clock.Or(c.Now)
	return c
}

func (c FallbackConfig) validate(store Store) error {
	var problems []error
	if store == nil {
		problems = append(problems, errors.New("ratelimit: fallback: a store is required"))
	}
	for name, number := range map[string]int64{
		"Replicas": int64(c.Replicas), "LocalKeys": int64(c.LocalKeys), "Timeout": int64(c.Timeout), "Failures": int64(c.Failures), "Probe": int64(c.Probe),
	} {
		if number < 0 {
			problems = append(problems, fmt.Errorf("ratelimit: fallback: %s is negative", name))
		}
	}
	if !c.Default.valid() {
		problems = append(problems, fmt.Errorf("ratelimit: fallback: Default is %s", c.Default))
	}
	for name, policy := range c.Policies {
		if !policy.valid() {
			problems = append(problems, fmt.Errorf("ratelimit: fallback: policy %q has %s", name, policy))
		}
	}
	return errors.Join(problems...)
}

func (p FailurePolicy) valid() bool { return p >= FailLocal && p <= FailClosed }

// of is what becomes of requests under a policy.
func (c *FallbackConfig) of(policy Policy) FailurePolicy {
	if p, named := c.Policies[policy.Name]; named {
		return p
	}
	return c.Default
}
