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

func (t *table[T]) remove(id string) {
	v := t.byID[id]
	delete(t.byID, id)
	t.order = slices.DeleteFunc(t.order, func(o *T) bool { return o == v })
}
