package redisstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// Limits is a [ratelimit.Store] that replicas share: [ratelimit.UluleStore] makes it a store of ulule/limiter. It decides by
// Redis's clock, in one round trip: a Lua script reads the counters of all charges, decides, and charges all or none. Make one
// with [NewLimits]; it is safe for concurrent use, starts no goroutine and needs no closing.
//
// On a single server and with Sentinel a decision is atomic, whatever its charges. On a Cluster (and on a Ring) it is atomic if
// all charges have the same key, such as those of several policies about one user: they share a slot. Charges of several keys,
// such as a user's and an organization's, take two round trips, each to all nodes at the same time: the first reads the counters,
// and only if all have room, the second one charges them. If another request was faster and one node refuses, the others are
// refunded. A refused request therefore leaves no charge, and no policy lets in more than its limit. Two things are not atomic.
// Between charge and refund, another request may be refused although it would have had room. If a node fails or the process ends
// in between, the charges of a refused request stay until they decay, because a refund is never sent twice. A Prefix with a hash
// tag, "app{limits}:", keeps all counters in one slot: decisions are then atomic, and one node has all the load.
//
// If Redis can't be reached, the error matches storage.ErrUnavailable; [ratelimit.WithFallback] then decides about requests. If
// the connection breaks after Redis decided and before the answer arrives, go-redis asks again (see its MaxRetries), and the
// request is charged twice. Limits needs Redis 6 or newer.
type Limits struct {
	client  redis.UniversalClient
	prefix  string
	scripts limitScripts
	// sharded says that keys may be on several nodes. NewLimits knows this for the clients of go-redis. Other clients learn it
	// from the first answer that says so.
	sharded atomic.Bool
	// now is nil except in tests, which set the time of decisions (Unix milliseconds).
	now func() int64
}

// NewLimits returns a store. It uses the Client and the Prefix of the Config, and does no network I/O. The error names every
// problem of the configuration. Give it to Config.Stores.RateLimits of package ginclerk, behind [ratelimit.WithFallback] if requests
// are to go on while Redis is away.
func NewLimits(config Config) (*Limits, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	config = config.withDefaults()
	l := &Limits{client: config.Client, prefix: config.Prefix + "limit:", scripts: newLimitScripts()}
	switch config.Client.(type) {
	case *redis.ClusterClient, *redis.Ring:
		l.sharded.Store(true)
	}
	return l, nil
}

// ObeysContext reports whether no call takes longer than its context. This is true if ContextTimeoutEnabled is set on
// a client of go-redis. [ratelimit.Fallback] then needs no goroutine for each call.
func (l *Limits) ObeysContext() bool { return obeysContext(l.client) }

func obeysContext(client redis.UniversalClient) bool {
	switch client := client.(type) {
	case *redis.Client:
		return client.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		return client.Options().ContextTimeoutEnabled
	case *redis.Ring:
		return client.Options().ContextTimeoutEnabled
	default:
		return false
	}
}

// Decide implements [ratelimit.Store].
func (l *Limits) Decide(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return l.ask(ctx, "decide", charges, l.decideTogether, l.decideApart)
}

// Peek implements [ratelimit.Store].
func (l *Limits) Peek(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return l.ask(ctx, "peek", charges, l.peekTogether, l.peekApart)
}

type (
	askTogether = func(context.Context, chargesOfNode) (ratelimit.Decision, error)
	askApart    = func(context.Context, []ratelimit.Charge, []chargesOfNode) (ratelimit.Decision, error)
)

// ask asks one node if it has all the keys, else all nodes that have some of them.
func (l *Limits) ask(ctx context.Context, operation string, charges []ratelimit.Charge, together askTogether, apart askApart) (ratelimit.Decision, error) {
	if err := ratelimit.Check(charges); err != nil {
		return ratelimit.Decision{}, fmt.Errorf("redisstore: %s: %w", operation, err)
	}
	if err := ctx.Err(); err != nil {
		return ratelimit.Decision{}, fmt.Errorf("redisstore: %s: %w", operation, err)
	}
	decision, err := l.askNodes(ctx, charges, together, apart)
	if err != nil && !errors.Is(err, errDisagree) {
		err = problem(operation, err)
	}
	return decision, err
}

func (l *Limits) askNodes(ctx context.Context, charges []ratelimit.Charge, together askTogether, apart askApart) (ratelimit.Decision, error) {
	all := l.together(charges)
	if len(charges) == 1 || !l.sharded.Load() {
		decision, err := together(ctx, all)
		if len(charges) == 1 || !redis.HasErrorPrefix(err, "CROSSSLOT") {
			return decision, err
		}
		l.sharded.Store(true) // nothing was decided yet
	}
	if parts := all.parts(); len(parts) > 1 {
		return apart(ctx, charges, parts)
	}
	return together(ctx, all)
}

// Reset implements [ratelimit.Store]. On a Cluster, it resets the counters node by node.
func (l *Limits) Reset(ctx context.Context, charges ...ratelimit.Charge) error {
	if err := ratelimit.CheckCounters(charges); err != nil {
		return fmt.Errorf("redisstore: reset: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("redisstore: reset: %w", err)
	}
	_, err := l.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, key := range l.together(charges).keys {
			pipe.Del(ctx, key)
		}
		return nil
	})
	return problem("reset", err)
}
