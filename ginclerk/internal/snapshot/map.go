// Package snapshot has a map that is read without a lock: each change makes a new one.
package snapshot

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Map keeps what was made for a key. It is for few keys that are read often: a new key copies the map. The zero value is empty. It is
// safe for concurrent use, and not to be copied.
type Map[K comparable, V any] struct {
	mu   sync.Mutex
	made atomic.Pointer[map[K]V] // never changed
}

// Get returns what was made for the key. If nothing was, it calls the function and keeps what that returns without an error; two calls
// at the same time may both call it.
func (m *Map[K, V]) Get(key K, build func() (V, error)) (V, error) {
	if known := m.made.Load(); known != nil {
		if value, found := (*known)[key]; found {
			return value, nil
		}
	}
	value, err := build()
	if err != nil {
		return value, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	next := map[K]V{}
	if known := m.made.Load(); known != nil {
		next = maps.Clone(*known)
	}
	next[key] = value
	m.made.Store(&next)
	return value, nil
}
