package forms

import (
	"context"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
)

// Claim returns a form of the owner and removes it. Of all calls for one id, on all replicas, one at most gets the form; the
// others get [ErrNotFound]. With an error of the store, Claim gave the form to no caller, and the form may still exist.
func (pk *Parking) Claim(ctx context.Context, id string, owner Owner) (Form, error) {
	ctx, cancel := bounded.Within(ctx, takeTime)
	defer cancel()
	p, record, err := pk.find(ctx, id, owner)
	if err != nil {
		return Form{}, err
	}
	if err := pk.remove(ctx, key(id), record); err != nil {
		return Form{}, err
	}
	pk.tidy(ctx, "count out a form", func(ctx context.Context) error {
		return pk.release(ctx, owner, p.expires, charge(record))
	})
	pk.tidy(ctx, "take a form off its list", func(ctx context.Context) error {
		return pk.delist(ctx, owner, key(id))
	})
	return p.form, nil
}

// Discard removes a form of the owner. Errors are [ErrNotFound] and those of the store.
func (pk *Parking) Discard(ctx context.Context, id string, owner Owner) error {
	if _, err := pk.Claim(ctx, id, owner); err != nil {
		return fmt.Errorf("discard: %w", err)
	}
	return nil
}

// find returns a form of the owner with its record as stored, or ErrNotFound.
func (pk *Parking) find(ctx context.Context, id string, owner Owner) (parked, []byte, error) {
	if !isID(id) || !owner.valid() {
		return parked{}, nil, ErrNotFound
	}
	record, err := pk.load(ctx, key(id))
	if err != nil {
		return parked{}, nil, err
	}
	p, err := pk.open(id, owner, record)
	return p, record, err
}
