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
// Redis's clock, in one round trip: a Lua script reads the counters of all charges, decides, and charges all or none. Make one with
// [NewLimits]; it is safe for concurrent use, starts no goroutine and needs no closing.
//
// On a single server and with Sentinel a decision is atomic, whatever its charges. On a Cluster (and on a Ring) it is where all
// keys of the charges are the same, as those of several policies about one user: they share a slot. Charges of several keys, a
// user's and an organization's, are read first, in one round trip to all nodes at a time; only if all have room are they
// charged, in a second one, and if another request came between and one of them refuses, the others are refunded. So a
// request that is refused leaves nothing charged, and no policy ever lets more in than it should. What isn't atomic: between
// charge and refund another request may be refused that would have had room, and where a node fails or the process ends in
// between, charges of a request that was not let in stay until they decay: a refund is never sent twice. A Prefix with a hash
// tag, "app{limits}:", keeps everything in one slot instead: atomic, by a single node that has all the load.
//
// A Redis that can't be reached is an error that matches storage.ErrUnavailable: [ratelimit.WithFallback] says what becomes of
// requests then. Where the connection breaks after Redis decided and before the client was told, go-redis asks again (see its
// MaxRetries), and the request is charged twice. It takes Redis 6 or newer.
type Limits struct {
	client  redis.UniversalClient
	prefix  string
	scripts limitScripts
	// sharded is whether keys may be on several nodes. It is known of the clients of go-redis, and of others from the first
	// answer that says so.
	sharded atomic.Bool
	// now is nil except in tests, which decide at times of their own (Unix milliseconds).
	now func() int64
}

// NewLimits returns a store on a client, of which it uses Client and Prefix. Give it to Config.Stores.RateLimits of package ginclerk,
// behind [ratelimit.WithFallback] if requests are to go on while Redis is away. It does no network I/O. The error names all that is
// wrong with the configuration.
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

// ObeysContext reports whether no call takes longer than its context. That is so where ContextTimeoutEnabled is set on the client, as far
// as the type of the client tells. [ratelimit.Fallback] then needs no goroutine for each call.
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

// ask asks one node where one has all the keys, else all nodes that have some.
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

// Reset implements [ratelimit.Store]. Charges of several keys on a Cluster are forgotten one node after the other.
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
