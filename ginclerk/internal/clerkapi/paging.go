package clerkapi

// The lists of the Backend API are paged by offset and change while they are read: when an entry leaves the list, the entries
// behind it move up, and a reader that continues at the next offset misses one. Each page therefore starts with the last entry of
// the page before. If that entry is not there any more, the list has moved, and the reader starts again.

const (
	pageSize  = 500 // the most that Clerk allows
	maxPages  = 256
	maxPasses = 8
)

// page is one answer of a list.
type page[T any] struct {
	items []T
	total int64
}

// lister reads a whole list.
type lister[T any] struct {
	op    string
	fetch func(offset, limit int64) (page[T], error)
	id    func(T) string
	next  func() error // called before each request except the first; nil means no call

	pages int
}

// all returns every entry that was in the list all the time, each once, in the list's order. It returns an error if the list is
// longer than maxPages or moves at every attempt, because a caller would take a part of the list for the whole list.
func (l *lister[T]) all() ([]T, error) {
	for range maxPasses {
		items, stable, err := l.pass()
		if err != nil {
			return nil, err
		}
		if stable {
			return items, nil
		}
	}
	return nil, &Error{Op: l.op, Code: codeUnexpected, Message: "the list changed at every attempt to read it"}
}

// pass reads the list once. It reports false when the list moved.
func (l *lister[T]) pass() (items []T, stable bool, err error) {
	seen := make(map[string]bool)
	anchor, offset := "", int64(0)
	for ; l.pages < maxPages; l.pages++ {
		if err := l.beforeNext(); err != nil {
			return nil, false, err
		}
		p, err := l.fetch(offset, pageSize)
		if err != nil {
			return nil, false, err
		}
		count := int64(len(p.items))
		if anchor != "" && (count == 0 || l.id(p.items[0]) != anchor) {
			l.pages++
			return nil, false, nil
		}
		for _, item := range p.items {
			if !seen[l.id(item)] {
				seen[l.id(item)] = true
				items = append(items, item)
			}
		}
		onlyAnchor := count == 0 || (count == 1 && anchor != "")
		// A short page may not be the last: the server may return fewer entries than requested.
		if onlyAnchor || (count < pageSize && offset+count >= p.total) {
			return items, true, nil
		}
		anchor, offset = l.id(p.items[count-1]), offset+count-1
	}
	return nil, false, &Error{Op: l.op, Code: codeUnexpected, Message: "the list is too long"}
}

func (l *lister[T]) beforeNext() error {
	if l.next == nil || l.pages == 0 {
		return nil
	}
	return l.next()
}
