package ratelimit_test

import (
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

func TestEachChargeIsDecidedByItsOwnClock(t *testing.T) {
	t.Parallel()
	charges := []ratelimit.Charge{charge("a", 10, 10*time.Second), charge("b", 10, 10*time.Second)}
	counts := []ratelimit.Counts{{Start: epoch, Previous: 10}, {Start: epoch, Previous: 10}}
	nows := []int64{epoch + 5000, epoch}
	d := ratelimit.DecideWithClocks(nows, charges, counts)
	if d.Allowed || !d.At(0).Allowed || d.At(0).Remaining != 5 || d.At(1).Allowed || d.RetryAfter() != ratelimit.Wait(time.Millisecond) {
		t.Errorf("refused: %+v, retry after %s", d, d.RetryAfter())
	}
	if got := d.Now(); !got.Equal(time.UnixMilli(epoch + 5000)) {
		t.Errorf("decided at %s", got)
	}
	nows[1] = epoch + 1001
	if d := ratelimit.PeekWithClocks(nows, charges, counts); !d.Allowed || d.At(0).Remaining != 5 || d.At(1).Remaining != 2 {
		t.Errorf("peek: %+v", d)
	}
	if d := ratelimit.DecideWithClocks(nows, charges, counts); !d.Allowed || d.At(0).Remaining != 4 || d.At(1).Remaining != 1 || d.At(1).Counts().Current != 1 {
		t.Errorf("allowed: %+v", d)
	}
	if d := ratelimit.DecideWithClocks(nows[:1], charges[:1], counts[:1]); !d.Allowed || d.Len() != 1 || d.At(0).Remaining != 4 {
		t.Errorf("one charge: %+v", d)
	}
}
