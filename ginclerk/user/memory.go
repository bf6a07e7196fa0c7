package user

import (
	"fmt"
	"hash/maphash"
	"math"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
)

const (
	// missingLifetime is how long it is remembered that Clerk has no user with an id.
	missingLifetime = 10 * time.Second
	// maxMemory is how much a memory keeps, in bytes.
	maxMemory = 8 << 20
	// stripes is how many parts the users are counted in. Where many users change, the answers about the others are remembered.
	stripes = 256
)

// sized is an answer of Clerk that a memory keeps.
type sized interface{ size() int }

// memory keeps answers of Clerk by the user's id. It is safe for concurrent use.
type memory[T sized] struct {
	now      func() time.Time
	lifetime time.Duration
	known    *otter.Cache[string, answer[T]]
	seed     maphash.Seed
	changes  [stripes]atomic.Uint64 // how often something was forgotten of the users whose ids have one hash

	questions flight.Group // that Clerk is asked just now
}

// question is what callers share who ask about the same ids, after the same changes. An id may be anything that somebody has made up.
func question(changes []uint64, ids []string) string { return fmt.Sprintf("%d %q", changes, ids) }

// changesOf is how often something was forgotten so far that each of the users may be concerned by.
func (m *memory[T]) changesOf(ids []string) []uint64 {
	changes := make([]uint64, 0, len(ids))
	for _, id := range ids {
		changes = append(changes, m.stripe(id).Load())
	}
	return changes
}

func (m *memory[T]) stripe(id string) *atomic.Uint64 {
	return &m.changes[maphash.String(m.seed, id)%stripes]
}

// answer is what Clerk said, and when it was asked.
type answer[T sized] struct {
	value T
	found bool
	asked time.Time
}

func newMemory[T sized](lifetime time.Duration, now func() time.Time) (*memory[T], error) {
	known, err := otter.New(&otter.Options[string, answer[T]]{
		MaximumWeight: maxMemory,
		Weigher:       func(id string, a answer[T]) uint32 { return weight(len(id) + a.value.size()) },
		Executor:      func(task func()) { task() }, // the cache starts no goroutine
		Logger:        &otter.NoopLogger{},
	})
	if err != nil {
		return nil, fmt.Errorf("user: memory: %w", err)
	}
	return &memory[T]{now: now, lifetime: lifetime, known: known, seed: maphash.MakeSeed()}, nil
}

func weight(bytes int) uint32 { return uint32(min(bytes, math.MaxUint32)) } //nolint:gosec // G115: it is bounded

// get returns what Clerk has said a moment ago. An answer from before the clock went back does not count.
func (m *memory[T]) get(id string) (answer[T], bool) {
	a, known := m.known.GetIfPresent(id)
	if !known {
		return answer[T]{}, false
	}
	lifetime := m.lifetime
	if !a.found {
		lifetime = min(lifetime, missingLifetime)
	}
	age := m.now().Sub(a.asked)
	return a, age >= 0 && age < lifetime
}

// keep keeps an answer, unless the user may have been forgotten since the question: it may be about what was.
func (m *memory[T]) keep(id string, a answer[T], changes uint64) {
	count := m.stripe(id)
	if count.Load() != changes {
		return
	}
	m.known.Set(id, a)
	if count.Load() != changes { // it may have been forgotten between the two
		m.known.Invalidate(id)
	}
}

func (m *memory[T]) forget(id string) {
	m.stripe(id).Add(1)
	m.known.Invalidate(id)
}
