package revocation_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(clocktest.Noon())
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
					clock.Advance(time.Second)
					_ = set.Entries()
				}
			}
		})
	}
	running.Wait()
}
