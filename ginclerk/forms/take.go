package forms

import (
	"context"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
)

// Take returns a form of the owner and ends it: of all calls for one id, on all replicas, one at most gets the form, the
// others [ErrNotFound]. With any other error, of the store, the form was not given out, and may or may not be there still.
func (l *Lot) Take(ctx context.Context, id string, owner Owner) (Form, error) {
	ctx, cancel := bounded.Within(ctx, takeTime)
	defer cancel()
	p, record, err := l.find(ctx, id, owner)
	if err != nil {
		return Form{}, err
	}
	deleted, err := l.config.Store.CompareAndSwap(ctx, key(id), record, nil, 0)
	if err != nil {
		return Form{}, storeError(err)
	}
	if !deleted {
		return Form{}, ErrNotFound
	}
	l.tidy(ctx, "count out a form", func(ctx context.Context) error {
		return l.release(ctx, owner, p.expires, charge(record))
	})
	l.tidy(ctx, "take a form off its list", func(ctx context.Context) error {
		return l.delist(ctx, owner, key(id))
	})
	return p.form, nil
}

// Drop ends a form of the owner without giving it out. Errors are [ErrNotFound] and the store's.
func (l *Lot) Drop(ctx context.Context, id string, owner Owner) error {
	if _, err := l.Take(ctx, id, owner); err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	return nil
}

// find returns a form of the owner with its record as stored, or ErrNotFound.
func (l *Lot) find(ctx context.Context, id string, owner Owner) (parked, []byte, error) {
	if !isID(id) || !owner.valid() {
		return parked{}, nil, ErrNotFound
	}
	record, err := l.load(ctx, key(id))
	if err != nil {
		return parked{}, nil, err
	}
	p, err := l.open(id, owner, record)
	return p, record, err
}
