package ratelimit_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/memory"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

const benchmarkLimit = 1 << 40 // everything is allowed, in both

// contender is a store as a program would use it: ours with its own API and through ulule's, and ulule's.
type contender struct {
	name string
	make func(maxKeys int) asker
}

type asker func(ctx context.Context, key string) error

func contenders() []contender {
	rate := limiter.Rate{Limit: benchmarkLimit, Period: time.Hour}
	viaUlule := func(store limiter.Store) asker {
		return func(ctx context.Context, key string) error {
			_, err := store.Get(ctx, key, rate)
			return err
		}
	}
	policy := ratelimit.Policy{Name: "user", Limit: benchmarkLimit, Window: time.Hour}
	return []contender{
		{"ours", func(maxKeys int) asker {
			store := ratelimit.NewMemory(ratelimit.Config{MaxKeys: maxKeys})
			return func(ctx context.Context, key string) error {
				_, err := store.Decide(ctx, ratelimit.Charge{Key: key, Policy: policy, Cost: 1})
				return err
			}
		}},
		{"ours-by-ulule-api", func(maxKeys int) asker {
			return viaUlule(ratelimit.UluleStore(ratelimit.NewMemory(ratelimit.Config{MaxKeys: maxKeys})))
		}},
		{"ulule", func(int) asker {
			return viaUlule(memory.NewStoreWithOptions(limiter.StoreOptions{Prefix: limiter.DefaultPrefix}))
		}},
	}
}

// BenchmarkStores compares the stores at one key and at many, one request after the other and in parallel.
func BenchmarkStores(b *testing.B) {
	for _, count := range []int{1, 1_000, 1_000_000} {
		keys := make([]string, count)
		for i := range keys {
			keys[i] = userKey(i)
		}
		for _, c := range contenders() {
			b.Run(fmt.Sprintf("keys=%d/%s", count, c.name), func(b *testing.B) { benchmarkSerial(b, c, keys) })
		}
		for _, c := range contenders() {
			b.Run(fmt.Sprintf("keys=%d/parallel/%s", count, c.name), func(b *testing.B) { benchmarkParallel(b, c, keys) })
		}
	}
}

func benchmarkSerial(b *testing.B, c contender, keys []string) {
	b.Helper()
	ask := filled(b, c, len(keys))
	ctx, at := b.Context(), 0
	b.ReportAllocs()
	for b.Loop() {
		if err := ask(ctx, keys[at]); err != nil {
			b.Fatal(err)
		}
		at = (at + 7919) % len(keys)
	}
}

func benchmarkParallel(b *testing.B, c contender, keys []string) {
	b.Helper()
	ask := filled(b, c, len(keys))
	ctx := b.Context()
	var worker atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		at := int(worker.Add(1)) * 104_729 % len(keys)
		for pb.Next() {
			if err := ask(ctx, keys[at]); err != nil {
				b.Error(err)
				return
			}
			at = (at + 7919) % len(keys)
		}
	})
}

// BenchmarkBytesPerKey tells what a live key costs, its own 28 bytes and everything around them.
func BenchmarkBytesPerKey(b *testing.B) {
	const count = 1_000_000
	for _, c := range contenders() {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				ask := filled(b, c, count)
				b.ReportMetric((heap()-before)/count, "bytes/key")
				runtime.KeepAlive(ask)
			}
		})
	}
}

// filled is a store with that many live keys, which may have as many again.
func filled(tb testing.TB, c contender, count int) asker {
	tb.Helper()
	ask := c.make(2 * count)
	for i := range count {
		if err := ask(tb.Context(), userKey(i)); err != nil {
			tb.Fatal(err)
		}
	}
	return ask
}

func userKey(i int) string { return fmt.Sprintf("user_2abcdefghijklmnop%06d", i) }

func heap() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
