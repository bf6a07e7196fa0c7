package storage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxUpdates bounds how often an update starts again because another one was quicker.
const maxUpdates = 200

// ErrUnchanged is what a [Change] returns to leave the record as it is. [Update] and [UpdateFrom] then return no error.
var ErrUnchanged = errors.New("storage: unchanged")

// Change works out what becomes of a record. It gets nil where the store has none, and returns the next record and how long that
// lives, or a nil record to delete it. It must not change old. It may be called several times.
type Change func(old []byte) (next []byte, lifetime time.Duration, err error)

// Update changes a record by compare-and-swap: it loads the record, calls change and writes what that returns, and starts again
// where another caller has written meanwhile. An error of change ends it and is returned as it is. Where others are quicker 200
// times in a row, the error matches [ErrUnavailable]. All else is an error of the store.
func Update(ctx context.Context, store Store, key string, change Change) error {
	old, err := loadOrNil(ctx, store, key)
	if err != nil {
		return err
	}
	_, err = UpdateFrom(ctx, store, key, old, change)
	return err
}

// UpdateFrom is [Update] for callers that may know the record already: it begins with known in place of what the store has, and
// loads the record only where that turns out to be wrong. It returns the record as it knows it at the end, also with an error.
func UpdateFrom(ctx context.Context, store Store, key string, known []byte, change Change) ([]byte, error) {
	for range maxUpdates {
		next, lifetime, err := change(known)
		if errors.Is(err, ErrUnchanged) {
			return known, nil
		}
		if err != nil {
			return known, err
		}
		if known == nil && next == nil {
			return nil, nil
		}
		swapped, err := store.CompareAndSwap(ctx, key, known, next, lifetime)
		if err != nil {
			return known, err
		}
		if swapped {
			return next, nil
		}
		if known, err = loadOrNil(ctx, store, key); err != nil {
			return known, err
		}
	}
	return known, fmt.Errorf("%w: others changed the record every time", ErrUnavailable)
}

// loadOrNil is [Store.Load] with nil for a record that the store does not have.
func loadOrNil(ctx context.Context, store Store, key string) ([]byte, error) {
	record, err := store.Load(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return record, err
}
