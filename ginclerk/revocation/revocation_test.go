package revocation_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// timeline is a clock that is moved by hand.
type timeline struct {
	mu  sync.Mutex
	now time.Time
}

func newTimeline() *timeline { return &timeline{now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)} }

func (c *timeline) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *timeline) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestAnEntryLivesAsLongAsItSays(t *testing.T) {
	t.Parallel()
	clock := newTimeline()
	set := revocation.NewSet(time.Hour, clock.Now)
	if set.Contains("sess_1") {
		t.Error("an empty set contains a session")
	}
	set.Add("sess_1")
	for _, step := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {time.Hour - time.Nanosecond, true}, {time.Nanosecond, false}, {time.Hour, false}} {
		clock.advance(step.after)
		if got := set.Contains("sess_1"); got != step.want {
			t.Errorf("%s later: contained %t, want %t", step.after, got, step.want)
		}
	}
	if set.Contains("sess_2") {
		t.Error("another session is contained")
	}
}

func TestAddingAgainProlongs(t *testing.T) {
	t.Parallel()
	clock := newTimeline()
	set := revocation.NewSet(time.Hour, clock.Now)
	set.Add("sess_1")
	clock.advance(50 * time.Minute)
	set.Add("sess_1")
	clock.advance(50 * time.Minute)
	if !set.Contains("sess_1") {
		t.Error("the first lapse counted")
	}
}

// TestPruningDropsNothingThatLives, whatever the order of additions.
func TestPruningDropsNothingThatLives(t *testing.T) {
	t.Parallel()
	clock := newTimeline()
	set := revocation.NewSet(time.Hour, clock.Now)
	const step = 7 * time.Minute
	for i := range 100 {
		set.Add(fmt.Sprintf("sess_%d", i))
		for j := range i + 1 {
			age := time.Duration(i-j) * step
			if got, want := set.Contains(fmt.Sprintf("sess_%d", j)), age < time.Hour; got != want {
				t.Fatalf("after %s: contained %t, want %t", age, got, want)
			}
		}
		clock.advance(step)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	clock := newTimeline()
	set := revocation.NewSet(time.Minute, clock.Now)
	var running sync.WaitGroup
	for i := range 8 {
		running.Go(func() {
			for j := range 200 {
				id := fmt.Sprintf("sess_%d_%d", i, j)
				set.Add(id)
				if !set.Contains(id) {
					t.Errorf("%s was added and is not contained", id)
				}
				if j%50 == 49 {
					clock.advance(time.Second)
				}
			}
		})
	}
	running.Wait()
}
