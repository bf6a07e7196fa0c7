package forms

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// listed is one form in its owner's list, the oldest first.
type listed struct {
	Key     string `json:"k"` // the store's key, which does not tell the id
	Expires int64  `json:"e"` // milliseconds
}

// enlist puts a form on its owner's list and returns those that have to go for it.
func (l *Lot) enlist(ctx context.Context, owner Owner, form listed) ([]listed, error) {
	var gone []listed
	err := l.update(ctx, owner.key(), func(old []byte) ([]byte, error) {
		list := append(l.readList(old), form)
		surplus := max(0, len(list)-l.config.PerOwner)
		gone = list[:surplus]
		return writeList(list[surplus:])
	})
	return gone, err
}

// delist takes a form off its owner's list.
func (l *Lot) delist(ctx context.Context, owner Owner, key string) error {
	return l.update(ctx, owner.key(), func(old []byte) ([]byte, error) {
		list := l.readList(old)
		return writeList(slices.DeleteFunc(list, func(form listed) bool { return form.Key == key }))
	})
}

// readList reads a list less what has expired. One that can't be read is empty.
func (l *Lot) readList(record []byte) []listed {
	var list []listed
	if record != nil {
		if err := json.Unmarshal(record, &list); err != nil {
			return nil
		}
	}
	now := l.config.Now().UnixMilli()
	return slices.DeleteFunc(list, func(form listed) bool { return form.Expires <= now })
}

func writeList(list []listed) ([]byte, error) {
	if len(list) == 0 {
		return nil, nil
	}
	record, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("forms: write list: %w", err)
	}
	return record, nil
}
