package redisstore

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore/internal/wire"
)

const (
	firstPause   = 50 * time.Millisecond
	longestPause = 2 * time.Second
	// A connection is pinged every second, and ends after three seconds without an answer.
	pulse     = time.Second
	maxSilent = 3
)

// run keeps a connection until ctx ends.
func (r *Revocations) run(ctx context.Context) {
	defer close(r.ended)
	pause := firstPause
	for ctx.Err() == nil {
		c := &connection{r: r}
		err := c.serve(ctx)
		r.link.rest()
		if ctx.Err() != nil {
			break
		}
		r.fall(ctx, err)
		if c.synchronised {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
		case <-time.After(jittered(pause)):
		}
		pause = min(2*pause, longestPause)
	}
	r.link.end()
}

func (r *Revocations) fall(ctx context.Context, cause error) {
	cause = shortened{cause}
	if r.link.fall(problem("connection", cause)) {
		r.logger.WarnContext(ctx, "redisstore: revocations lost Redis; this process keeps its entries, and sends new ones to the other replicas when Redis is back",
			"error", cause.Error())
		r.observer.Observe(ctx, observe.Event{Kind: observe.OutageBegan, Target: Outage, Err: cause})
	}
}

func (r *Revocations) rise(ctx context.Context) {
	before, risen := r.link.rise(ctx)
	if risen {
		r.logger.InfoContext(ctx, "redisstore: revocations connected to Redis")
	}
	if risen && before == down {
		r.observer.Observe(ctx, observe.Event{Kind: observe.OutageEnded, Target: Outage})
	}
}

// connection is one subscription, from its start to its first error.
type connection struct {
	r            *Revocations
	sub          *redis.PubSub
	give         context.CancelCauseFunc
	heard        atomic.Bool // since the last pulse
	subscribed   chan struct{}
	position     position
	seen         uint64 // the highest number that this replica knows, in the data of position
	synchronised bool
}

// serve subscribes, and synchronizes the entries of this replica and of Redis. Then it sends enqueued entries and asks for missed
// ones from time to time. It returns why the connection ended.
func (c *connection) serve(ctx context.Context) error {
	ctx, c.give = context.WithCancelCause(ctx)
	defer c.give(nil)
	c.r.link.collect()
	c.subscribed = make(chan struct{})
	c.sub = c.r.client.Subscribe(ctx, c.r.channel)
	var running sync.WaitGroup
	running.Go(func() { c.listen(ctx) })
	running.Go(func() { c.ping(ctx) })
	running.Go(func() { c.watch(ctx) })
	err := c.work(ctx)
	c.give(err)
	_ = c.sub.Close() // ends listen
	running.Wait()
	return err
}

func (c *connection) work(ctx context.Context) error {
	select {
	case <-c.subscribed:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := c.synchronise(ctx); err != nil {
		return err
	}
	c.synchronised = true
	c.r.rise(ctx)
	timer := time.NewTimer(c.pause())
	defer timer.Stop()
	for {
		var err error
		select {
		case <-c.r.link.wake:
			err = c.send(ctx)
		case <-timer.C:
			err = c.synchronise(ctx)
			timer.Reset(c.pause())
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// lose ends the connection at once, also while work waits for Redis.
func (c *connection) lose(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	c.give(err)
	c.r.fall(ctx, err)
}

// listen adds the entries that other replicas publish.
func (c *connection) listen(ctx context.Context) {
	for confirmed := false; ; {
		received, err := c.sub.Receive(ctx)
		if err != nil {
			c.lose(ctx, err)
			return
		}
		c.heard.Store(true)
		switch message := received.(type) {
		case *redis.Subscription:
			if confirmed {
				c.lose(ctx, errReconnected) // messages in between are lost
				return
			}
			confirmed = true
			close(c.subscribed)
		case *redis.Message:
			c.arrived(ctx, message.Payload)
		}
	}
}

// arrived adds the entries of a message.
func (c *connection) arrived(ctx context.Context, payload string) {
	entries := wire.Message(payload)
	_ = c.r.set.Revoke(ctx, entries...) // never fails
	if sent, told := wire.Sent(payload); told && len(entries) > 0 {
		c.r.observer.Observe(ctx, observe.Event{
			Kind: observe.RevocationsArrived, Count: len(entries), Duration: max(c.r.now().Sub(sent), 0),
		})
	}
}

// ping pings Redis. It may block for a long time, because go-redis holds the subscription's lock while it dials.
func (c *connection) ping(ctx context.Context) {
	tick := time.NewTicker(pulse)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := c.sub.Ping(ctx); err != nil {
			c.lose(ctx, err)
			return
		}
	}
}

// watch ends a connection without answers, whether it is still open or go-redis tries to connect again.
func (c *connection) watch(ctx context.Context) {
	tick := time.NewTicker(pulse)
	defer tick.Stop()
	for silent := 0; silent < maxSilent; silent++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if c.heard.Swap(false) {
			silent = -1
		}
	}
	c.lose(ctx, errSilent)
}

func (c *connection) pause() time.Duration {
	return c.r.resync + time.Duration(float64(c.r.resync)*jitter()/10)
}

// jittered spreads the attempts of replicas that lost Redis at the same time.
func jittered(pause time.Duration) time.Duration {
	return pause/2 + time.Duration(float64(pause)*jitter())
}

func jitter() float64 { return rand.Float64() } //nolint:gosec // it spreads load and keeps no secret
