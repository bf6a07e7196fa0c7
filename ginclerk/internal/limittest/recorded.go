// Package limittest holds stores of rate limits against recorded decisions, in tests.
package limittest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// File is the name of the file with recorded decisions.
const File = "sliding_window.json"

// Decide decides a step of a run. Each run has its own number, and its steps have the times of the record, in Unix milliseconds.
type Decide func(number int, at int64, policy ratelimit.Policy, cost int64) ratelimit.Decision

// CompareRecorded compares decisions with those of @upstash/ratelimit's slidingWindow over a real Redis, and returns how many of all
// agree. It reads them from File in the folder, or in the one that GINCLERK_CONFORMANCE_DIR names. It does not compare the recorded
// reset, which is the end of the fixed window; ours is solved from the decay.
func CompareRecorded(tb testing.TB, folder string, decide Decide) (agreeing, rows int) {
	tb.Helper()
	for number, run := range read(tb, folder) {
		policy := ratelimit.Policy{Name: "recorded", Limit: run.Limit, Window: time.Duration(run.WindowMs) * time.Millisecond}
		for at, s := range run.Steps {
			rows++
			if wrong := s.difference(decide(number, s.at, policy, s.cost)); wrong != "" {
				tb.Errorf("run %d (%d in %d ms), step %d: %s", number, run.Limit, run.WindowMs, at, wrong)
				continue
			}
			agreeing++
		}
	}
	if rows == 0 {
		tb.Error("the file has no rows")
	}
	return agreeing, rows
}

type run struct {
	Limit    int64
	WindowMs int64
	Steps    []step
}

type step struct {
	at, cost, remaining int64
	allowed             bool
}

func (s *step) UnmarshalJSON(data []byte) error {
	var reset int64
	return json.Unmarshal(data, &[]any{&s.at, &s.cost, &s.allowed, &s.remaining, &reset})
}

// difference says how a decision differs from the recorded one; "" if it does not.
func (s *step) difference(d ratelimit.Decision) string {
	for _, r := range d.Results() {
		if r.Allowed != s.allowed || d.Allowed != s.allowed || r.Remaining != s.remaining {
			return fmt.Sprintf("allowed %t with %d remaining, recorded %t with %d", r.Allowed, r.Remaining, s.allowed, s.remaining)
		}
	}
	return ""
}

func read(tb testing.TB, folder string) []run {
	tb.Helper()
	if other := os.Getenv("GINCLERK_CONFORMANCE_DIR"); other != "" {
		folder = other
	}
	data, err := os.ReadFile(filepath.Join(folder, File)) //nolint:gosec // a folder that the tests name
	if err != nil {
		tb.Fatal(err)
	}
	var recorded struct{ Runs []run }
	if err := json.Unmarshal(data, &recorded); err != nil {
		tb.Fatal(err)
	}
	return recorded.Runs
}
