package redistest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// sentinelName is what the sentinel calls the pair that it watches.
const sentinelName = "pair"

// Watched are two servers of which the second copies the first, and a sentinel that lets it take over a second after the
// first stopped to answer.
type Watched struct{ Master, Replica, sentinel *Server }

// Sentinel starts a watched pair and waits until all three know each other.
func Sentinel(tb testing.TB) *Watched {
	tb.Helper()
	master := Start(tb)
	port := strconv.Itoa(master.port)
	w := &Watched{Master: master, Replica: Start(tb, "--replicaof", "127.0.0.1 "+port, "--repl-diskless-sync-delay", "0")}
	w.sentinel = &Server{program: program(tb), folder: tb.TempDir()}
	var err error
	for range startTries {
		w.sentinel.port = freePort(tb)
		if err = w.sentinel.watch(port); err == nil {
			break
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { w.sentinel.Kill(tb) })

	ctx, cancel := context.WithTimeout(tb.Context(), togetherTimeout)
	defer cancel()
	replica := w.Replica.Client(tb)
	await(ctx, tb, "the copy", func() bool {
		info, err := replica.Info(ctx, "replication").Result()
		return err == nil && strings.Contains(info, "master_link_status:up")
	})
	sentinel := redis.NewSentinelClient(&redis.Options{Addr: w.sentinel.Addr()})
	defer func() { _ = sentinel.Close() }()
	await(ctx, tb, "the sentinel", func() bool {
		known, err := sentinel.Replicas(ctx, sentinelName).Result()
		return err == nil && len(known) == 1
	})
	return w
}

// watch starts a sentinel, which has its orders in a file.
func (s *Server) watch(port string) error {
	orders := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\nsentinel monitor %[3]s 127.0.0.1 %[4]s 1\n"+
		"sentinel down-after-milliseconds %[3]s 1000\nsentinel failover-timeout %[3]s 5000\n", s.port, s.folder, sentinelName, port)
	file := filepath.Join(s.folder, "sentinel.conf")
	if err := os.WriteFile(file, []byte(orders), 0o600); err != nil {
		return fmt.Errorf("redistest: write the sentinel's orders: %w", err)
	}
	return s.run("+monitor master", file, "--sentinel")
}

// Client returns a client like that of [Server.Client], which asks the sentinel where to go.
func (w *Watched) Client(tb testing.TB) *redis.Client {
	tb.Helper()
	client := redis.NewFailoverClient(&redis.FailoverOptions{
		MasterName: sentinelName, SentinelAddrs: []string{w.sentinel.Addr()}, ContextTimeoutEnabled: true,
		DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
	})
	tb.Cleanup(func() { _ = client.Close() })
	return client
}
