package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/storage/storagetest"
)

func TestMemoryIsAStore(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(*testing.T) (storage.Store, func(time.Duration)) {
		clock := clocktest.At(clocktest.Noon())
		return storage.NewMemory(storage.MemoryConfig{Now: clock.Now}), clock.Advance
	})
}

func TestTheZeroConfigIsUseful(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(*testing.T) (storage.Store, func(time.Duration)) {
		return storage.NewMemory(storage.MemoryConfig{}), nil
	})
}

func TestARecordEndsToTheNanosecond(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(clocktest.Noon())
	memory := storage.NewMemory(storage.MemoryConfig{Now: clock.Now})
	mustSwap(t, memory, "a", nil, []byte("1"), time.Minute)
	clock.Advance(time.Minute - time.Nanosecond)
	if _, err := memory.Load(t.Context(), "a"); err != nil {
		t.Errorf("before its end: %v", err)
	}
	clock.Advance(time.Nanosecond)
	if _, err := memory.Load(t.Context(), "a"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("at its end: %v, want ErrNotFound", err)
	}
}

func TestAFullStoreKeepsWhatItHasAndTakesNoMore(t *testing.T) {
	t.Parallel()
	const limit, size = 64 << 10, 1 << 10
	clock := clocktest.At(clocktest.Noon())
	memory := storage.NewMemory(storage.MemoryConfig{MaxBytes: limit, Now: clock.Now})
	data := bytes.Repeat([]byte("x"), size)
	kept := fill(t, memory, "first", data, time.Minute)
	if kept >= limit/size || kept < limit/size*3/4 {
		t.Errorf("%d records of %d bytes fit into %d", kept, size, limit)
	}
	for i := range kept {
		if got, err := memory.Load(t.Context(), fmt.Sprintf("first%d", i)); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("record %d of a full store: %v", i, err)
		}
	}
	// A record that replaces one of the same size, or a smaller one, has room.
	mustSwap(t, memory, "first0", data, bytes.Repeat([]byte("y"), size), time.Minute)
	if _, err := memory.CompareAndSwap(t.Context(), "first0", bytes.Repeat([]byte("y"), size), make([]byte, 2*size), time.Minute); !errors.Is(err, storage.ErrFull) {
		t.Errorf("a replacement that is too large: %v, want ErrFull", err)
	}
	mustSwap(t, memory, "first1", data, nil, 0)
	mustSwap(t, memory, "next1", nil, data[:len(data)-4], time.Hour)
	// All expired records make room.
	clock.Advance(time.Minute)
	if again := fill(t, memory, "again", data, time.Minute); again != kept-1 {
		t.Errorf("%d records fit beside one that lives on, want %d", again, kept-1)
	}
}

func fill(t *testing.T, memory *storage.Memory, name string, data []byte, lifetime time.Duration) int {
	t.Helper()
	for kept := 0; ; kept++ {
		swapped, err := memory.CompareAndSwap(t.Context(), fmt.Sprintf("%s%d", name, kept), nil, data, lifetime)
		if errors.Is(err, storage.ErrFull) {
			return kept
		}
		if err != nil || !swapped {
			t.Fatalf("record %d: %t, %v", kept, swapped, err)
		}
	}
}

func mustSwap(t *testing.T, store storage.Store, key string, old, replacement []byte, lifetime time.Duration) {
	t.Helper()
	if swapped, err := store.CompareAndSwap(t.Context(), key, old, replacement, lifetime); err != nil || !swapped {
		t.Fatalf("swap %q: %t, %v", key, swapped, err)
	}
}

// TestManyShortRecordsLeaveNothing: expired records are dropped even if no caller loads them.
func TestManyShortRecordsLeaveNothing(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(clocktest.Noon())
	memory := storage.NewMemory(storage.MemoryConfig{MaxBytes: 16 << 10, Now: clock.Now})
	for i := range 10_000 {
		mustSwap(t, memory, fmt.Sprintf("webhook%d", i), nil, []byte("1"), 10*time.Second)
		clock.Advance(time.Second)
	}
}
