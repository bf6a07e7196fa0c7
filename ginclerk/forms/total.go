package forms

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

const (
	totalKey = "forms:total"
	// slots is the number of slots of time in a lifetime.
	slots = 60
)

// slotUse is the size of the forms that expire in one slot of time, in bytes, and their number.
type slotUse struct {
	Forms    int   `json:"n,omitempty"`
	Users    int64 `json:"u,omitempty"`
	Browsers int64 `json:"b,omitempty"`
}

// total is the record of all forms. The key is the end of the slot in which the forms expire, in Unix milliseconds.
type total map[int64]slotUse

// reserve adds a form to the total, or returns ErrFull.
func (pk *Parking) reserve(ctx context.Context, owner Owner, expires time.Time, charge int64) error {
	return pk.updateTotal(ctx, func(t total) error {
		var sum slotUse
		for _, use := range t {
			sum.Users += use.Users
			sum.Browsers += use.Browsers
		}
		limit := pk.config.MaxTotal
		if sum.Users+sum.Browsers+charge > limit || owner.IsBrowser() && sum.Browsers+charge > limit/2 {
			return ErrFull
		}
		t.add(pk.slot(expires), owner, charge, 1)
		return nil
	})
}

// release takes a form off the total.
func (pk *Parking) release(ctx context.Context, owner Owner, expires time.Time, charge int64) error {
	return pk.updateTotal(ctx, func(t total) error {
		t.add(pk.slot(expires), owner, -charge, -1)
		return nil
	})
}

// updateTotal changes the total, and tells of the forms whose time is over by now: who takes them off the total, does so once.
func (pk *Parking) updateTotal(ctx context.Context, change func(total) error) error {
	lapsed := 0
	err := pk.update(ctx, totalKey, func(old []byte) ([]byte, error) {
		var t total
		t, lapsed = pk.readTotal(old)
		if err := change(t); err != nil {
			return nil, err
		}
		return t.write()
	})
	if err == nil && lapsed > 0 {
		pk.config.Observer.Observe(context.Background(), observe.Event{Kind: observe.Lapsed, Count: lapsed}) //nolint:contextcheck // they are of other requests
	}
	return err
}

// slot is the end of the slot of time in which a form expires.
func (pk *Parking) slot(expires time.Time) int64 {
	width := (pk.config.Lifetime / slots).Milliseconds()
	return (expires.UnixMilli()/width + 1) * width
}

// readTotal returns the slots that are not over, and how many forms the others have. A record that cannot be read counts as empty, because
// otherwise the parking would never take a form again. Forms expire without the record.
func (pk *Parking) readTotal(record []byte) (t total, lapsed int) {
	t = total{}
	if record != nil {
		if err := json.Unmarshal(record, &t); err != nil || t == nil {
			return total{}, 0
		}
	}
	now := pk.config.Now().UnixMilli()
	maps.DeleteFunc(t, func(end int64, use slotUse) bool {
		if end > now {
			return false
		}
		lapsed += use.Forms
		return true
	})
	return t, lapsed
}

// add changes the use of a slot. The use never falls below zero: the record may have been lost since the form was counted.
func (t total) add(slot int64, owner Owner, charge int64, forms int) {
	use := t[slot]
	use.Forms = max(0, use.Forms+forms)
	if owner.IsBrowser() {
		use.Browsers = max(0, use.Browsers+charge)
	} else {
		use.Users = max(0, use.Users+charge)
	}
	if t[slot] = use; use == (slotUse{}) {
		delete(t, slot)
	}
}

func (t total) write() ([]byte, error) { return writeRecord(t, len(t)) }
