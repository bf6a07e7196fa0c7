package webhook_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// stubborn is a store that answers only when the test lets it, whatever the context says.
type stubborn struct {
	storage.Store
	thawed chan struct{}
}

func (s stubborn) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	<-s.thawed
	return s.Store.CompareAndSwap(context.WithoutCancel(ctx), key, old, replacement, lifetime)
}

// Svix waits for fifteen seconds, and sends a message again that was not answered.
func TestAFrozenStoreIsToldToSvixInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := stubborn{storage.NewMemory(storage.MemoryConfig{}), make(chan struct{})}
		handled := 0
		b := newBench(t, func(c *webhook.Config) {
			c.Store = store
			c.OnEvent = func(context.Context, webhook.Event) error { handled++; return nil }
		})
		begun := time.Now()
		status, _ := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1")))
		if waited := time.Since(begun); status != http.StatusServiceUnavailable || waited > 5*time.Second || handled != 0 {
			t.Errorf("status %d after %v, handled %d times", status, waited, handled)
		}
		close(store.thawed)
		synctest.Wait()
	})
}
