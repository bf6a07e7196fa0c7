package storage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxUpdates bounds how often an update starts again because another one was faster.
const maxUpdates = 200

// ErrUnchanged is what a [Change] returns to leave the record as it is. [Update] and [UpdateFrom] then return no error.
var ErrUnchanged = errors.New("storage: unchanged")

// Change computes the next record from the old one. old is nil if the store has no record. Change returns the next record and its
// lifetime, or a nil record to delete it. It must not change old. It may be called several times.
type Change func(old []byte) (next []byte, lifetime time.Duration, err error)

// Update changes a record by compare-and-swap: it loads the record, calls change and writes the result. If another caller has
// written the record in the meantime, Update starts again. An error of change ends the update and is returned as it is. If other
// callers are faster 200 times in a row, the error matches [ErrUnavailable]. All other errors are those of the store.
func Update(ctx context.Context, store Store, key string, change Change) error {
	old, err := loadOrNil(ctx, store, key)
	if err != nil {
		return err
	}
	_, err = UpdateFrom(ctx, store, key, old, change)
	return err
}

// UpdateFrom is [Update] for callers that may know the record: it begins with known, and loads the record only if the store has
// another one. It returns the last record that it knows, also with an error.
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
