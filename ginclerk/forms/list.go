package forms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// listed is a form in its owner's list. The list has the oldest form first.
type listed struct {
	Key     string `json:"k"` // key of the record in the store; it does not reveal the id
	Expires int64  `json:"e"` // milliseconds
	Charge  int64  `json:"c"` // bytes of the total that the form takes
}

// findRoom returns the entries of a full list whose forms no longer exist: a process that claimed a form may have died before it
// removed the entry. If all forms exist, it returns ErrTooMany. It reads the forms one by one and holds no lock meanwhile.
func (pk *Parking) findRoom(ctx context.Context, owner Owner) (gone []string, err error) {
	record, err := pk.load(ctx, owner.key())
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list := pk.readList(record)
	if len(list) < pk.config.PerOwner {
		return nil, nil
	}
	for _, form := range list {
		_, err := pk.load(ctx, form.Key)
		switch {
		case errors.Is(err, ErrNotFound):
			gone = append(gone, form.Key)
		case err != nil:
			return nil, err
		}
	}
	if len(list)-len(gone) >= pk.config.PerOwner {
		return nil, ErrTooMany
	}
	return gone, nil
}

// One owner may use 1/ownerPart of the total, and at least the bytes of leastForms of the longest forms. Without this limit, a
// few users with many long forms would fill the parking.
const (
	ownerPart  = 32
	leastForms = 3
)

func (pk *Parking) ownerTotal() int64 {
	return max(pk.config.MaxTotal/ownerPart, leastForms*(pk.config.MaxForm+leastForms*overhead))
}

// enlist puts a form on its owner's list and removes the entries whose forms are gone. If the list is full, it returns
// ErrTooMany.
func (pk *Parking) enlist(ctx context.Context, owner Owner, form listed, gone []string) error {
	return pk.update(ctx, owner.key(), func(old []byte) ([]byte, error) {
		list := pk.readList(old)
		list = slices.DeleteFunc(list, func(there listed) bool { return slices.Contains(gone, there.Key) })
		total := form.Charge
		for _, there := range list {
			total += there.Charge
		}
		if len(list) >= pk.config.PerOwner || total > pk.ownerTotal() {
			return nil, ErrTooMany
		}
		return writeList(append(list, form))
	})
}

// delist takes a form off its owner's list.
func (pk *Parking) delist(ctx context.Context, owner Owner, key string) error {
	return pk.update(ctx, owner.key(), func(old []byte) ([]byte, error) {
		list := pk.readList(old)
		return writeList(slices.DeleteFunc(list, func(form listed) bool { return form.Key == key }))
	})
}

// readList returns the entries that have not expired. A record that cannot be read is an empty list.
func (pk *Parking) readList(record []byte) []listed {
	var list []listed
	if record != nil {
		if err := json.Unmarshal(record, &list); err != nil {
			return nil
		}
	}
	now := pk.config.Now().UnixMilli()
	return slices.DeleteFunc(list, func(form listed) bool { return form.Expires <= now })
}

func writeList(list []listed) ([]byte, error) { return writeRecord(list, len(list)) }

// writeRecord returns the JSON of a record with so many entries, and nil, which removes the record, for one without entries.
func writeRecord(record any, entries int) ([]byte, error) {
	if entries == 0 {
		return nil, nil
	}
	written, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("forms: write record: %w", err)
	}
	return written, nil
}
