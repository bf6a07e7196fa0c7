package reliability

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// patience only stops a test that hangs.
const patience = time.Minute

// TestSeveralRedisServers: what a fail-over by Sentinel, and a Cluster that loses a node or moves slots, mean for requests. The servers
// are processes, so that time is real, and no time is asserted.
func TestSeveralRedisServers(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(*testing.T) (client redis.UniversalClient, fail, heal func()){
		"a fail-over by Sentinel": func(t *testing.T) (redis.UniversalClient, func(), func()) {
			t.Helper()
			pair := redistest.Sentinel(t)
			return pair.Client(t), func() { pair.Master.Kill(t) }, func() {} // the other server takes over by itself
		},
		"a Cluster that loses its nodes for a while": func(t *testing.T) (redis.UniversalClient, func(), func()) {
			t.Helper()
			nodes := redistest.Cluster(t)
			freeze := func(change func(*redistest.Server, testing.TB)) func() {
				return func() {
					for _, node := range nodes.Servers {
						change(node, t)
					}
				}
			}
			return nodes.Client(t), freeze((*redistest.Server).Freeze), freeze((*redistest.Server).Thaw)
		},
		"a Cluster that moves its slots": func(t *testing.T) (redis.UniversalClient, func(), func()) {
			t.Helper()
			nodes := redistest.Cluster(t)
			return nodes.Client(t), func() { moveSlots(t, nodes) }, func() {}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, fail, heal := setup(t)
			server := clerktest.New(t, func(c *clerktest.Config) { c.Type = instance.Production })
			heard := &recorder{}
			stores := inRedis(t, client, heard)
			w := newWorld(t, server, newWire(server), stores, situation{}, heard)
			defer w.close()
			member, gone := w.browser(ada), w.browser(mia)
			member.open("/private")
			if err := w.clerk.Revoke(t.Context(), revocation.Entry{SessionID: gone.current()}); err != nil {
				t.Fatal(err)
			}
			replica := inRedis(t, client, &recorder{}).Revocations
			fail()
			for range 20 {
				token := w.mint(member.current())
				if got := w.program(http.MethodGet, "/api/private", token); !got.signedIn() {
					t.Errorf("a valid token is refused: %s", got)
				}
				if got := gone.ask(http.MethodGet, "/private", nil); got.signedIn() {
					t.Errorf("a session that has ended is accepted: %s", got)
				}
				if got := w.program(http.MethodGet, "/limited", token); !got.signedIn() && (got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "") {
					t.Errorf("a limit that can't count answers %s", got)
				}
			}
			last := w.browser(mia) // ended while Redis is away: others hear of it when it is back
			_ = w.clerk.Revoke(context.WithoutCancel(t.Context()), revocation.Entry{SessionID: last.current()})
			heal()
			eventually(t, "the limit counts again", func() bool {
				return w.program(http.MethodGet, "/limited", w.mint(member.current())).signedIn()
			})
			eventually(t, "the other replica knows what has ended", func() bool {
				return replica.Revoked(last.current(), "", time.Now()) && replica.Revoked(gone.current(), "", time.Now())
			})
		})
	}
}

// inRedis are stores with that client.
func inRedis(t *testing.T, client redis.UniversalClient, heard *recorder) ginclerk.Stores {
	t.Helper()
	config := redisstore.Config{Client: client, Observer: observe.All(heard), Logger: slog.New(heard), Resync: time.Second}
	limits, err := redisstore.NewLimits(config)
	if err != nil {
		t.Fatal(err)
	}
	revocations, err := redisstore.NewRevocations(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := revocations.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return ginclerk.Stores{Records: redisstore.NewStore(config), Revocations: revocations, RateLimits: limits}
}

// moveSlots moves the slots of the first node to the second one, while requests come.
func moveSlots(t *testing.T, nodes *redistest.Nodes) {
	t.Helper()
	from, to := nodes.Servers[0].Client(t), nodes.Servers[1].Client(t)
	id := func(c *redis.Client) string {
		text, err := c.Do(t.Context(), "CLUSTER", "MYID").Text()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	source, target := id(from), id(to)
	for slot := range 5461 {
		keys, err := from.ClusterGetKeysInSlot(t.Context(), slot, 100).Result()
		if err != nil {
			t.Fatal(err)
		}
		if len(keys) == 0 {
			continue
		}
		number := fmt.Sprint(slot)
		port := nodes.Servers[1].Addr()[len("127.0.0.1:"):]
		for _, step := range [][]any{
			{to, "CLUSTER", "SETSLOT", number, "IMPORTING", source},
			{from, "CLUSTER", "SETSLOT", number, "MIGRATING", target},
		} {
			node, _ := step[0].(*redis.Client)
			if err := node.Do(t.Context(), step[1:]...).Err(); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range keys {
			if err := from.Do(t.Context(), "MIGRATE", "127.0.0.1", port, key, 0, 5000).Err(); err != nil {
				t.Fatal(err)
			}
		}
		for _, node := range []*redis.Client{to, from} {
			if err := node.Do(t.Context(), "CLUSTER", "SETSLOT", number, "NODE", target).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// eventually waits for what happens in other processes.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !done(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("not in %s: %s", patience, what)
		}
	}
}
