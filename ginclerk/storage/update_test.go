package storage_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// counting counts the calls to a store.
type counting struct {
	storage.Store
	loads, swaps int
}

func (c *counting) Load(ctx context.Context, key string) ([]byte, error) {
	c.loads++
	return c.Store.Load(ctx, key)
}

func (c *counting) CompareAndSwap(ctx context.Context, key string, old, next []byte, lifetime time.Duration) (bool, error) {
	c.swaps++
	return c.Store.CompareAndSwap(ctx, key, old, next, lifetime)
}

func newCounting() *counting { return &counting{Store: storage.NewMemory(storage.MemoryConfig{})} }

// increment adds one to a decimal number.
func increment(old []byte) ([]byte, time.Duration, error) {
	n, _ := strconv.Atoi(string(old)) // no record is 0
	return strconv.AppendInt(nil, int64(n+1), 10), time.Hour, nil
}

func TestUpdatesAtTheSameTimeAllCount(t *testing.T) {
	t.Parallel()
	store := storage.NewMemory(storage.MemoryConfig{})
	const callers, each = 8, 20
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for range each {
				if err := storage.Update(t.Context(), store, "n", increment); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if got, err := store.Load(t.Context(), "n"); err != nil || string(got) != strconv.Itoa(callers*each) {
		t.Errorf("%s, %v, want %d", got, err, callers*each)
	}
}

func TestUpdateFromLoadsOnlyWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	store := newCounting()
	known, err := storage.UpdateFrom(t.Context(), store, "n", nil, increment)
	if err != nil || string(known) != "1" || store.loads != 0 {
		t.Fatalf("%q, %v after %d loads, want 1 after none", known, err, store.loads)
	}
	if known, err = storage.UpdateFrom(t.Context(), store, "n", []byte("7"), increment); err != nil || string(known) != "2" {
		t.Errorf("%q, %v, want 2", known, err)
	}
	if store.loads != 1 {
		t.Errorf("%d loads, want 1", store.loads)
	}
}

func TestChangesThatWriteNothing(t *testing.T) {
	t.Parallel()
	mistake := errors.New("a mistake")
	for name, row := range map[string]struct {
		change storage.Change
		want   error
	}{
		"one that leaves the record as it is": {func([]byte) ([]byte, time.Duration, error) { return nil, 0, storage.ErrUnchanged }, nil},
		"one that deletes no record":          {func([]byte) ([]byte, time.Duration, error) { return nil, 0, nil }, nil},
		"one that fails":                      {func([]byte) ([]byte, time.Duration, error) { return nil, 0, mistake }, mistake},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newCounting()
			if err := storage.Update(t.Context(), store, "n", row.change); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if store.swaps != 0 {
				t.Errorf("%d swaps, want none", store.swaps)
			}
		})
	}
}

func TestUpdateDeletes(t *testing.T) {
	t.Parallel()
	store := newCounting()
	for _, change := range []storage.Change{increment, func([]byte) ([]byte, time.Duration, error) { return nil, 0, nil }} {
		if err := storage.Update(t.Context(), store, "n", change); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Load(t.Context(), "n"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
}

// contested is a store in which another process writes before every swap.
type contested struct{ *counting }

func (c contested) CompareAndSwap(context.Context, string, []byte, []byte, time.Duration) (bool, error) {
	c.swaps++
	return false, nil
}

func TestUpdateGivesUpWhereOthersAreQuickerEveryTime(t *testing.T) {
	t.Parallel()
	store := contested{newCounting()}
	if err := storage.Update(t.Context(), store, "n", increment); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("%v, want ErrUnavailable", err)
	}
	if store.swaps != 200 {
		t.Errorf("%d swaps, want 200", store.swaps)
	}
}
