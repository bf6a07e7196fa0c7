package bounded

import (
	"bytes"
	"context"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// Store wraps a [storage.Store] and limits how long each call takes. Make one with [NewStore].
type Store struct {
	next storage.Store
	line *Line
}

// NewStore returns a store whose calls take at most that long.
func NewStore(next storage.Store, most time.Duration) *Store {
	return &Store{next: next, line: NewLine(next, most)}
}

// Load implements [storage.Store].
func (s *Store) Load(ctx context.Context, key string) ([]byte, error) {
	return Ask(ctx, s.line, func(ctx context.Context) ([]byte, error) { return s.next.Load(ctx, key) })
}

// CompareAndSwap implements [storage.Store].
func (s *Store) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	if !s.line.obeys { // the call may be left behind
		old, replacement = bytes.Clone(old), bytes.Clone(replacement)
	}
	return Ask(ctx, s.line, func(ctx context.Context) (bool, error) {
		return s.next.CompareAndSwap(ctx, key, old, replacement, lifetime)
	})
}

// Lasting implements [storage.Lasting]: it returns the answer of the wrapped store.
func (s *Store) Lasting() bool { return storage.Lasts(s.next) }
