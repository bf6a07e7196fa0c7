package forms_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

func noon() time.Time { return time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC) }

// watched is a store that counts its calls, fails on demand, and lists its records.
type watched struct {
	storage.Store
	mu      sync.Mutex
	records map[string][]byte // what was written last, by key; nil after deletion
	calls   int
	failAt  int              // the call that fails; 0 for none
	applied bool             // the failing swap happens, and only its answer is lost
	loaded  func(key string) // called when a record was found, before it is given out
}

func (w *watched) fails() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	return w.calls == w.failAt
}

func (w *watched) Load(ctx context.Context, key string) ([]byte, error) {
	if w.fails() {
		return nil, storage.ErrUnavailable
	}
	record, err := w.Store.Load(ctx, key)
	if err == nil && w.loaded != nil {
		w.loaded(key)
	}
	return record, err
}

func (w *watched) CompareAndSwap(ctx context.Context, key string, old, next []byte, lifetime time.Duration) (bool, error) {
	failing := w.fails()
	if failing && !w.applied {
		return false, storage.ErrUnavailable
	}
	swapped, err := w.Store.CompareAndSwap(ctx, key, old, next, lifetime)
	if swapped {
		w.mu.Lock()
		w.records[key] = bytes.Clone(next)
		w.mu.Unlock()
	}
	if failing {
		return false, storage.ErrUnavailable
	}
	return swapped, err
}

// keys lists the keys with a prefix that have a record.
func (w *watched) keys(prefix string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var keys []string
	for key, record := range w.records {
		if record != nil && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys
}

// yard is a parking with its store and clock.
type yard struct {
	*forms.Parking
	clock *clocktest.Clock
	store *watched
}

// keys are keys of a keyring.
func keys(b byte) [][]byte { return [][]byte{bytes.Repeat([]byte{b}, sealed.MinKeyLength)} }

func newRing(tb testing.TB, now func() time.Time, b byte) *sealed.Keyring {
	tb.Helper()
	ring, err := sealed.NewKeyring(sealed.Config{Keys: keys(b), Now: now})
	if err != nil {
		tb.Fatal(err)
	}
	return ring
}

func newYard(tb testing.TB, change func(*forms.Config)) *yard {
	tb.Helper()
	clock := clocktest.At(noon())
	y := &yard{clock: clock, store: &watched{
		Store: storage.NewMemory(storage.MemoryConfig{Now: clock.Now}), records: map[string][]byte{},
	}}
	config := forms.Config{Store: y.store, Keys: keys(1), Now: clock.Now}
	if change != nil {
		change(&config)
	}
	parking, err := forms.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	y.Parking = parking
	return y
}

// replica is another process with the same store.
func (y *yard) replica(tb testing.TB, change func(*forms.Config)) *yard {
	tb.Helper()
	return &yard{clock: y.clock, store: y.store, Parking: newYard(tb, func(c *forms.Config) {
		c.Store, c.Now = y.store, y.clock.Now
		if change != nil {
			change(c)
		}
	}).Parking}
}

func (y *yard) mustPark(tb testing.TB, form forms.Form) string {
	tb.Helper()
	id, err := y.Park(tb.Context(), form)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// has reports whether the parking has a form.
func (y *yard) has(tb testing.TB, id string, owner forms.Owner) bool {
	tb.Helper()
	_, err := y.Peek(tb.Context(), id, owner)
	if err != nil && !errors.Is(err, forms.ErrNotFound) {
		tb.Fatal(err)
	}
	return err == nil
}

const browserSecret = "0123456789abcdefghijkl"

func formOf(owner forms.Owner) forms.Form {
	return forms.Form{
		Method: "POST", Path: "/notes?draft=1", ContentType: "application/x-www-form-urlencoded",
		Body: []byte("title=Hello&text=World"), Owner: owner,
	}
}
