package ratelimit_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// decisionRow is one decision written by hand: floor((1 − elapsed/window) × previous) + current + cost ≤ limit.
type decisionRow struct {
	name       string
	limit      int64
	window     time.Duration
	counts     ratelimit.Counts
	now        int64
	cost       int64
	allowed    bool
	remaining  int64
	retryAfter ratelimit.Wait
}

func decisionRows() []decisionRow {
	const ten = 10 * time.Second
	at := func(current, previous int64) ratelimit.Counts {
		return ratelimit.Counts{Start: epoch, Current: current, Previous: previous}
	}
	return []decisionRow{
		{"the first request of all", 10, ten, ratelimit.Counts{}, epoch + 5, 1, true, 9, 0},
		{"the last that fits", 10, ten, at(9, 0), epoch + 5, 1, true, 0, 0},
		{"one too many waits for the next window and its first unit", 10, ten, at(10, 0), epoch, 1, false, 0, wait(ten + time.Millisecond)},
		{"at a window's start the previous one counts in full", 10, ten, at(0, 10), epoch, 1, false, 0, wait(time.Millisecond)},
		{"half of the previous window is left at half time", 10, ten, at(4, 10), epoch + 5000, 1, true, 0, 0},
		{"and the next waits a millisecond", 10, ten, at(5, 10), epoch + 5000, 1, false, 0, wait(time.Millisecond)},
		{"four of ten are left from 5001 ms on", 10, ten, at(5, 10), epoch + 5001, 1, true, 0, 0},
		{"as JavaScript counts, ten units are down to 0 at 9 of 10 ms", 1, 10 * time.Millisecond, at(0, 10), epoch + 9, 1, true, 0, 0},
		{"a window later the current one is the previous one", 10, ten, at(10, 3), epoch + 15_000, 1, true, 4, 0},
		{"two windows later nothing counts", 10, ten, at(10, 10), epoch + 20_000, 1, true, 9, 0},
		{"a cost fits exactly", 10, ten, at(3, 0), epoch, 7, true, 0, 0},
		{"a cost that does not fit leaves what there is", 10, ten, at(3, 0), epoch, 8, false, 7, wait(ten + time.Millisecond)},
		{"a cost above the limit is never allowed", 10, ten, at(0, 0), epoch, 11, false, 10, ratelimit.Never},
		{"the largest cost is never allowed", 10, ten, at(0, 0), epoch, ratelimit.MaxLimit, false, 10, ratelimit.Never},
		{"the largest limit is", ratelimit.MaxLimit, ten, at(0, 0), epoch, ratelimit.MaxLimit, true, 0, 0},
		{"a limit of 0 lets nothing in", 0, ten, at(0, 0), epoch, 1, false, 0, ratelimit.Never},
		{"a limit that was lowered leaves nothing, not less", 2, ten, at(7, 0), epoch, 1, false, 0, wait(ten + 7143*time.Millisecond)},
		{"a window of 1 ms has its limit every millisecond", 1, time.Millisecond, at(1, 0), epoch, 1, false, 0, wait(2 * time.Millisecond)},
		{"a limit of 1 is free again a millisecond into the next window", 1, ten, at(1, 0), epoch + 9_999, 1, false, 0, wait(2 * time.Millisecond)},
		{"before 1970 windows are aligned too", 10, ten, ratelimit.Counts{Start: -10_000, Current: 9}, -1, 1, true, 0, 0},
		{"a clock that steps back a window waits for the counts' own", 10, ten, at(10, 0), epoch - 1, 1, false, 0, wait(ten + 2*time.Millisecond)},
		{"a clock that steps back within a window lets less decay", 10, ten, at(5, 10), epoch + 4000, 1, false, 0, wait(1001 * time.Millisecond)},
		{"a clock that steps back far takes the counts along", 10, ten, at(10, 0), epoch - 50_000, 1, false, 0, wait(ten + time.Millisecond)},
		{"a clock that jumps ahead forgets", 10, ten, at(10, 10), epoch + 1e12, 1, true, 9, 0},
	}
}

func wait(d time.Duration) ratelimit.Wait { return ratelimit.Wait(d) }

func TestDecide(t *testing.T) {
	t.Parallel()
	for _, row := range decisionRows() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			policy := ratelimit.Policy{Name: "user", Limit: row.limit, Window: row.window}
			d := ratelimit.Decide(row.now, []ratelimit.Charge{{Key: "k", Policy: policy, Cost: row.cost}}, []ratelimit.Counts{row.counts})
			if d.Allowed != row.allowed || d.At(0).Remaining != row.remaining || d.RetryAfter() != row.retryAfter {
				t.Errorf("allowed %t, remaining %d, retry after %v; want %t, %d, %v",
					d.Allowed, d.At(0).Remaining, d.RetryAfter(), row.allowed, row.remaining, row.retryAfter)
			}
			if got := d.Now().UnixMilli(); got != row.now {
				t.Errorf("decided at %d, want %d", got, row.now)
			}
		})
	}
}

func TestDecideSeveral(t *testing.T) {
	t.Parallel()
	charges := []ratelimit.Charge{charge("user", 10, time.Minute), charge("organization", 100, time.Hour), charge("route", 5, time.Second)}
	full := ratelimit.Counts{Start: epoch, Current: 5}
	d := ratelimit.Decide(epoch, charges, []ratelimit.Counts{{}, {}, full})
	if d.Allowed {
		t.Error("allowed although one policy is used up")
	}
	for i, want := range []struct {
		allowed   bool
		remaining int64
	}{{true, 10}, {true, 100}, {false, 0}} {
		if r := d.At(i); r.Allowed != want.allowed || r.Remaining != want.remaining || r.Charge != charges[i] {
			t.Errorf("result %d: %+v, want %+v", i, r, want)
		}
	}
	if got, want := d.RetryAfter(), wait(1001*time.Millisecond); got != want {
		t.Errorf("retry after %v, want the longest, %v", got, want)
	}
	if got := d.Tightest().Charge.Key; got != "route" {
		t.Errorf("the tightest is %s, want the one that refuses", got)
	}
	d = ratelimit.Decide(epoch, charges, make([]ratelimit.Counts, 3))
	if got := d.Tightest().Charge.Key; !d.Allowed || got != "route" {
		t.Errorf("allowed %t, the tightest is %s, want the one with the least remaining", d.Allowed, got)
	}
	if got := d.Results(); len(got) != 3 || got[1].Remaining != 99 {
		t.Errorf("results %+v", got)
	}
}

func TestTightestOfSeveralThatRefuse(t *testing.T) {
	t.Parallel()
	full := ratelimit.Counts{Start: epoch, Current: 1000}
	charges := []ratelimit.Charge{charge("short", 5, time.Second), charge("long", 5, time.Hour), charge("middle", 5, time.Minute)}
	d := ratelimit.Decide(epoch, charges, []ratelimit.Counts{full, full, full})
	if got := d.Tightest().Charge.Key; got != "long" {
		t.Errorf("the tightest is %s, want the one with the longest wait", got)
	}
}

func TestTightestIsOneThatRefusesThoughItHasMoreLeft(t *testing.T) {
	t.Parallel()
	last, costly := charge("last", 2, time.Minute), charge("costly", 10, time.Minute)
	costly.Cost = 3
	counts := []ratelimit.Counts{{Start: epoch, Current: 1}, {Start: epoch, Current: 8}}
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		charges := []ratelimit.Charge{last, costly}
		d := ratelimit.Decide(epoch, []ratelimit.Charge{charges[order[0]], charges[order[1]]}, []ratelimit.Counts{counts[order[0]], counts[order[1]]})
		if got := d.Tightest(); d.Allowed || got.Charge.Key != "costly" || got.Remaining != 2 {
			t.Errorf("the tightest is %s with %d left, want the one that refuses", got.Charge.Key, got.Remaining)
		}
	}
}

// Two servers of a cluster have a clock each.
func TestDecideWithClocks(t *testing.T) {
	t.Parallel()
	charges := []ratelimit.Charge{charge("here", 10, 10*time.Second), charge("there", 10, 10*time.Second)}
	counts := []ratelimit.Counts{{Start: epoch, Previous: 10}, {Start: epoch, Previous: 10}}
	d := ratelimit.DecideWithClocks([]int64{epoch + 5000, epoch + 9000}, charges, counts)
	if here, there := d.At(0).Remaining, d.At(1).Remaining; !d.Allowed || here != 4 || there != 9 {
		t.Errorf("allowed %t, %d and %d remaining; want 4 and 9", d.Allowed, here, there)
	}
	if got := d.Now().UnixMilli(); got != epoch+9000 {
		t.Errorf("decided at %d, want the later time", got)
	}
	d = ratelimit.PeekWithClocks([]int64{epoch, epoch + 9000}, charges, counts)
	if here, there := d.At(0).Remaining, d.At(1).Remaining; d.Allowed || here != 0 || there != 10 {
		t.Errorf("allowed %t, %d and %d remaining; want 0 and 10", d.Allowed, here, there)
	}
}

func TestDecisionWithoutPolicies(t *testing.T) {
	t.Parallel()
	d := ratelimit.Decision{Allowed: true}
	if d.Len() != 0 || len(d.Results()) != 0 || d.RetryAfter() != 0 || !d.Now().IsZero() {
		t.Errorf("%+v says something", d)
	}
	for _, i := range []int{-1, 0, 1} {
		if d.At(i) != (ratelimit.Result{}) {
			t.Errorf("result %d is %+v", i, d.At(i))
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	good := charge("secret-key", 10, time.Second)
	with := func(change func(*ratelimit.Charge)) []ratelimit.Charge {
		bad := good
		change(&bad)
		return []ratelimit.Charge{charge("other", 1, time.Second), bad}
	}
	tooMany := make([]ratelimit.Charge, ratelimit.MaxCharges+1)
	for i := range tooMany {
		tooMany[i] = charge(strings.Repeat("x", i), 1, time.Second)
	}
	for name, charges := range map[string][]ratelimit.Charge{
		"no charges":                    nil,
		"too many":                      tooMany,
		"a cost of 0":                   with(func(t *ratelimit.Charge) { t.Cost = 0 }),
		"a negative cost":               with(func(t *ratelimit.Charge) { t.Cost = -1 }),
		"the smallest cost":             with(func(t *ratelimit.Charge) { t.Cost = math.MinInt64 }),
		"a cost beyond all limits":      with(func(t *ratelimit.Charge) { t.Cost = ratelimit.MaxLimit + 1 }),
		"a negative limit":              with(func(t *ratelimit.Charge) { t.Policy.Limit = -1 }),
		"a limit beyond all limits":     with(func(t *ratelimit.Charge) { t.Policy.Limit = math.MaxInt64 }),
		"no window":                     with(func(t *ratelimit.Charge) { t.Policy.Window = 0 }),
		"a negative window":             with(func(t *ratelimit.Charge) { t.Policy.Window = -time.Second }),
		"a window with microseconds":    with(func(t *ratelimit.Charge) { t.Policy.Window = time.Second + time.Microsecond }),
		"a window longer than the most": with(func(t *ratelimit.Charge) { t.Policy.Window = ratelimit.MaxWindow + time.Millisecond }),
		"one counter twice":             {good, charge("other", 1, time.Second), good},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := ratelimit.Check(charges)
			if !errors.Is(err, ratelimit.ErrInvalid) {
				t.Errorf("%v, want ErrInvalid", err)
			} else if strings.Contains(err.Error(), "secret-key") {
				t.Errorf("%q names the key", err)
			}
			if _, err := ratelimit.NewMemory(ratelimit.Config{}).Decide(t.Context(), charges...); !errors.Is(err, ratelimit.ErrInvalid) {
				t.Errorf("Decide: %v, want ErrInvalid", err)
			}
			if _, err := ratelimit.NewMemory(ratelimit.Config{}).Peek(t.Context(), charges...); !errors.Is(err, ratelimit.ErrInvalid) {
				t.Errorf("Peek: %v, want ErrInvalid", err)
			}
		})
	}
}

func TestPolicyValidate(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		policy ratelimit.Policy
		valid  bool
	}{
		"the guide's":              {ratelimit.Policy{Name: "user", Limit: 10, Window: 10 * time.Second}, true},
		"a limit of 0":             {ratelimit.Policy{Name: "closed", Window: time.Second}, true},
		"the largest":              {ratelimit.Policy{Name: strings.Repeat("n", 64), Limit: ratelimit.MaxLimit, Window: ratelimit.MaxWindow}, true},
		"the zero value":           {ratelimit.Policy{}, false},
		"no name":                  {ratelimit.Policy{Limit: 1, Window: time.Second}, false},
		"a name that is long":      {ratelimit.Policy{Name: strings.Repeat("n", 65), Limit: 1, Window: time.Second}, false},
		"a name with a line break": {ratelimit.Policy{Name: "a\r\nb", Limit: 1, Window: time.Second}, false},
		"a name beyond ASCII":      {ratelimit.Policy{Name: "größe", Limit: 1, Window: time.Second}, false},
		"a negative limit":         {ratelimit.Policy{Name: "user", Limit: -1, Window: time.Second}, false},
		"no window":                {ratelimit.Policy{Name: "user", Limit: 1}, false},
	} {
		if err := row.policy.Validate(); (err == nil) != row.valid || (err != nil && !errors.Is(err, ratelimit.ErrInvalid)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
