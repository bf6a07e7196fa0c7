package ratelimit_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// FuzzDecide holds one decision against the rule in exact arithmetic, and its waits against decisions at their ends.
func FuzzDecide(f *testing.F) {
	f.Add(epoch, int64(0), int64(5), int64(10), int64(10), int64(10_000), int64(1))
	f.Add(epoch, int64(9), int64(0), int64(10), int64(1), int64(10), int64(1))
	f.Add(epoch, int64(-1), int64(1), int64(1), int64(1), int64(1), int64(2))
	f.Add(int64(-5), int64(7_000_000), ratelimit.MaxLimit, ratelimit.MaxLimit, ratelimit.MaxLimit, int64(3), ratelimit.MaxLimit)
	f.Fuzz(func(t *testing.T, start, elapsed, current, previous, limit, length, cost int64) {
		length = 1 + fold(length, ratelimit.MaxWindow.Milliseconds())
		start = start % (1 << 45) / length * length
		counts := ratelimit.Counts{Start: start, Current: fold(current, ratelimit.MaxLimit+1), Previous: fold(previous, ratelimit.MaxLimit+1)}
		asked := charge("key", fold(limit, ratelimit.MaxLimit+1), time.Duration(length)*time.Millisecond)
		asked.Cost = 1 + fold(cost, ratelimit.MaxLimit)
		now := start + elapsed%(1<<45)
		d := ratelimit.Decide(now, []ratelimit.Charge{asked}, []ratelimit.Counts{counts})
		holdExact(t, d.At(0), now)
		holdWaits(t, now, asked, counts)
	})
}

func fold(n, below int64) int64 { return (n%below + below) % below }

// holdExact compares with rational numbers: float64 may tip the rule where the exact weight is within a unit of a whole number, and
// nowhere else.
func holdExact(t *testing.T, r ratelimit.Result, now int64) {
	t.Helper()
	counts, length := r.Counts(), r.Charge.Policy.Window.Milliseconds()
	if r.Allowed {
		counts.Current -= r.Charge.Cost
	}
	elapsed := max(0, now-counts.Start)
	if elapsed >= length || counts.Current < 0 || counts.Previous < 0 || counts.Start%length != 0 {
		t.Fatalf("%+v at %d are no counts of windows of %d ms", counts, now, length)
	}
	weight := new(big.Int).Mul(big.NewInt(counts.Previous), big.NewInt(length-elapsed))
	weight.Div(weight, big.NewInt(length))
	left := r.Charge.Policy.Limit - counts.Current - weight.Int64()
	if r.Allowed && r.Charge.Cost > left+1 || !r.Allowed && r.Charge.Cost < left {
		t.Errorf("allowed %t: a cost of %d, %d left", r.Allowed, r.Charge.Cost, left)
	}
	if r.Remaining < 0 || r.Remaining > r.Charge.Policy.Limit {
		t.Errorf("%d remaining of %d", r.Remaining, r.Charge.Policy.Limit)
	}
}
