package ratelimit_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/limittest"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// TestConformanceSlidingWindow holds the store in memory against recorded decisions.
func TestConformanceSlidingWindow(t *testing.T) {
	t.Parallel()
	clock := clockAt(0)
	stores := make(map[int]*ratelimit.Memory)
	agreeing, rows := limittest.CompareRecorded(t, "testdata", func(number int, at int64, policy ratelimit.Policy, cost int64) ratelimit.Decision {
		clock.set(at)
		if stores[number] == nil {
			stores[number] = clock.store(0)
		}
		return decide(t, stores[number], ratelimit.Charge{Key: fmt.Sprint("run ", number), Policy: policy, Cost: cost})
	})
	fmt.Fprintf(os.Stdout, "conformance: %s %d/%d\n", limittest.File, agreeing, rows)
}
