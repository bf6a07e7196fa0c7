package redisstore_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// eventually asks again and again, because Redis sends no event when its keys change.
func eventually(tb testing.TB, what string, is func() bool) {
	tb.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	deadline := time.After(patience)
	for !is() {
		select {
		case <-look.C:
		case <-deadline:
			tb.Fatalf("not within %s: %s", patience, what)
		}
	}
}

func awaitKeys(tb testing.TB, client redis.UniversalClient, want int64) {
	tb.Helper()
	eventually(tb, "the number of keys", func() bool {
		got, err := client.DBSize(tb.Context()).Result()
		return err == nil && got == want
	})
}

func awaitCards(tb testing.TB, client redis.UniversalClient, want int64, keys ...string) {
	tb.Helper()
	for _, key := range keys {
		eventually(tb, "the entries of "+key, func() bool {
			got, err := client.ZCard(tb.Context(), key).Result()
			return err == nil && got == want
		})
	}
}
