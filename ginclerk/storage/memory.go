package storage

import (
	"bytes"
	"container/heap"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
)

// DefaultMaxBytes is the default of MemoryConfig.MaxBytes: how many bytes a [Memory] holds.
const DefaultMaxBytes = 64 << 20

// recordOverhead is about how many bytes a record takes in addition to its key and its value: in the map, in the heap, and
// itself.
const recordOverhead = 160

// MemoryConfig configures a [Memory]. The zero value is useful.
type MemoryConfig struct {
	// MaxBytes bounds the size of keys, records and overhead together; 0 means DefaultMaxBytes.
	MaxBytes int64
	// Now is the clock; nil means the wall clock.
	Now func() time.Time
}

// Memory is a [Store] in memory. Its records end with the process, and no other process sees them. It starts no goroutine: the
// next write removes expired records. Make one with [NewMemory]; it is safe for concurrent use.
type Memory struct {
	maxBytes int64
	now      func() time.Time

	mu      sync.Mutex
	records map[string]*record
	queue   expiryQueue
	bytes   int64
}

// NewMemory returns an empty store.
func NewMemory(config MemoryConfig) *Memory {
	if config.MaxBytes <= 0 {
		config.MaxBytes = DefaultMaxBytes
	}
	return &Memory{maxBytes: config.MaxBytes, now: clock.Or(config.Now), records: map[string]*record{}}
}

// ObeysContext returns true: no call takes longer than its context, because no call waits.
func (m *Memory) ObeysContext() bool { return true }

// Load implements [Store].
func (m *Memory) Load(ctx context.Context, key string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("storage: load: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.live(key, m.now())
	if found == nil {
		return nil, fmt.Errorf("storage: load: %w", ErrNotFound)
	}
	return copied(found.data), nil
}

// CompareAndSwap implements [Store]. The error matches [ErrFull] if the new record would exceed MaxBytes.
func (m *Memory) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	if err := Check(key, replacement, lifetime); err != nil {
		return false, fmt.Errorf("storage: swap: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("storage: swap: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.dropLapsed(now)
	found := m.live(key, now)
	if (found == nil) != (old == nil) || (found != nil && !bytes.Equal(found.data, old)) {
		return false, nil
	}
	if replacement == nil {
		m.drop(found)
		return true, nil
	}
	next := &record{key: key, data: copied(replacement), until: now.Add(lifetime)}
	if m.bytes-found.size()+next.size() > m.maxBytes {
		return false, fmt.Errorf("storage: swap: %w", ErrFull)
	}
	m.drop(found)
	m.keep(next)
	return true, nil
}

func (m *Memory) live(key string, now time.Time) *record {
	if found := m.records[key]; found != nil && now.Before(found.until) {
		return found
	}
	return nil
}

func (m *Memory) keep(r *record) {
	m.records[r.key] = r
	m.bytes += r.size()
	heap.Push(&m.queue, r)
}

func (m *Memory) drop(r *record) {
	if r == nil {
		return
	}
	delete(m.records, r.key)
	m.bytes -= r.size()
	heap.Remove(&m.queue, r.place)
}

// dropLapsed removes expired records. Without any, it costs one comparison.
func (m *Memory) dropLapsed(now time.Time) {
	for len(m.queue) > 0 && !now.Before(m.queue[0].until) {
		m.drop(m.queue[0])
	}
}

// copied returns a copy that is never nil, because an empty record is a record.
func copied(data []byte) []byte { return append(make([]byte, 0, len(data)), data...) }
