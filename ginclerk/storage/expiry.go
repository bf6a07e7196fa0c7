package storage

import "time"

// record is one entry of a [Memory].
type record struct {
	key   string
	data  []byte
	until time.Time
	place int // in the queue
}

// size returns the bytes that a record counts. A nil record counts none.
func (r *record) size() int64 {
	if r == nil {
		return 0
	}
	return int64(len(r.key)+len(r.data)) + recordOverhead
}

// expiryQueue has the record that expires next at its head. It implements heap.Interface.
type expiryQueue []*record

func (q expiryQueue) Len() int           { return len(q) }
func (q expiryQueue) Less(i, j int) bool { return q[i].until.Before(q[j].until) }

func (q expiryQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push implements heap.Interface.
func (q *expiryQueue) Push(x any) {
	if r, ok := x.(*record); ok {
		r.place = len(*q)
		*q = append(*q, r)
	}
}

// Pop implements heap.Interface.
func (q *expiryQueue) Pop() any {
	last := len(*q) - 1
	r := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return r
}
