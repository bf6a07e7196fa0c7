package ratelimit_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

var _ ratelimit.Store = (*ratelimit.Memory)(nil)

func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	store := clockAt(epoch).store(0)
	user, organization := charge("user", 10, time.Minute), charge("organization", 3, time.Minute)
	for i := range 5 {
		if got, want := decide(t, store, user, organization).Allowed, i < 3; got != want {
			t.Errorf("request %d: allowed %t", i, got)
		}
	}
	if got := peek(t, store, user).At(0).Remaining; got != 7 {
		t.Errorf("the user has %d left, want 7: refused requests cost nothing", got)
	}
}

func TestPeekChargesNothing(t *testing.T) {
	t.Parallel()
	store := clockAt(epoch).store(0)
	asked := charge("key", 1, time.Minute)
	for range 3 {
		if d := peek(t, store, asked); !d.Allowed || d.At(0).Remaining != 1 {
			t.Errorf("%+v, want 1 remaining", d)
		}
	}
	decide(t, store, asked)
	if d := peek(t, store, asked); d.Allowed || d.At(0).Remaining != 0 || d.RetryAfter() == 0 {
		t.Errorf("%+v, want a refusal", d)
	}
	if store.Len() != 1 {
		t.Errorf("%d counters, want 1", store.Len())
	}
}

func TestResetForgets(t *testing.T) {
	t.Parallel()
	store := clockAt(epoch).store(0)
	first, second := charge("first", 1, time.Minute), charge("second", 1, time.Minute)
	decide(t, store, first, second)
	if err := store.Reset(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if !peek(t, store, first).Allowed || peek(t, store, second).Allowed {
		t.Error("Reset is to forget the first counter, and no other")
	}
	if err := store.Reset(t.Context(), ratelimit.Charge{}); err == nil {
		t.Error("reset a counter of no window")
	}
}

func TestCountersAreTheirOwn(t *testing.T) {
	t.Parallel()
	store := clockAt(epoch).store(0)
	used := charge("key", 1, time.Minute)
	decide(t, store, used)
	for name, row := range map[string]struct {
		change func(*ratelimit.Charge)
		shared bool
	}{
		"another key":    {func(t *ratelimit.Charge) { t.Key = "other" }, false},
		"another policy": {func(t *ratelimit.Charge) { t.Policy.Name = "other" }, false},
		"another window": {func(t *ratelimit.Charge) { t.Policy.Window = time.Hour }, false},
		"another limit":  {func(t *ratelimit.Charge) { t.Policy.Limit = 2 }, true},
		"the key and the policy run into each other": {func(t *ratelimit.Charge) { t.Policy.Name, t.Key = "userk", "ey" }, false},
	} {
		other := used
		row.change(&other)
		want := other.Policy.Limit
		if row.shared {
			want--
		}
		if got := peek(t, store, other).At(0).Remaining; got != want {
			t.Errorf("%s: %d remaining, want %d", name, got, want)
		}
	}
}

func TestOneNameWithTwoWindowsIsTwoPolicies(t *testing.T) {
	t.Parallel()
	store := clockAt(epoch).store(0)
	second, minute := charge("key", 2, time.Second), charge("key", 3, time.Minute)
	if d := decide(t, store, second, minute); d.At(0).Remaining != 1 || d.At(1).Remaining != 2 {
		t.Errorf("%+v", d)
	}
}

// Among so many keys some have the hash in common by which the store looks for them.
func TestKeysOfOneHashAreTwoKeys(t *testing.T) {
	t.Parallel()
	store := memoryAt(clockAt(epoch), 1<<20, 1)
	for i := range 250_000 {
		if left := decide(t, store, charge(strconv.Itoa(i), 10, time.Hour)).At(0).Remaining; left != 9 {
			t.Fatalf("key %d has %d left at its first request, want 9", i, left)
		}
	}
}

func TestLongKeysAreBounded(t *testing.T) {
	t.Parallel()
	store := clockAt(epoch).store(0)
	long := strings.Repeat("x", 1<<20)
	decide(t, store, charge(long, 1, time.Minute))
	if peek(t, store, charge(long, 1, time.Minute)).Allowed {
		t.Error("a long key does not count")
	}
	if !peek(t, store, charge(long+"y", 1, time.Minute)).Allowed {
		t.Error("another long key counts as well")
	}
	sum := sha256.Sum256([]byte(long)) // a client that chooses its key may choose this
	if !peek(t, store, charge(string(sum[:]), 1, time.Minute)).Allowed {
		t.Error("the hash of a long key is the same counter")
	}
}

func TestBoundedAndEvicting(t *testing.T) {
	t.Parallel()
	clock := clockAt(epoch)
	store := memoryAt(clock, 100, 1)
	busy := charge("busy", 1000, time.Hour)
	for i := range 3000 {
		decide(t, store, busy)
		decide(t, store, charge(fmt.Sprint("passing ", i), 1, time.Hour))
		if got := store.Len(); got > 100 {
			t.Fatalf("%d counters, want 100 at most", got)
		}
		if i == 900 && peek(t, store, busy).At(0).Remaining != 99 {
			t.Fatal("the key that is in use all the time was evicted")
		}
	}
	if !peek(t, store, charge("passing 0", 1, time.Hour)).Allowed {
		t.Error("what was evicted is to have its limit again")
	}
}

func TestDecisionEvictsNoneOfItsOwn(t *testing.T) {
	t.Parallel()
	store := memoryAt(clockAt(epoch), ratelimit.MaxCharges, 1)
	for i := range 100 {
		charges := make([]ratelimit.Charge, ratelimit.MaxCharges)
		for j := range charges {
			charges[j] = charge(fmt.Sprint(i, " ", j), 1, time.Hour)
		}
		decide(t, store, charges...)
		for _, asked := range charges {
			if peek(t, store, asked).Allowed {
				t.Fatalf("%q is forgotten already", asked.Key)
			}
		}
	}
}

func TestSweepsWhileWriting(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{
		"two windows later": 2 * time.Second,
		"far ahead":         1e6 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := clockAt(epoch)
			store := memoryAt(clock, 100_000, 1)
			for i := range 1000 {
				decide(t, store, charge(fmt.Sprint(i), 1, time.Second))
			}
			clock.add(jump)
			sweepAll(t, store, 0)
		})
	}
}

// A clock that was ahead for a while must not leave counters behind that are never over.
func TestSweepsWhatAClockAheadHasLeft(t *testing.T) {
	t.Parallel()
	clock := clockAt(epoch + 1e12)
	store := memoryAt(clock, 100_000, 1)
	for i := range 1000 {
		decide(t, store, charge(fmt.Sprint(i), 1, time.Second))
	}
	clock.set(epoch)
	sweepAll(t, store, 1000)
	clock.add(3 * time.Second)
	sweepAll(t, store, 0)
}

// sweepAll writes one key for long enough that every counter was looked at.
func sweepAll(t *testing.T, store *ratelimit.Memory, want int) {
	t.Helper()
	for range 20_000 {
		decide(t, store, charge("other", 1e6, time.Hour))
	}
	if got := store.Len() - 1; got != want {
		t.Errorf("%d counters are left, want %d", got, want)
	}
}

func TestExactlyTheLimitPasses(t *testing.T) {
	t.Parallel()
	store := clockAt(epoch).store(0)
	asked := charge("key", 1000, time.Minute)
	var passed atomic.Int64
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for range 100 {
				if decide(t, store, asked).Allowed {
					passed.Add(1)
				}
			}
		})
	}
	group.Wait()
	if passed.Load() != 1000 {
		t.Errorf("%d passed, want 1000", passed.Load())
	}
}

// TestSeveralAtOnce asks for the same counters in every order from many goroutines: none waits for another for ever, and what passed
// is what was charged, everywhere.
func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	const keys, limit = 12, 300
	store := memoryAt(clockAt(epoch), 0, 8)
	var charged [keys]atomic.Int64
	var group sync.WaitGroup
	for worker := range uint64(64) {
		group.Go(func() {
			r := rand.New(rand.NewPCG(worker, 2))
			for range 100 {
				chosen := r.Perm(keys)[:1+r.IntN(5)]
				charges := make([]ratelimit.Charge, len(chosen))
				for i, key := range chosen {
					charges[i] = charge(fmt.Sprint(key), limit, time.Minute)
					charges[i].Cost = 1 + r.Int64N(3)
				}
				if decide(t, store, charges...).Allowed {
					for i, key := range chosen {
						charged[key].Add(charges[i].Cost)
					}
				}
			}
		})
	}
	group.Wait()
	for key := range keys {
		left := peek(t, store, charge(fmt.Sprint(key), limit, time.Minute)).At(0).Remaining
		if got := charged[key].Load(); got != limit-left || got > limit {
			t.Errorf("key %d: %d charged, %d left of %d", key, got, left, limit)
		}
	}
}

// It is not parallel, since it counts the allocations of the process.
func TestOnePolicyCostsNoAllocation(t *testing.T) {
	store := ratelimit.NewMemory(ratelimit.Config{})
	asked, used := charge("key", 1e9, time.Hour), charge("used", 1, time.Hour)
	ctx := t.Context()
	sum := int64(0)
	got := testing.AllocsPerRun(1000, func() {
		for _, one := range [...]ratelimit.Charge{asked, used} {
			d, err := store.Decide(ctx, one)
			if err != nil {
				t.Error(err)
			}
			sum += d.At(0).Remaining + int64(d.RetryAfter()) + int64(d.At(0).Reset())
		}
	})
	if got != 0 {
		t.Errorf("%v allocations for two decisions, want 0", got)
	}
}

// TestManyKeysAgainstAMap adds, evicts, resets and sweeps at random, against a map: a counter that is there has the right count.
func TestManyKeysAgainstAMap(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := random(t, seed)
		clock := clockAt(epoch)
		store := memoryAt(clock, 64, 1)
		used := map[string]int64{}
		for range 5000 {
			key := fmt.Sprint(r.IntN(oneOf(r, 20, 60, 200)))
			asked := charge(key, 1e6, time.Minute)
			if r.IntN(5) == 0 {
				if err := store.Reset(t.Context(), asked); err != nil {
					t.Fatal(err)
				}
				used[key] = 0
				continue
			}
			if r.IntN(500) == 0 {
				clock.add(2 * time.Minute)
				clear(used)
			}
			left := decide(t, store, asked).At(0).Remaining
			if used[key]++; left != 1e6-used[key] && left != 1e6-1 { // counted on, or evicted meanwhile
				t.Fatalf("seed %d, key %s: %d left after %d", seed, key, left, used[key])
			}
			used[key] = 1e6 - left
		}
		if store.Len() > 64 {
			t.Errorf("%d counters, want 64 at most", store.Len())
		}
	}
}
