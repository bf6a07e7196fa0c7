package redisstore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// TestHashTagsAreThoseOfACluster compares hash tags with the slots of a Cluster.
func TestHashTagsAreThoseOfACluster(t *testing.T) {
	t.Parallel()
	client := redistest.Cluster(t).Client(t)
	for _, key := range []string{"", "a", "{a}", "x{a}y", "x{a}y{b}", "{}", "x{}y{b}", "x{{a}}y", "x{a", "x}a{b}", "x}a{", "{a}{"} {
		of, err := client.ClusterKeySlot(t.Context(), key).Result()
		if err != nil {
			t.Fatal(err)
		}
		tag := redisstore.HashTag(key)
		// The slot of the tag, whatever braces it has itself: put between braces it is what Redis takes.
		if strings.ContainsAny(tag, "{}") && tag != key {
			tag = "{" + tag + "}"
		}
		if got, err := client.ClusterKeySlot(t.Context(), tag).Result(); err != nil || got != of {
			t.Errorf("%q is in slot %d, its tag %q in %d (%v)", key, of, tag, got, err)
		}
	}
}

// TestAPrefixWithAHashTagKeepsEverythingInOneSlot: decisions about several keys then take one round trip.
func TestAPrefixWithAHashTagKeepsEverythingInOneSlot(t *testing.T) {
	t.Parallel()
	client := redistest.Cluster(t).Client(t)
	limits, err := redisstore.NewLimits(redisstore.Config{Client: client, Prefix: "app{limits}:"})
	if err != nil {
		t.Fatal(err)
	}
	charges := []ratelimit.Charge{charge("user", 10, year), charge("org", 10, year)}
	mustDecide(t, limits, charges...)
	counted := &trips{}
	client.AddHook(counted)
	mustDecide(t, limits, charges...)
	if got := counted.all.Load(); got != 1 {
		t.Errorf("%d round trips, want 1", got)
	}
}

// TestLimitsGoOnAfterAFailover: Sentinel makes the failover, and earlier requests still count.
func TestLimitsGoOnAfterAFailover(t *testing.T) {
	t.Parallel()
	pair := redistest.Sentinel(t)
	limits, asked := newLimits(t, pair.Client(t)), charge("a", 10, year)
	fallback := newFallback(t, limits, ratelimit.FallbackConfig{Default: ratelimit.FailOpen, Probe: 100 * time.Millisecond})
	for range 5 {
		mustDecide(t, fallback, asked)
	}
	awaitKeys(t, pair.Replica.Client(t), 1)
	eventually(t, "the copy", func() bool {
		copied, err := newLimits(t, pair.Replica.Client(t)).Peek(t.Context(), asked)
		return err == nil && copied.At(0).Remaining == 5
	})
	pair.Master.Kill(t)
	var took waits
	eventually(t, "the other server decides", func() bool {
		begin := time.Now()
		mustDecide(t, fallback, asked)
		took.add(time.Since(begin))
		d, err := limits.Peek(t.Context(), asked)
		return err == nil && d.At(0).Remaining <= 5 && fallback.Available()
	})
	took.check(t, "failover")
}

func FuzzAnswer(f *testing.F) {
	f.Add("", 0)
	f.Add(strings.Repeat("\xff", 16), 0)
	f.Add(strings.Repeat("\x00\x00\x00\x00\x00\x00\xf0\x3f", 5), 1)
	f.Add(strings.Repeat("\x00", 39), 1)
	f.Fuzz(func(t *testing.T, answer string, charges int) {
		if charges < 0 || charges > ratelimit.MaxCharges {
			return
		}
		if err := redisstore.ReadAnswer(answer, charges); (err == nil) != (len(answer) == 16+24*charges) {
			t.Errorf("%d bytes for %d charges: %v", len(answer), charges, err)
		}
	})
}
