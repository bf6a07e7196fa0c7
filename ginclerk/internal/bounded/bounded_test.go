package bounded_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/storage/storagetest"
)

func TestABoundedStoreIsAStore(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(*testing.T) (storage.Store, func(time.Duration)) {
		return bounded.NewStore(deaf{storage.NewMemory(storage.MemoryConfig{})}, time.Minute), nil
	})
}

// deaf hides that a store obeys its context.
type deaf struct{ storage.Store }

// frozen is a store that answers once it is thawed, whatever the context says.
type frozen struct {
	thawed chan struct{}
	obeys  bool
}

func (f frozen) ObeysContext() bool { return f.obeys }

func (f frozen) wait(ctx context.Context) error {
	if !f.obeys {
		ctx = context.WithoutCancel(ctx)
	}
	select {
	case <-f.thawed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f frozen) Load(ctx context.Context, _ string) ([]byte, error) { return []byte("a"), f.wait(ctx) }

func (f frozen) CompareAndSwap(ctx context.Context, _ string, _, _ []byte, _ time.Duration) (bool, error) {
	return true, f.wait(ctx)
}

func TestAFrozenStoreIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for name, obeys := range map[string]bool{"that obeys its context": true, "that obeys nothing": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := frozen{make(chan struct{}), obeys}
				store := bounded.NewStore(f, time.Second)
				for _, row := range []struct {
					name  string
					ctx   func() (context.Context, context.CancelFunc)
					waits time.Duration
					want  error
				}{
					{"the line's time", func() (context.Context, context.CancelFunc) { return t.Context(), func() {} }, time.Second, storage.ErrUnavailable},
					{"the use's time", func() (context.Context, context.CancelFunc) {
						return bounded.Within(t.Context(), time.Millisecond)
					}, time.Millisecond, storage.ErrUnavailable},
					{"the caller's time", func() (context.Context, context.CancelFunc) {
						return context.WithTimeout(t.Context(), time.Millisecond)
					}, time.Millisecond, context.DeadlineExceeded},
				} {
					for range 3 {
						ctx, cancel := row.ctx()
						begun := time.Now()
						_, err := store.Load(ctx, "a")
						cancel()
						if waited := time.Since(begun); waited != row.waits {
							t.Fatalf("%s: waited %v", row.name, waited)
						}
						if !errors.Is(err, row.want) {
							t.Fatalf("%s: %v, want %v", row.name, err, row.want)
						}
					}
				}
				close(f.thawed)
				synctest.Wait()
				if _, err := store.CompareAndSwap(t.Context(), "a", nil, []byte("b"), time.Hour); err != nil {
					t.Errorf("a store that is there again: %v", err)
				}
			})
		})
	}
}

// A store that stops answering must not fill the memory with waiting calls.
func TestCallsThatAreLeftBehindAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := frozen{make(chan struct{}), false}
		store := bounded.NewStore(f, time.Second)
		late, refused := 0, 0
		for range 1000 {
			begun := time.Now()
			if _, err := store.Load(t.Context(), "a"); !errors.Is(err, storage.ErrUnavailable) {
				t.Fatal(err)
			}
			if time.Since(begun) == 0 {
				refused++
			} else {
				late++
			}
		}
		if late != 256 || refused != 1000-256 {
			t.Errorf("%d calls waited, %d were refused", late, refused)
		}
		close(f.thawed)
		synctest.Wait()
		if _, err := store.Load(t.Context(), "a"); err != nil {
			t.Errorf("a store that is there again: %v", err)
		}
	})
}
