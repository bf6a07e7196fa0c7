package redisstore_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"
	ululeredis "github.com/ulule/limiter/v3/drivers/store/redis"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// limitContenders are the stores that a benchmark compares, each as a program would use it.
func limitContenders(b *testing.B, client *redis.Client) map[string]func(key string) error {
	b.Helper()
	const many = 1 << 40 // everything is allowed
	limits, rate := newLimits(b, client), limiter.Rate{Limit: many, Period: time.Hour}
	theirs, err := ululeredis.NewStore(client)
	if err != nil {
		b.Fatal(err)
	}
	adapted, fallback := ratelimit.UluleStore(limits), newFallback(b, limits, ratelimit.FallbackConfig{})
	return map[string]func(key string) error{
		"ulule": func(key string) error {
			_, err := theirs.Get(b.Context(), key, rate)
			return err
		},
		"ours": func(key string) error {
			_, err := limits.Decide(b.Context(), charge(key, many, time.Hour))
			return err
		},
		"ours-by-ulule-api": func(key string) error {
			_, err := adapted.Get(b.Context(), key, rate)
			return err
		},
		"ours-with-fallback": func(key string) error {
			_, err := fallback.Decide(b.Context(), charge(key, many, time.Hour))
			return err
		},
	}
}

// BenchmarkLimits compares ours with ulule's store for Redis on one redis-server, with one caller, and with 8 and 32 at a time as in a
// web server. They take turns, a few hundred requests each, so that whatever else the machine does hits all of them; each round
// begins with another one, because the first one of a round is at an advantage. "throughput" is the median over the rounds of
// how much of ulule's throughput a store reaches in the same round.
func BenchmarkLimits(b *testing.B) {
	names := []string{"ulule", "ours", "ours-by-ulule-api", "ours-with-fallback"}
	contenders := limitContenders(b, redistest.Start(b).Client(b))
	for _, callers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			took, ratios := map[string][]time.Duration{}, map[string][]float64{}
			for first := 0; b.Loop(); first++ {
				round := map[string]time.Duration{}
				for i := range names {
					name := names[(first+i)%len(names)]
					round[name] = turn(b, callers, contenders[name])
					took[name] = append(took[name], round[name])
				}
				for _, name := range names {
					ratios[name] = append(ratios[name], float64(round["ulule"])/float64(round[name]))
				}
			}
			for _, name := range names {
				slices.Sort(took[name])
				slices.Sort(ratios[name])
				b.ReportMetric(float64(took[name][len(took[name])/2])/1000, "µs/"+name)
				b.ReportMetric(ratios[name][len(ratios[name])/2], "throughput/"+name)
			}
		})
	}
}

// turn is how long a request takes one of the contenders, counted over all callers together.
func turn(b *testing.B, callers int, ask func(string) error) time.Duration {
	b.Helper()
	const requests = 400
	begin := time.Now()
	askMany(b, callers, requests, ask)
	return time.Since(begin) / requests
}

func askMany(b *testing.B, parallel, requests int, ask func(string) error) {
	b.Helper()
	var next atomic.Int64
	done := make(chan error, parallel)
	for range parallel {
		go func() {
			for i := next.Add(1); i <= int64(requests); i = next.Add(1) {
				if err := ask("user_" + strconv.FormatInt(i%1000, 10)); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range parallel {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
}

// BenchmarkLimit is what one decision costs, by itself: for profiles and allocations. "redis-µs/op" is how long Redis ran its script.
func BenchmarkLimit(b *testing.B) {
	client := redistest.Start(b).Client(b)
	contenders := limitContenders(b, client)
	for _, name := range []string{"ulule", "ours", "ours-with-fallback"} {
		b.Run(name, func(b *testing.B) {
			if err := client.ConfigResetStat(b.Context()).Err(); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := contenders[name]("user_1"); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(microsecondsOfScripts(b, client), "redis-µs/op")
		})
	}
}

var scriptStatistics = regexp.MustCompile(`cmdstat_evalsha:.*usec_per_call=([0-9.]+)`)

func microsecondsOfScripts(b *testing.B, client *redis.Client) float64 {
	b.Helper()
	info, err := client.Info(b.Context(), "commandstats").Result()
	if err != nil {
		b.Fatal(err)
	}
	found := scriptStatistics.FindStringSubmatch(info)
	if found == nil {
		b.Fatal("Redis ran no script")
	}
	microseconds, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		b.Fatal(err)
	}
	return microseconds
}
