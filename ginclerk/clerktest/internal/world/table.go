package world

import "slices"

// table keeps values by id and in the order in which they were added.
type table[T any] struct {
	byID  map[string]*T
	order []*T
}

func newTable[T any]() table[T] { return table[T]{byID: make(map[string]*T)} }

func (t *table[T]) add(id string, v *T) {
	t.byID[id] = v
	t.order = append(t.order, v)
}

// first returns the oldest value that matches, or nil.
func (t *table[T]) first(match func(*T) bool) *T {
	if i := slices.IndexFunc(t.order, match); i >= 0 {
		return t.order[i]
	}
	return nil
}

// newest returns the values that match, newest first.
func (t *table[T]) newest(match func(*T) bool) []*T {
	return newestFirst(slices.DeleteFunc(slices.Clone(t.order), func(v *T) bool { return !match(v) }))
}

func (t *table[T]) remove(id string) {
	v := t.byID[id]
	delete(t.byID, id)
	t.order = slices.DeleteFunc(t.order, func(o *T) bool { return o == v })
}
