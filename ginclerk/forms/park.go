package forms

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
)

// Park keeps a form and returns the id under which its owner finds it. Errors are [ErrInvalid], [ErrTooLarge], [ErrTooMany],
// [ErrFull] and those of the store; the form is then not parked. Park removes no other form.
func (pk *Parking) Park(ctx context.Context, form Form) (string, error) {
	if err := form.check(pk.config.MaxForm); err != nil {
		return "", err
	}
	ctx, cancel := bounded.Within(ctx, parkTime)
	defer cancel()
	gone, err := pk.findRoom(ctx, form.Owner)
	if err != nil {
		return "", err
	}
	id := rand.Text()
	// The record has whole milliseconds.
	now := pk.config.Now().Truncate(time.Millisecond)
	p := parked{form: form, at: now, expires: now.Add(pk.config.Lifetime)}
	record, err := pk.seal(id, p)
	if err != nil {
		return "", err
	}
	if err := pk.reserve(ctx, form.Owner, p.expires, charge(record)); err != nil {
		return "", err
	}
	if err := pk.put(ctx, id, p, record, gone); err != nil {
		pk.tidy(ctx, "withdraw a form", func(ctx context.Context) error {
			return pk.undo(ctx, key(id), form.Owner, p.expires, record)
		})
		return "", err
	}
	return id, nil
}

// charge returns the bytes of the total that a form takes.
func charge(record []byte) int64 { return int64(len(record)) + overhead }

// put writes the form, and then its entry on the list of the owner. The list may be full.
func (pk *Parking) put(ctx context.Context, id string, p parked, record []byte, gone []string) error {
	written, err := pk.config.Store.CompareAndSwap(ctx, key(id), nil, record, pk.config.Lifetime)
	if err != nil {
		return storeError(err)
	}
	if !written {
		return errors.New("forms: an id came twice")
	}
	return pk.enlist(ctx, p.form.Owner, listed{Key: key(id), Expires: p.expires.UnixMilli(), Charge: charge(record)}, gone)
}

// undo removes what a failed Park may have left behind: an error of the store does not tell whether it wrote the record.
func (pk *Parking) undo(ctx context.Context, key string, owner Owner, expires time.Time, record []byte) error {
	err := pk.withdraw(ctx, key, owner, expires, record)
	if errors.Is(err, ErrNotFound) {
		err = pk.release(ctx, owner, expires, charge(record))
	}
	return errors.Join(err, pk.delist(ctx, owner, key))
}

// withdraw deletes the record of a form and releases its bytes. Only the call that deletes the record releases them, so they are
// released once.
func (pk *Parking) withdraw(ctx context.Context, key string, owner Owner, expires time.Time, record []byte) error {
	if err := pk.remove(ctx, key, record); err != nil {
		return err
	}
	return pk.release(ctx, owner, expires, charge(record))
}
