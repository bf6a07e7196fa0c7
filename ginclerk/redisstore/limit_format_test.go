package redisstore_test

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// storedCounter is a counter as every version of this package has it in Redis: three doubles, little-endian.
func storedCounter(start, current, previous int64) string {
	var packed []byte
	for _, number := range []int64{start, current, previous} {
		packed = binary.LittleEndian.AppendUint64(packed, math.Float64bits(float64(number)))
	}
	return string(packed)
}

// TestVersionsShareTheCounters: while replicas are replaced one by one, old and new ones count in the same keys.
func TestVersionsShareTheCounters(t *testing.T) {
	t.Parallel()
	const window, now = int64(60_000), int64(600_000)
	for name, c := range map[string]struct {
		before, after     string
		allowed           bool
		current, previous int64
	}{
		"a charge in the same window":   {storedCounter(now, 3, 0), storedCounter(now, 4, 0), true, 4, 0},
		"a charge in the next window":   {storedCounter(now-window, 3, 9), storedCounter(now, 1, 3), true, 1, 3},
		"a window long ago":             {storedCounter(now-2*window, 3, 9), storedCounter(now, 1, 0), true, 1, 0},
		"a refusal":                     {storedCounter(now, 10, 0), storedCounter(now, 10, 0), false, 10, 0},
		"a clock that stepped far back": {storedCounter(now+5*window, 3, 2), storedCounter(now, 4, 2), true, 4, 2},
		"no counter":                    {"", storedCounter(now, 1, 0), true, 1, 0},
		"something else under the key":  {"12 bytes or so", storedCounter(now, 1, 0), true, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := redistest.Start(t).Client(t)
			limits := newTimedLimits(t, client)
			limits.now = now
			asked := charge("a", 10, time.Duration(window)*time.Millisecond)
			key := limits.Keys([]ratelimit.Charge{asked})[0]
			if c.before != "" {
				if err := client.Set(t.Context(), key, c.before, time.Hour).Err(); err != nil {
					t.Fatal(err)
				}
			}
			d := mustDecide(t, limits, asked)
			if counts := d.At(0).Counts(); d.Allowed != c.allowed || counts.Current != c.current || counts.Previous != c.previous {
				t.Errorf("allowed %t, %+v", d.Allowed, counts)
			}
			got, err := client.Get(t.Context(), key).Result()
			if err != nil || got != c.after {
				t.Errorf("Redis has %x (%v), want %x", got, err, c.after)
			}
			if life, err := client.PTTL(t.Context(), key).Result(); err != nil || life <= 0 {
				t.Errorf("the counter lives for %v (%v), want an end", life, err)
			}
		})
	}
}
