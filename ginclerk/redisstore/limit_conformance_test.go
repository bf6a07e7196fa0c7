package redisstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/internal/limittest"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// TestConformanceSlidingWindow holds the limits against recorded decisions: on a single server, on a Cluster, and on a Cluster with a
// second policy whose key is on another node.
func TestConformanceSlidingWindow(t *testing.T) {
	t.Parallel()
	server := func(t *testing.T) redis.UniversalClient { t.Helper(); return redistest.Start(t).Client(t) }
	cluster := func(t *testing.T) redis.UniversalClient { t.Helper(); return redistest.Cluster(t).Client(t) }
	for _, c := range []struct {
		name   string
		client func(*testing.T) redis.UniversalClient
		keys   []string
	}{
		{"redis-server", server, []string{"user"}},
		{"Redis Cluster", cluster, []string{"user"}},
		{"two slots of Redis Cluster", cluster, []string{"user", "organization"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			limits := newTimedLimits(t, c.client(t))
			folder := filepath.Join("..", "ratelimit", "testdata")
			agreeing, rows := limittest.CompareRecorded(t, folder, func(number int, at int64, policy ratelimit.Policy, cost int64) ratelimit.Decision {
				limits.now = at
				var charges []ratelimit.Charge
				for _, key := range c.keys {
					charges = append(charges, ratelimit.Charge{Key: fmt.Sprint(key, " of run ", number), Policy: policy, Cost: cost})
				}
				return limits.decide(t, charges...)
			})
			fmt.Fprintf(os.Stdout, "conformance: %s on %s %d/%d\n", limittest.File, c.name, agreeing, rows)
		})
	}
}
