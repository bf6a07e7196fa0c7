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

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	clock := newTimeline()
	set := newSet(clock.Now)
	var running sync.WaitGroup
	for i := range 8 {
		running.Go(func() {
			for j := range 200 {
				id := fmt.Sprintf("sess_%d_%d", i, j)
				changed := set.Changed()
				entry := revocation.Entry{SessionID: id, UserID: "user_" + id, IssuedBefore: clock.Now(), Until: clock.Now().Add(time.Minute)}
				if err := set.Revoke(t.Context(), entry); err != nil {
					t.Error(err)
				}
				<-changed
				if !set.Revoked(id, "", clock.Now()) || !set.Revoked("", "user_"+id, entry.IssuedBefore) {
					t.Errorf("%s was added and is not refused", id)
				}
				if j%50 == 49 {
					clock.advance(time.Second)
					_ = set.Entries()
				}
			}
		})
	}
	running.Wait()
}
