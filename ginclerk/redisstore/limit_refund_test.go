package redisstore_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// trips is a hook that counts round trips, and does something before one of them.
type trips struct {
	all    atomic.Int64
	before int64 // 0 is never
	do     func()
}

func (h *trips) trip() {
	if h.all.Add(1) == h.before {
		h.do()
	}
}

func (*trips) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (h *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, command redis.Cmder) error {
		h.trip()
		return next(ctx, command)
	}
}

func (h *trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, commands []redis.Cmder) error {
		h.trip()
		return next(ctx, commands)
	}
}

func TestADecisionIsOneRoundTripAndTwoOnACluster(t *testing.T) {
	t.Parallel()
	server, cluster := redistest.Start(t).Client(t), redistest.Cluster(t).Client(t)
	user, organization, refuses, route := charge("user", 10, year), charge("org", 10, year), charge("nobody", 0, year), charge("user", 10, year)
	route.Policy.Name = "route"
	for _, row := range []struct {
		name    string
		client  redis.UniversalClient
		charges []ratelimit.Charge
		want    int64
	}{
		{"one policy", server, []ratelimit.Charge{user}, 1},
		{"several policies and keys", server, []ratelimit.Charge{user, organization, route}, 1},
		{"one that refuses", server, []ratelimit.Charge{user, refuses}, 1},
		{"one policy on a Cluster", cluster, []ratelimit.Charge{user}, 1},
		{"several policies about one key on a Cluster", cluster, []ratelimit.Charge{user, route}, 1},
		{"several keys on a Cluster: a look and a charge", cluster, []ratelimit.Charge{user, organization, route}, 2},
		{"several keys on a Cluster of which one refuses: a look", cluster, []ratelimit.Charge{user, refuses}, 1},
	} {
		limits := newLimits(t, row.client)
		mustDecide(t, limits, row.charges...) // Redis learns the scripts
		counted := &trips{}
		row.client.AddHook(counted)
		mustDecide(t, limits, row.charges...)
		if got := counted.all.Load(); got != row.want {
			t.Errorf("%s: %d round trips, want %d", row.name, got, row.want)
		}
	}
}

// TestWhoIsOvertakenIsRefunded: between look and charge another request takes what was left of the organization's; and between
// charge and refund another one of the same user comes.
func TestWhoIsOvertakenIsRefunded(t *testing.T) {
	t.Parallel()
	cluster := redistest.Cluster(t)
	for name, later := range map[string]time.Duration{"in the same window": 0, "in the next window": time.Minute, "when nothing counts any more": 2 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			user, organization := charge("user "+name, 10, time.Minute), charge("org "+name, 1, time.Minute)
			client := cluster.Client(t)
			limits, others := newTimedLimits(t, client), newTimedLimits(t, cluster.Client(t))
			limits.now, others.now = 1_767_225_600_000, 1_767_225_600_000
			mustDecide(t, limits, charge("user", 1, time.Minute), charge("org", 1, time.Minute)) // Redis learns the scripts
			client.AddHook(&trips{before: 2, do: func() { others.decide(t, organization) }})
			client.AddHook(&trips{before: 3, do: func() {
				others.now += later.Milliseconds()
				others.decide(t, user)
			}})
			d := mustDecide(t, limits, user, organization)
			if d.Allowed || !d.At(0).Allowed || d.At(0).Remaining != 10 || d.At(1).Allowed {
				t.Errorf("overtaken: %+v", d)
			}
			if d := mustPeek(t, others, user); d.At(0).Remaining != 9 {
				t.Errorf("%d of 10 remain, want 9", d.At(0).Remaining)
			}
		})
	}
}

// lossy is a connection that loses one answer on demand.
type lossy struct {
	net.Conn
	lose *atomic.Bool
}

func (c lossy) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.lose.Swap(false) {
		return 0, errors.Join(io.EOF, c.Close())
	}
	return n, err
}

// TestARefundIsNotSentTwice: that would let more in than the limit. Its answer is lost, and go-redis would send it again.
func TestARefundIsNotSentTwice(t *testing.T) {
	t.Parallel()
	nodes := redistest.Cluster(t)
	var lose atomic.Bool
	client := redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: nodes.Addrs(), ContextTimeoutEnabled: true,
		Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			return lossy{conn, &lose}, err
		},
	})
	t.Cleanup(func() { _ = client.Close() })
	user, organization := charge("user", 10, year), charge("org", 4, year)
	limits, others := newLimits(t, client), newLimits(t, nodes.Client(t))
	for range 3 {
		mustDecide(t, limits, user, organization)
	}
	other := charge("another org", 1, year) // a first refund, so that Redis knows the script
	client.AddHook(&trips{before: 2, do: func() { mustDecide(t, others, other) }})
	mustDecide(t, limits, user, other)
	client.AddHook(&trips{before: 2, do: func() { mustDecide(t, others, organization) }})
	client.AddHook(&trips{before: 3, do: func() { lose.Store(true) }})
	if d, err := limits.Decide(t.Context(), user, organization); err == nil {
		t.Errorf("a refund of which nobody knows: %+v", d)
	}
	if d := mustPeek(t, others, user); d.At(0).Remaining != 7 {
		t.Errorf("%d of 10 remain, want 7", d.At(0).Remaining)
	}
}

// TestANodeThatDiesBetweenLookAndChargeIsAnError: the charges of the other nodes are refunded.
func TestANodeThatDiesBetweenLookAndChargeIsAnError(t *testing.T) {
	t.Parallel()
	cluster := redistest.Cluster(t)
	client := cluster.Client(t)
	limits := newLimits(t, client)
	user := charge("user_1", 10, year)
	organization := user
	for i := 0; cluster.Owner(t, limits.Keys([]ratelimit.Charge{user})[0]) == cluster.Owner(t, limits.Keys([]ratelimit.Charge{organization})[0]); i++ {
		organization.Key = "org" + strings.Repeat("_", i)
	}
	mustDecide(t, limits, user, organization) // Redis learns the scripts
	dies := cluster.Owner(t, limits.Keys([]ratelimit.Charge{organization})[0])
	client.AddHook(&trips{before: 2, do: func() { dies.Kill(t) }})
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if d, err := limits.Decide(ctx, user, organization); err == nil {
		t.Errorf("decided with a dead node: %+v", d)
	}
	if d := mustPeek(t, limits, user); d.At(0).Remaining != 9 {
		t.Errorf("%d of 10 remain, want 9", d.At(0).Remaining)
	}
}
