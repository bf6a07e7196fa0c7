package redisstore_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// limitSlack is how many requests may be counted in two places.
const limitSlack = 5

// waits are how long decisions took. That each ends with its deadline is held in virtual time, in package ratelimit; here a wait has an
// end at all, beside a real Redis.
type waits struct {
	mu  sync.Mutex
	all []time.Duration
}

func (w *waits) add(took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, took)
}

func (w *waits) check(tb testing.TB, what string) {
	tb.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.Sort(w.all)
	at := func(share float64) time.Duration {
		return w.all[int(share*float64(len(w.all)-1))].Round(time.Microsecond)
	}
	tb.Logf("%s: %d decisions, median %s, 99%% %s, longest %s", what, len(w.all), at(0.5), at(0.99), at(1))
	if at(1) > patience {
		tb.Errorf("%s: a decision waited for %s", what, at(1))
	}
	w.all = nil
}

func newFallback(tb testing.TB, store ratelimit.Store, config ratelimit.FallbackConfig) *ratelimit.Fallback {
	tb.Helper()
	fallback, err := ratelimit.WithFallback(store, config)
	if err != nil {
		tb.Fatal(err)
	}
	return fallback
}

// outage is a Redis with the functions that stop and restart it.
type outage struct {
	client     redis.UniversalClient
	begin, end func()
}

func frozen(t *testing.T, obeys bool) outage {
	t.Helper()
	server := redistest.Start(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), ContextTimeoutEnabled: obeys})
	t.Cleanup(func() { _ = client.Close() })
	return outage{client, func() { server.Freeze(t) }, func() { server.Thaw(t) }}
}

// frozenCluster freezes the node that has the key.
func frozenCluster(t *testing.T, key ratelimit.Charge) outage {
	t.Helper()
	nodes := redistest.Cluster(t)
	client := nodes.Client(t)
	owner := nodes.Owner(t, newLimits(t, client).Keys([]ratelimit.Charge{key})[0])
	return outage{client, func() { owner.Freeze(t) }, func() { owner.Thaw(t) }}
}

// unreachable is a network that breaks connections, and does not answer attempts to connect.
func unreachable(t *testing.T) outage {
	t.Helper()
	server := redistest.Start(t)
	var cut atomic.Bool
	client := redis.NewClient(&redis.Options{
		Addr: server.Addr(), ContextTimeoutEnabled: true, DialTimeout: time.Second, DialerRetries: 1,
		Dialer: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if cut.Load() {
				select {
				case <-ctx.Done():
					return nil, ctx.Err()
				case <-t.Context().Done(): // the test is over: go-redis's goroutines, which dial on, end soon
					return nil, net.ErrClosed
				}
			}
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		},
	})
	t.Cleanup(func() { _ = client.Close() })
	return outage{client, func() { cut.Store(true); server.Restart(t) }, func() { cut.Store(false) }}
}

// TestNoRequestWaitsForRedisLongerThanItsDeadline: the circuit breaker never opens, so that all requests wait.
func TestNoRequestWaitsForRedisLongerThanItsDeadline(t *testing.T) {
	t.Parallel()
	asked := charge("a", 1, year)
	for name, setup := range map[string]func(*testing.T) outage{
		"frozen, a client that obeys contexts":         func(t *testing.T) outage { t.Helper(); return frozen(t, true) },
		"frozen, a client with go-redis's defaults":    func(t *testing.T) outage { t.Helper(); return frozen(t, false) },
		"a node of a Cluster that is frozen":           func(t *testing.T) outage { t.Helper(); return frozenCluster(t, asked) },
		"a network that does not let anything through": unreachable,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := setup(t)
			fallback := newFallback(t, newLimits(t, o.client), ratelimit.FallbackConfig{Failures: 1_000_000, Default: ratelimit.FailOpen})
			eventually(t, "Redis decides", func() bool { return !mustDecide(t, fallback, asked).Allowed })
			o.begin()
			var took waits
			var running sync.WaitGroup
			for range 8 {
				running.Go(func() {
					for range 25 {
						begin := time.Now()
						if d, err := fallback.Decide(t.Context(), asked); err != nil || !d.Allowed {
							t.Errorf("allowed %t, %v", d.Allowed, err)
						}
						took.add(time.Since(begin))
					}
				})
			}
			running.Wait()
			took.check(t, name)
			o.end()
			eventually(t, "Redis decides again", func() bool {
				mustDecide(t, fallback, asked) // a server that was restarted has forgotten
				d := mustDecide(t, fallback, asked)
				return !d.Allowed
			})
		})
	}
}

// load sends requests without end, under a policy of each kind.
type load struct {
	*ratelimit.Fallback
	took                          waits
	asked, local, open, refused   atomic.Int64 // refused by the open policy
	closedIn, closedErrs, strange atomic.Int64
	stop                          chan struct{}
	running                       sync.WaitGroup
}

func policy(name string, limit int64) ratelimit.Charge {
	t := charge("somebody", limit, year)
	t.Policy.Name = name
	return t
}

func (l *load) start(tb testing.TB, workers int) {
	tb.Helper()
	for range workers {
		l.running.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				default:
				}
				l.ask(tb)
			}
		})
	}
}

func (l *load) ask(tb testing.TB) {
	tb.Helper()
	l.decide(tb, policy("local", 50), &l.local, &l.strange, &l.strange)
	l.decide(tb, policy("open", 1<<40), &l.open, &l.refused, &l.strange)
	l.decide(tb, policy("closed", 1<<40), &l.closedIn, &l.strange, &l.closedErrs)
	l.asked.Add(3)
}

func (l *load) decide(tb testing.TB, t ratelimit.Charge, in, refused, failed *atomic.Int64) {
	tb.Helper()
	begin := time.Now()
	d, err := l.Decide(tb.Context(), t)
	l.took.add(time.Since(begin))
	switch {
	case errors.Is(err, ratelimit.ErrUnavailable):
		failed.Add(1)
	case err != nil:
		tb.Error(err)
	case d.Allowed:
		in.Add(1)
	case t.Policy.Name != "local":
		refused.Add(1)
	}
}

// during runs a phase until there were that many decisions more, and says how many were let in and how many failed.
func (l *load) during(tb testing.TB, what string, decisions int64, available bool) (local, closedIn, closedErrs int64) {
	tb.Helper()
	eventually(tb, what+": the circuit breaker", func() bool { return l.Available() == available })
	local, closedIn, closedErrs = l.local.Load(), l.closedIn.Load(), l.closedErrs.Load()
	until := l.asked.Load() + decisions
	eventually(tb, what+": decisions", func() bool { return l.asked.Load() >= until })
	return l.local.Load() - local, l.closedIn.Load() - closedIn, l.closedErrs.Load() - closedErrs
}

// TestPoliciesDoWhatTheySayWhileRedisIsAway: Redis is frozen, thawed, killed and restarted under load.
func TestPoliciesDoWhatTheySayWhileRedisIsAway(t *testing.T) {
	t.Parallel()
	server, log := redistest.Start(t), &stateLog{changed: make(chan struct{})}
	l := &load{stop: make(chan struct{})}
	l.Fallback = newFallback(t, newLimits(t, server.Client(t)), ratelimit.FallbackConfig{
		Probe: 200 * time.Millisecond, Observer: observe.Log(slog.New(log)),
		Timeout:  time.Second, // a Redis that answers does so within it, on a busy machine, too
		Policies: map[string]ratelimit.FailurePolicy{"open": ratelimit.FailOpen, "closed": ratelimit.FailClosed},
	})
	l.start(t, 4)
	defer func() { close(l.stop); l.running.Wait() }()
	const some = 900
	healthy := func(what string, local int64) {
		t.Helper()
		if _, in, failed := l.during(t, what, some, true); in < 10*failed {
			t.Errorf("%s: the closed policy let %d in and failed %d times", what, in, failed)
		}
		// Where Redis takes longer than the deadline, for want of a processor, a request may be decided here and counted there.
		if in := l.local.Load(); in < local-limitSlack || in > local+limitSlack {
			t.Errorf("%s: local let %d in, want %d", what, in, local)
		}
		l.took.check(t, what)
	}
	away := func(what string, begin func()) {
		t.Helper()
		begin()
		if local, in, failed := l.during(t, what, some, false); in > 0 || failed == 0 || local > 0 {
			t.Errorf("%s: local let %d in though its limit was used, closed %d; closed failed %d times", what, local, in, failed)
		}
		l.took.check(t, what)
	}
	healthy("at first", 50)
	away("frozen", func() { server.Freeze(t) })
	server.Thaw(t)
	healthy("thawed", 50)
	away("killed", func() { server.Kill(t) })
	server.Restart(t)
	healthy("restarted", 100) // Redis forgot what was counted
	if l.strange.Load() > 0 || l.refused.Load() > 0 {
		t.Errorf("the open policy refused %d, and %d failed that should not", l.refused.Load(), l.strange.Load())
	}
	l.checkLog(t, log)
}

func (l *load) checkLog(tb testing.TB, log *stateLog) {
	tb.Helper()
	all := log.all()
	var kinds []string
	for _, line := range all {
		switch {
		case strings.Contains(line, "outage began"):
			kinds = append(kinds, "fails")
		case strings.Contains(line, "outage ended"):
			kinds = append(kinds, "answers")
		}
	}
	alternate := len(kinds) == len(all) && len(kinds) >= 4 && len(kinds)%2 == 0
	for i, kind := range kinds {
		alternate = alternate && kind == []string{"fails", "answers"}[i%2]
	}
	if !alternate {
		tb.Errorf("want one line for every change, but the log says:\n%s", strings.Join(all, "\n"))
	}
}
