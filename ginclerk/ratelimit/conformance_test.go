package ratelimit_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

const vectorFile = "sliding_window.json"

// TestConformanceSlidingWindow holds the store against what @upstash/ratelimit's slidingWindow decided over a real Redis. The
// recorded reset, the end of the fixed window, is not ours: ours is solved from the decay. GINCLERK_CONFORMANCE_DIR names
// another folder of recorded decisions.
func TestConformanceSlidingWindow(t *testing.T) {
	t.Parallel()
	agreeing, rows := 0, 0
	for number, run := range readVectors(t) {
		clock := clockAt(0)
		store := clock.store(0)
		for at, s := range run.Steps {
			clock.set(s.at)
			policy := ratelimit.Policy{Name: "recorded", Limit: run.Limit, Window: time.Duration(run.WindowMs) * time.Millisecond}
			d := decide(t, store, ratelimit.Charge{Key: "someone", Policy: policy, Cost: s.cost})
			rows++
			if d.Allowed == s.allowed && d.At(0).Remaining == s.remaining {
				agreeing++
				continue
			}
			t.Errorf("run %d (%d in %d ms), step %d: allowed %t with %d remaining, recorded %t with %d",
				number, run.Limit, run.WindowMs, at, d.Allowed, d.At(0).Remaining, s.allowed, s.remaining)
		}
	}
	if _, err := fmt.Fprintf(os.Stdout, "conformance: %s %d/%d\n", vectorFile, agreeing, rows); err != nil {
		t.Error(err)
	}
	if rows == 0 {
		t.Error("the file has no rows")
	}
}

type recordedRun struct {
	Limit    int64
	WindowMs int64
	Steps    []recordedStep
}

type recordedStep struct {
	at, cost, remaining int64
	allowed             bool
}

func (s *recordedStep) UnmarshalJSON(data []byte) error {
	var reset int64
	return json.Unmarshal(data, &[]any{&s.at, &s.cost, &s.allowed, &s.remaining, &reset})
}

func readVectors(tb testing.TB) []recordedRun {
	tb.Helper()
	folder := "testdata"
	if other := os.Getenv("GINCLERK_CONFORMANCE_DIR"); other != "" {
		folder = other
	}
	data, err := os.ReadFile(filepath.Join(folder, vectorFile))
	if err != nil {
		tb.Fatal(err)
	}
	var file struct{ Runs []recordedRun }
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	return file.Runs
}
