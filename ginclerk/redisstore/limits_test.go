package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// year is a window that ends after every test.
const year = 365 * 24 * time.Hour

// disguised is a client of a Cluster with another type.
type disguised struct{ redis.UniversalClient }

// deployments are the kinds of Redis on which limits have to work.
func deployments(t *testing.T) map[string]func(*testing.T) redis.UniversalClient {
	t.Helper()
	cluster := redistest.Cluster(t)
	return map[string]func(*testing.T) redis.UniversalClient{
		"redis-server": func(t *testing.T) redis.UniversalClient { t.Helper(); return redistest.Start(t).Client(t) },
		"Cluster":      func(t *testing.T) redis.UniversalClient { t.Helper(); return cluster.Client(t) },
		"Cluster behind a client of another type": func(t *testing.T) redis.UniversalClient {
			t.Helper()
			return disguised{cluster.Client(t)}
		},
	}
}

func TestARequestThatOnePolicyRefusesIsChargedToNone(t *testing.T) {
	t.Parallel()
	for name, client := range deployments(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits := newLimits(t, client(t))
			user, organization := charge("user_1 "+name, 10, year), charge("org_1 "+name, 3, year)
			route := user
			route.Policy.Name = "route" // another policy about the same key
			for want := int64(2); want >= 0; want-- {
				d := mustDecide(t, limits, user, organization, route)
				if !d.Allowed || d.At(1).Remaining != want || d.At(0).Remaining != want+7 || d.At(2).Remaining != want+7 {
					t.Fatalf("allowed: %+v", d)
				}
			}
			for range 5 {
				d := mustDecide(t, limits, organization, user, route)
				if d.Allowed || d.At(0).Allowed || !d.At(1).Allowed || d.At(1).Remaining != 7 || d.RetryAfter() <= 0 {
					t.Fatalf("refused: %+v", d)
				}
			}
			if d := mustPeek(t, limits, user, organization); d.Allowed || d.At(0).Remaining != 7 || d.At(1).Remaining != 0 {
				t.Errorf("peek: %+v", d)
			}
			if d := mustPeek(t, limits, route); !d.Allowed || d.At(0).Remaining != 7 {
				t.Errorf("peek: %+v", d)
			}
			if err := limits.Reset(t.Context(), user, organization); err != nil {
				t.Fatal(err)
			}
			if d := mustPeek(t, limits, user, organization, route); d.At(0).Remaining != 10 || d.At(1).Remaining != 3 || d.At(2).Remaining != 7 {
				t.Errorf("after a reset: %+v", d)
			}
		})
	}
}

// TestManyAtATimeNeverGetMoreThanTheLimit: refused and refunded requests leave no charge. On one server the whole limit is used.
func TestManyAtATimeNeverGetMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	for name, client := range deployments(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const workers, rounds, limit = 16, 20, 50
			limits := newLimits(t, client(t))
			organization := charge("org_many "+name, limit, year)
			var in atomic.Int64
			perUser := make([]int64, workers)
			var running sync.WaitGroup
			for worker := range workers {
				running.Go(func() {
					for range rounds {
						d, err := limits.Decide(t.Context(), charge(fmt.Sprint("user_many ", name, worker), 1000, year), organization)
						if err != nil {
							t.Error(err)
							return
						}
						if d.Allowed {
							in.Add(1)
							perUser[worker]++
						}
					}
				})
			}
			running.Wait()
			if got := mustPeek(t, limits, organization).At(0).Remaining; got != limit-in.Load() || got < 0 {
				t.Errorf("%d of %d were let in, and %d remain", in.Load(), limit, got)
			}
			if name == "redis-server" && in.Load() != limit {
				t.Errorf("%d were let in, want %d", in.Load(), limit)
			}
			for worker, n := range perUser {
				if d := mustPeek(t, limits, charge(fmt.Sprint("user_many ", name, worker), 1000, year)); d.At(0).Remaining != 1000-n {
					t.Errorf("user %d was let in %d times, and has %d of 1000 left", worker, n, d.At(0).Remaining)
				}
			}
		})
	}
}

func TestCountersNameNobodyAndExpireWithTheSecondWindow(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	limits := newLimits(t, client)
	asked := charge("user_2NNEqL2nrIRdJ194ndJqAHwEfxC", 10, time.Hour)
	other := asked
	other.Policy.Name = "route {1}"
	d := mustDecide(t, limits, asked, other)
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 2 {
		t.Fatalf("keys %q, %v", keys, err)
	}
	for _, key := range keys {
		if strings.Contains(key, "user_") || !strings.HasPrefix(key, "ginclerk:limit:{") {
			t.Errorf("the key is %q", key)
		}
		counts := d.At(0).Counts()
		end := time.UnixMilli(counts.Start).Add(2 * time.Hour)
		expires, err := client.PExpireTime(t.Context(), key).Result()
		if err != nil || time.UnixMilli(expires.Milliseconds()).Sub(end).Abs() > time.Second {
			t.Errorf("expires at %s, want %s (%v)", time.UnixMilli(expires.Milliseconds()), end, err)
		}
	}
	if tag := func(key string) string { return key[strings.Index(key, "{"):strings.Index(key, "}")] }; tag(keys[0]) != tag(keys[1]) {
		t.Errorf("two policies about one key are in two slots: %q", keys)
	}
	before, err := client.PExpireTime(t.Context(), keys[0]).Result()
	mustDecide(t, limits, asked, other)
	if after, err2 := client.PExpireTime(t.Context(), keys[0]).Result(); errors.Join(err, err2) != nil || after != before {
		t.Errorf("a charge in the same window moved the expiry from %s to %s", before, after)
	}
}

func TestAShortWindowIsForgottenByRedis(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	limits := newLimits(t, client)
	mustDecide(t, limits, charge("a", 1, 20*time.Millisecond))
	awaitKeys(t, client, 0)
	if d := mustDecide(t, limits, charge("a", 1, 20*time.Millisecond)); !d.Allowed {
		t.Error("refused after two windows")
	}
}

func TestAServerThatForgotTheScriptsIsTaughtThem(t *testing.T) {
	t.Parallel()
	for name, client := range deployments(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(t)
			limits := newLimits(t, c)
			for range 3 {
				if err := c.ScriptFlush(t.Context()).Err(); err != nil {
					t.Fatal(err)
				}
				asked := []ratelimit.Charge{charge("user_scripts "+name, 10, year), charge("org_scripts "+name, 10, year)}
				mustPeek(t, limits, asked...)
				mustDecide(t, limits, asked...)
				mustDecide(t, limits, asked[0])
			}
			if d := mustPeek(t, limits, charge("user_scripts "+name, 10, year)); d.At(0).Remaining != 4 {
				t.Errorf("%d remain, want 4", d.At(0).Remaining)
			}
		})
	}
}

func TestLimitsServeUlulesAPI(t *testing.T) {
	t.Parallel()
	store := ratelimit.UluleStore(newLimits(t, redistest.Start(t).Client(t)))
	theirs := limiter.New(store, limiter.Rate{Limit: 3, Period: time.Hour})
	for want := int64(2); want >= 0; want-- {
		if got, err := theirs.Get(t.Context(), "a"); err != nil || got.Remaining != want || got.Reached {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if got, err := theirs.Get(t.Context(), "a"); err != nil || !got.Reached {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsInvalidIsNotAsked(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	limits := newLimits(t, server.Client(t))
	server.Kill(t)
	_, decided := limits.Decide(t.Context())
	_, peeked := limits.Peek(t.Context(), charge("a", 1, time.Hour), charge("a", 2, time.Hour))
	for _, err := range []error{decided, peeked, limits.Reset(t.Context(), charge("a", 1, time.Microsecond))} {
		if !errors.Is(err, ratelimit.ErrInvalid) {
			t.Errorf("%v, want ErrInvalid", err)
		}
	}
	for name, ask := range map[string]func(context.Context) error{
		"decide": func(ctx context.Context) error { _, err := limits.Decide(ctx, charge("a", 1, time.Hour)); return err },
		"peek":   func(ctx context.Context) error { _, err := limits.Peek(ctx, charge("a", 1, time.Hour)); return err },
		"reset":  func(ctx context.Context) error { return limits.Reset(ctx, charge("a", 1, time.Hour)) },
	} {
		short, end := context.WithTimeout(t.Context(), 100*time.Millisecond)
		if err := ask(short); !errors.Is(err, storage.ErrUnavailable) {
			t.Errorf("%s: %v, want ErrUnavailable", name, err)
		}
		end()
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, decided = limits.Decide(over, charge("a", 1, time.Hour))
	for _, err := range []error{decided, limits.Reset(over, charge("a", 1, time.Hour))} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want the context's error", err)
		}
	}
	if _, err := redisstore.NewLimits(redisstore.Config{}); err == nil {
		t.Error("limits without a client")
	}
}

// TestAStrangersValueCountsNothing: another program has written under the key of a counter.
func TestAStrangersValueCountsNothing(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client(t)
	limits := newLimits(t, client)
	asked := charge("a", 3, time.Hour)
	key := limits.Keys([]ratelimit.Charge{asked})[0]
	for _, value := range []string{"", "1", "1767225600000 1 2", strings.Repeat("x", 25)} {
		if err := client.Set(t.Context(), key, value, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if d := mustDecide(t, limits, asked); !d.Allowed || d.At(0).Remaining != 2 {
			t.Errorf("with %q: %+v", value, d)
		}
		if ttl := client.PTTL(t.Context(), key).Val(); ttl <= 0 {
			t.Errorf("with %q the counter stays forever", value)
		}
	}
}
