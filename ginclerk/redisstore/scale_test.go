package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// scaleVariable asks for the whole size of [TestReplicasAtScale]. Without it the test is small.
const scaleVariable = "GINCLERK_SCALE"

// scale is how large a site is.
type scale struct {
	users, replicas, aMinute int
	life                     time.Duration // of an entry: Tokens.MaxLifetime and twice the clock skew
	lasts                    time.Duration
}

// TestReplicasAtScale: sessions end all over a large site, and each replica learns of each. It says what that costs: memory, messages, lag.
func TestReplicasAtScale(t *testing.T) {
	of := scale{users: 1000, replicas: 5, aMinute: 10_000, life: 70 * time.Second, lasts: 2 * time.Second}
	if os.Getenv(scaleVariable) != "" {
		of = scale{users: 1_000_000, replicas: 50, aMinute: 10_000, life: 70 * time.Second, lasts: time.Minute}
	}
	server := redistest.Start(t)
	info := func(name string) float64 {
		text, err := server.Client(t).Info(t.Context()).Result()
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(name + `:(\d+)`).FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("Redis does not tell %s", name)
		}
		n, err := strconv.ParseFloat(found[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	emptyRedis, emptyHeap := info("used_memory"), heap()
	var replicas []*replica
	for range of.replicas {
		client := redis.NewClient(&redis.Options{Addr: server.Addr(), ContextTimeoutEnabled: true})
		t.Cleanup(func() { _ = client.Close() })
		replicas = append(replicas, connectedReplica(t, client))
	}
	idleRedis, idleHeap := info("used_memory"), heap()

	// What has ended in the last minute is there already: so many entries live at any time.
	alive := int(float64(of.aMinute) * of.life.Minutes())
	var ids []string
	for n := range alive {
		ids = append(ids, sessionOfUser(n%of.users, n))
	}
	for part := range slices.Chunk(ids, 200) { // Redis answers each in time, on a busy machine, too
		replicas[0].mustRevoke(t, entriesOf(part, of.life+of.lasts)...)
	}
	for _, r := range replicas {
		r.awaitRevoked(t, ids[0], ids[len(ids)-1])
	}
	fullRedis, fullHeap := info("used_memory"), heap()

	commands, sent := info("total_commands_processed"), info("total_net_output_bytes")
	lags := of.revoke(t, replicas)
	slices.Sort(lags)
	commands, sent = info("total_commands_processed")-commands, info("total_net_output_bytes")-sent
	revoked := float64(of.aMinute) * of.lasts.Minutes()
	at := func(share float64) time.Duration {
		return lags[int(share*float64(len(lags)-1))].Round(100 * time.Microsecond)
	}
	t.Logf("scale: %d users, %d replicas, %d revocations a minute, %v a token: %d entries live", of.users, of.replicas, of.aMinute, of.life, alive)
	t.Logf("scale: memory: %.0f bytes an entry and replica, %.0f bytes an entry in Redis; %.0f kB a connection in Redis, %.0f kB a replica without entries",
		(fullHeap-idleHeap)/float64(alive*of.replicas), (fullRedis-idleRedis)/float64(alive), (idleRedis-emptyRedis)/float64(of.replicas)/1000,
		(idleHeap-emptyHeap)/float64(of.replicas)/1000)
	t.Logf("scale: Redis: %.2f commands and %.0f bytes sent a revocation", commands/revoked, sent/revoked)
	t.Logf("scale: lag until the last replica refuses: p50 %v, p99 %v, longest %v, of %d", at(.5), at(.99), at(1), len(lags))
	if len(lags) == 0 {
		t.Error("no lag was measured")
	}
	for _, r := range replicas {
		for _, id := range ids {
			if !r.Revoked(id, "", time.Now()) {
				t.Fatalf("a replica takes a session that has ended: %s", id)
			}
		}
	}
}

func sessionOfUser(user, n int) string { return fmt.Sprintf("sess_%07d_%015d", user, n) }

func entriesOf(ids []string, life time.Duration) (entries []revocation.Entry) {
	until := time.Now().Add(life)
	for _, id := range ids {
		entries = append(entries, revocation.Entry{SessionID: id, Until: until})
	}
	return entries
}

// revoke ends sessions at the rate, each at another replica, and returns how long it took until every replica refuses them.
func (of scale) revoke(t *testing.T, replicas []*replica) (lags []time.Duration) {
	t.Helper()
	ticker := time.NewTicker(time.Minute / time.Duration(of.aMinute))
	defer ticker.Stop()
	var mu sync.Mutex
	var asking sync.WaitGroup
	begin := time.Now()
	for n := 0; time.Since(begin) < of.lasts; n++ {
		<-ticker.C
		asking.Go(func() {
			id, ended := sessionOfUser(n%of.users, 1_000_000+n), time.Now()
			// On a busy machine Redis may not answer in time. The others are then told later, which the lag shows.
			if err := replicas[n%len(replicas)].Revoke(context.WithoutCancel(t.Context()), entriesOf([]string{id}, of.life)...); err != nil && !errors.Is(err, storage.ErrUnavailable) {
				t.Error(err)
				return
			}
			lag, learned := lagOf(replicas, id, ended)
			if !learned {
				t.Errorf("after %v a replica takes a session that has ended", lag)
			}
			mu.Lock()
			defer mu.Unlock()
			lags = append(lags, lag)
		})
	}
	asking.Wait()
	return lags
}

// lagOf waits until every replica refuses a session.
func lagOf(replicas []*replica, id string, ended time.Time) (lag time.Duration, learned bool) {
	for _, r := range replicas {
		for !r.Revoked(id, "", ended) {
			if time.Since(ended) > patience {
				return time.Since(ended), false
			}
			changed := r.Changed()
			if r.Revoked(id, "", ended) {
				break
			}
			<-changed
		}
	}
	return time.Since(ended), true
}

// heap is how many bytes of memory are in use.
func heap() float64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return float64(memory.HeapAlloc)
}
