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
// with [NewLimits]; it is safe for concurrent use and needs no closing.
//
// To a single server and with Sentinel, a question goes at once while fewer than four are on their way. The ones after it go
// together in one pipeline, as soon as one of those is answered: each is still a script of its own, so their decisions do not
// depend on each other. A question whose context ends before it goes is not sent. A goroutine sends the pipelines, and ends with the
// last of them. Hooks of the client see pipelines, whose context has the values of one of the requests. A Cluster, a Ring and
// other clients get each question by itself.
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
// request is charged twice; so are the others in the same pipeline. Limits needs Redis 6 or newer.
type Limits struct {
	client  redis.UniversalClient
	prefix  string
	scripts limitScripts
	// process sends the question of a decision: together with others to a single server, by itself to a client that knows many.
	process processor
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
	l.process = alone(config.Client)
	switch client := config.Client.(type) {
	case *redis.ClusterClient, *redis.Ring:
		l.sharded.Store(true)
	case *redis.Client:
		l.process = (&batches{client: client}).process
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

// question is what is asked about charges.
type question string

const (
	decide question = "decide"
	peek   question = "peek"
)

// Decide implements [ratelimit.Store].
func (l *Limits) Decide(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return l.ask(ctx, decide, charges)
}

// Peek implements [ratelimit.Store].
func (l *Limits) Peek(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return l.ask(ctx, peek, charges)
}

func (l *Limits) ask(ctx context.Context, q question, charges []ratelimit.Charge) (ratelimit.Decision, error) {
	if err := ratelimit.Check(charges); err != nil {
		return ratelimit.Decision{}, fmt.Errorf("redisstore: %s: %w", q, err)
	}
	if err := ctx.Err(); err != nil {
		return ratelimit.Decision{}, fmt.Errorf("redisstore: %s: %w", q, err)
	}
	decision, err := l.askNodes(ctx, q, charges)
	if err != nil && !errors.Is(err, errDisagree) {
		err = problem(string(q), err)
	}
	return decision, err
}

// askNodes asks one node if it has all the keys, else all nodes that have some of them.
func (l *Limits) askNodes(ctx context.Context, q question, charges []ratelimit.Charge) (ratelimit.Decision, error) {
	all := l.together(charges)
	if len(charges) == 1 || !l.sharded.Load() {
		decision, err := l.askTogether(ctx, q, all)
		if err == nil || len(charges) == 1 || !redis.HasErrorPrefix(err, "CROSSSLOT") {
			return decision, err
		}
		l.sharded.Store(true) // nothing was decided yet
	}
	parts := all.parts()
	switch {
	case len(parts) == 1:
		return l.askTogether(ctx, q, all)
	case q == peek:
		return l.peekApart(ctx, charges, parts)
	default:
		return l.decideApart(ctx, charges, parts)
	}
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
