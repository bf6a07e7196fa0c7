package redisstore_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
)

func newLimits(tb testing.TB, client redis.UniversalClient) *redisstore.Limits {
	tb.Helper()
	limits, err := redisstore.NewLimits(redisstore.Config{Client: client})
	if err != nil {
		tb.Fatal(err)
	}
	return limits
}

// timedLimits decide at a time that the test sets. Redis still expires keys by its own clock, unless the test makes them last.
type timedLimits struct {
	*redisstore.Limits
	client redis.UniversalClient
	now    int64
}

func newTimedLimits(tb testing.TB, client redis.UniversalClient) *timedLimits {
	tb.Helper()
	limits := &timedLimits{Limits: newLimits(tb, client), client: client}
	limits.SetNow(func() int64 { return limits.now })
	return limits
}

// decide decides and lets the counters last.
func (l *timedLimits) decide(tb testing.TB, charges ...ratelimit.Charge) ratelimit.Decision {
	tb.Helper()
	d := mustDecide(tb, l, charges...)
	l.last(tb, charges)
	return d
}

func (l *timedLimits) last(tb testing.TB, charges []ratelimit.Charge) {
	tb.Helper()
	for _, key := range l.Keys(charges) {
		if err := l.client.Persist(tb.Context(), key).Err(); err != nil {
			tb.Fatal(err)
		}
	}
}

func mustDecide(tb testing.TB, store ratelimit.Store, charges ...ratelimit.Charge) ratelimit.Decision {
	tb.Helper()
	d, err := store.Decide(tb.Context(), charges...)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func mustPeek(tb testing.TB, store ratelimit.Store, charges ...ratelimit.Charge) ratelimit.Decision {
	tb.Helper()
	d, err := store.Peek(tb.Context(), charges...)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func charge(key string, limit int64, window time.Duration) ratelimit.Charge {
	return ratelimit.Charge{Key: key, Cost: 1, Policy: ratelimit.Policy{Name: "api", Limit: limit, Window: window}}
}
