package doctor

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/redisfacts"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

const (
	// slowRedis is how long a decision about a rate limit waits for Redis with ratelimit.WithFallback.
	slowRedis = ratelimit.DefaultTimeout
	// oldestRedis is the first version whose scripts do what package redisstore needs.
	oldestRedis = 6
	noEviction  = "noeviction"
)

// examineRedis asks the server that replicas share.
func (e *examination) examineRedis(ctx context.Context) {
	if e.RedisURL == "" {
		e.skipped(Redis, "give -redis")
		return
	}
	facts, err := redisfacts.Gather(ctx, e.RedisURL, e.now)
	switch {
	case errors.Is(err, redisfacts.ErrURL):
		e.problem("redis-address-invalid", "the address can't be read: %v", err)
	case errors.Is(err, redisfacts.ErrRefused):
		e.problem("redis-refuses", "%v", err)
	case err != nil:
		e.problem("redis-unreachable", "no answer: %s", clerkapi.Describe(err))
	default:
		e.judgeRedis(facts)
	}
}

// judgeRedis reports what the server says about itself.
func (e *examination) judgeRedis(facts redisfacts.Facts) {
	if facts.Major() < oldestRedis {
		e.problem("redis-too-old", "Redis %s", facts.Version)
	}
	if facts.Latency > slowRedis {
		e.problem("redis-slow", "the fastest of three answers took %v", facts.Latency.Round(time.Millisecond))
	}
	if facts.Eviction != noEviction && facts.MaxMemory > 0 {
		e.problem("redis-evicts", "maxmemory-policy is %s, with a maxmemory of %d MB", facts.Eviction, facts.MaxMemory>>20)
	}
	if facts.Limits != nil {
		e.problem("redis-limits-fail", "%v", facts.Limits)
	}
	if facts.Records != nil {
		e.problem("redis-records-fail", "%v", facts.Records)
	}
	if !e.troubled(Redis) {
		e.fine(Redis, "Redis %s answers in %v, runs the scripts, and drops nothing", facts.Version, facts.Latency.Round(10*time.Microsecond))
	}
}
