package ratelimit

import (
	"context"
	"fmt"
	"hash/maphash"
	"math/bits"
	"runtime"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
)

const (
	// DefaultMaxKeys is how many counters a [Memory] holds unless it is told otherwise: about 20 MB.
	DefaultMaxKeys = 1 << 17
	// minKeysPerShard keeps the shards of a small store large enough that chance fills them evenly.
	minKeysPerShard = 256
	maxShards       = 1 << 10
	maxKeys         = 1 << 30 // slots are numbered in 32 bits
)

// Config configures a [Memory]. The zero value is useful.
type Config struct {
	// MaxKeys bounds how many counters there are: one for each key under each policy. 0 means DefaultMaxKeys; fewer than
	// [MaxCharges] are raised to that, and more than 2^30 lowered. Each shard has its part, so some are evicted a little before all are full.
	MaxKeys int
	// Shards is how many locks share the counters, rounded up to a power of two; 0 chooses by the processors. There are fewer where
	// MaxKeys is small.
	Shards int
	// Now is the clock; nil means the wall clock.
	Now func() time.Time
}

// Memory is a [Store] in memory: no other process sees it, and what it holds ends with the process. It starts no goroutine and
// needs no closing. Make one with [NewMemory]; it is safe for concurrent use.
//
// It holds MaxKeys counters at most. Those that can't count any more, two windows after they were last in use, are swept while
// others are written. A new one that finds no room evicts one that was not used for long: the least recently used of a few
// that it looks at. What is evicted is forgotten: its key has its whole limit again. MaxKeys should be above the number of keys that
// can be busy within two windows; a client that can make up keys at will (addresses, say) can make others be forgotten otherwise.
type Memory struct {
	now    func() time.Time
	seed   maphash.Seed
	shards []shard
}

// NewMemory returns an empty store.
func NewMemory(config Config) *Memory {
	keys := config.MaxKeys
	if keys <= 0 {
		keys = DefaultMaxKeys
	}
	keys = min(max(keys, MaxCharges), maxKeys)
	count := config.Shards
	if count <= 0 {
		count = 8 * runtime.GOMAXPROCS(0)
	}
	count = powerOfTwo(min(count, maxShards))
	for count > 1 && keys/count < minKeysPerShard {
		count /= 2
	}
	m := &Memory{now: clock.Or(config.Now), seed: maphash.MakeSeed(), shards: make([]shard, count)}
	for i := range m.shards {
		m.shards[i].place, m.shards[i].capacity, m.shards[i].seed = i, keys/count, m.seed
	}
	return m
}

// powerOfTwo is the smallest power of two that is not below n, which is positive.
func powerOfTwo(n int) int { return 1 << bits.Len(uint(n-1)) }

// Decide implements [Store]. It asks nothing of ctx: it never waits for anything but other decisions. One charge costs no
// allocation, unless its counter is new.
func (m *Memory) Decide(_ context.Context, charges ...Charge) (d Decision, err error) {
	if err = Check(charges); err != nil {
		return d, fmt.Errorf("ratelimit: decide: %w", err)
	}
	now := m.now().UnixMilli()
	if len(charges) > 1 {
		return m.several(now, charges, true), nil
	}
	key := counterOf(&charges[0])
	hash := key.hash(m.seed)
	s := m.shard(hash)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.decide(&d, now, hash, &key, &charges[0])
	return d, nil
}

// Peek implements [Store].
func (m *Memory) Peek(_ context.Context, charges ...Charge) (Decision, error) {
	if err := Check(charges); err != nil {
		return Decision{}, fmt.Errorf("ratelimit: peek: %w", err)
	}
	return m.several(m.now().UnixMilli(), charges, false), nil
}

// Reset implements [Store].
func (m *Memory) Reset(_ context.Context, charges ...Charge) error {
	if err := CheckCounters(charges); err != nil {
		return fmt.Errorf("ratelimit: reset: %w", err)
	}
	held := m.hold(charges)
	defer held.release()
	for i := range charges {
		held.shards[i].drop(held.hashes[i], &held.counters[i])
	}
	return nil
}

// Len is how many counters there are, those included that no longer count and were not swept yet.
func (m *Memory) Len() int {
	total := 0
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		total += s.index.live
		s.mu.Unlock()
	}
	return total
}

// shard takes the hash's low bits; the index takes the high ones.
func (m *Memory) shard(hash uint64) *shard { return &m.shards[hash%uint64(len(m.shards))] }
