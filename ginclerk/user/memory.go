package user

import (
	"fmt"
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
)

// sized is an answer of Clerk that a memory keeps.
type sized interface{ size() int }

// memory keeps answers of Clerk by the user's id. It is safe for concurrent use.
type memory[T sized] struct {
	now      func() time.Time
	lifetime time.Duration
	known    *otter.Cache[string, answer[T]]
	changes  atomic.Uint64 // how often something was forgotten

	questions flight.Group // that Clerk is asked just now
}

// question is what callers share who ask about the same ids, after the same change. An id may be anything that somebody has made up.
func question(changes uint64, ids ...string) string { return fmt.Sprintf("%d %q", changes, ids) }

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
	return &memory[T]{now: now, lifetime: lifetime, known: known}, nil
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

// keep keeps an answer, unless something was forgotten since the question: it may be about what was.
func (m *memory[T]) keep(id string, a answer[T], changes uint64) {
	if m.changes.Load() != changes {
		return
	}
	m.known.Set(id, a)
	if m.changes.Load() != changes { // it may have been forgotten between the two
		m.known.Invalidate(id)
	}
}

func (m *memory[T]) forget(id string) {
	m.changes.Add(1)
	m.known.Invalidate(id)
}
