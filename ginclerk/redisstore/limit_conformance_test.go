package redisstore_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

const limitVectors = "sliding_window.json"

// TestConformanceSlidingWindow holds the limits against what @upstash/ratelimit's slidingWindow decided over a real Redis: on a
// single server, on a Cluster, and on a Cluster with a second policy whose key is elsewhere. The recorded reset is the end of
// the fixed window; ours is solved from the decay. GINCLERK_CONFORMANCE_DIR names another folder of recorded decisions.
func TestConformanceSlidingWindow(t *testing.T) {
	t.Parallel()
	single := func(s recordedStep, run recordedRun, name string) []ratelimit.Charge {
		return []ratelimit.Charge{run.charge(s, name)}
	}
	several := func(s recordedStep, run recordedRun, name string) []ratelimit.Charge {
		return []ratelimit.Charge{run.charge(s, "user "+name), run.charge(s, "organization "+name)}
	}
	for _, c := range []struct {
		name    string
		client  func(*testing.T) redis.UniversalClient
		charges func(recordedStep, recordedRun, string) []ratelimit.Charge
	}{
		{"redis-server", func(t *testing.T) redis.UniversalClient { t.Helper(); return redistest.Start(t).Client(t) }, single},
		{"Redis Cluster", func(t *testing.T) redis.UniversalClient { t.Helper(); return redistest.Cluster(t).Client(t) }, single},
		{"two slots of Redis Cluster", func(t *testing.T) redis.UniversalClient { t.Helper(); return redistest.Cluster(t).Client(t) }, several},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			agreeing, rows := 0, 0
			limits := newTimedLimits(t, c.client(t))
			for number, run := range readLimitVectors(t) {
				for at, s := range run.Steps {
					limits.now = s.at
					rows++
					d := limits.decide(t, c.charges(s, run, fmt.Sprint("run ", number))...)
					if wrong := s.differences(d); wrong == "" {
						agreeing++
					} else {
						t.Errorf("run %d (%d in %d ms), step %d: %s", number, run.Limit, run.WindowMs, at, wrong)
					}
				}
			}
			fmt.Fprintf(os.Stdout, "conformance: %s on %s %d/%d\n", limitVectors, c.name, agreeing, rows)
			if rows == 0 {
				t.Error("the file has no rows")
			}
		})
	}
}

type recordedRun struct {
	Limit    int64
	WindowMs int64
	Steps    []recordedStep
}

func (r recordedRun) charge(s recordedStep, key string) ratelimit.Charge {
	t := charge(key, r.Limit, time.Duration(r.WindowMs)*time.Millisecond)
	t.Cost = s.cost
	return t
}

type recordedStep struct {
	at, cost, remaining int64
	allowed             bool
}

func (s *recordedStep) UnmarshalJSON(data []byte) error {
	var reset int64
	return json.Unmarshal(data, &[]any{&s.at, &s.cost, &s.allowed, &s.remaining, &reset})
}

func (s *recordedStep) differences(d ratelimit.Decision) string {
	for _, r := range d.Results() {
		if r.Allowed != s.allowed || d.Allowed != s.allowed || r.Remaining != s.remaining {
			return fmt.Sprintf("allowed %t with %d remaining, recorded %t with %d", r.Allowed, r.Remaining, s.allowed, s.remaining)
		}
	}
	return ""
}

// readLimitVectors reads the file that the store in memory is held against too.
func readLimitVectors(tb testing.TB) []recordedRun {
	tb.Helper()
	folder := filepath.Join("..", "ratelimit", "testdata")
	if other := os.Getenv("GINCLERK_CONFORMANCE_DIR"); other != "" {
		folder = other
	}
	data, err := os.ReadFile(filepath.Join(folder, limitVectors))
	if err != nil {
		tb.Fatal(err)
	}
	var file struct{ Runs []recordedRun }
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	return file.Runs
}
