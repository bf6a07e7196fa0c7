package forms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	// storeCall is how long one call to the store may take.
	storeCall = time.Second
	// parkTime is how long Park waits for the store, and takeTime how long Claim does.
	parkTime = time.Second
	takeTime = 2 * time.Second
	// tidyTime is how long a request may wait for cleaning up after its result is known.
	tidyTime = 500 * time.Millisecond
)

// update changes the record of a key by compare-and-swap. change gets nil if the store has no record, and returns nil to delete
// the record. It may be called several times.
func (pk *Parking) update(ctx context.Context, key string, change func(old []byte) ([]byte, error)) error {
	select {
	case pk.turn <- struct{}{}:
		defer func() { <-pk.turn }()
	case <-ctx.Done():
		return fmt.Errorf("forms: %w", context.Cause(ctx))
	}
	var problem error
	err := storage.Update(ctx, pk.config.Store, key, func(old []byte) ([]byte, time.Duration, error) {
		var next []byte
		if next, problem = change(old); problem == nil && bytes.Equal(old, next) {
			return nil, 0, storage.ErrUnchanged
		}
		return next, pk.config.Lifetime, problem
	})
	if problem != nil || err == nil {
		return problem
	}
	return storeError(err)
}

// load reads a record, or ErrNotFound.
func (pk *Parking) load(ctx context.Context, key string) ([]byte, error) {
	record, err := pk.config.Store.Load(ctx, key)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, storeError(err)
	}
	return record, nil
}

// remove deletes the record of a form. It returns ErrNotFound if the store has another record or none: of several callers, only
// one deletes the record.
func (pk *Parking) remove(ctx context.Context, key string, record []byte) error {
	deleted, err := pk.config.Store.CompareAndSwap(ctx, key, record, nil, 0)
	if err != nil {
		return storeError(err)
	}
	if !deleted {
		return ErrNotFound
	}
	return nil
}

// storeError names this package in an error of the store, and maps a full store to ErrFull.
func storeError(err error) error {
	if errors.Is(err, storage.ErrFull) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("forms: store: %w", err)
}

// tidy cleans up even if the request is over. It only logs an error, because a record that is left over expires.
func (pk *Parking) tidy(ctx context.Context, what string, do func(context.Context) error) {
	ctx, cancel := bounded.Within(context.WithoutCancel(ctx), tidyTime)
	defer cancel()
	if err := do(ctx); err != nil {
		pk.config.Logger.WarnContext(ctx, "forms: "+what, "error", err)
	}
}
