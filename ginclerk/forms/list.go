package forms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// listed is one form in its owner's list, the oldest first.
type listed struct {
	Key     string `json:"k"` // the store's key, which does not tell the id
	Expires int64  `json:"e"` // milliseconds
}

// enlist puts a form on its owner's list, or returns ErrTooMany where that is full.
func (l *Lot) enlist(ctx context.Context, owner Owner, form listed) error {
	return l.update(ctx, owner.key(), func(old []byte) ([]byte, error) {
		list := l.readList(old)
		if len(list) >= l.config.PerOwner {
			var err error
			if list, err = l.prune(ctx, list); err != nil {
				return nil, err
			}
		}
		if len(list) >= l.config.PerOwner {
			return nil, ErrTooMany
		}
		return writeList(append(list, form))
	})
}

// prune takes forms off a list that are there no more: who took them may not have got to that.
func (l *Lot) prune(ctx context.Context, list []listed) ([]listed, error) {
	there := make([]listed, 0, len(list))
	for _, form := range list {
		_, err := l.load(ctx, form.Key)
		switch {
		case err == nil:
			there = append(there, form)
		case !errors.Is(err, ErrNotFound):
			return nil, err
		}
	}
	return there, nil
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
