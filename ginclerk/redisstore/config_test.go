package redisstore_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// TestMistakesInTheConfigurationAreNamed: before any request to Redis.
func TestMistakesInTheConfigurationAreNamed(t *testing.T) {
	t.Parallel()
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	t.Cleanup(func() { _ = client.Close() })
	for name, row := range map[string]struct {
		config redisstore.Config
		want   string
	}{
		"no client":                     {redisstore.Config{}, "redis.NewClient"},
		"a client that was never made":  {redisstore.Config{Client: (*redis.Client)(nil)}, "redis.NewClient"},
		"a cluster that was never made": {redisstore.Config{Client: (*redis.ClusterClient)(nil)}, "redis.NewClient"},
		"a prefix that splits keys":     {redisstore.Config{Client: client, Prefix: "x{}"}, "Prefix"},
		"a prefix with white space":     {redisstore.Config{Client: client, Prefix: "my app:"}, "white space"},
		"a negative pause":              {redisstore.Config{Client: client, Resync: -1}, "negative"},
		"a pause without a unit":        {redisstore.Config{Client: client, Resync: 10}, "10 * time.Second"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := redisstore.NewLimits(row.config); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("limits: %v, want %q", err, row.want)
			}
			if r, err := redisstore.NewRevocations(row.config); err == nil || !strings.Contains(err.Error(), row.want) || r != nil {
				t.Errorf("revocations: %v, want %q", err, row.want)
			}
			if _, err := redisstore.NewStore(row.config).Load(t.Context(), "x"); !errors.Is(err, storage.ErrUnavailable) || !strings.Contains(err.Error(), row.want) {
				t.Errorf("store: %v, want %q", err, row.want)
			}
		})
	}
}
