package ratelimit

import (
	"crypto/sha256"
	"hash/maphash"
	"strings"
	"sync"
	"time"
)

const (
	// maxKeptKey bounds what a counter costs: longer keys are kept as their hash.
	maxKeptKey = 128
	// hashedPolicy begins the policies of counters whose keys are kept as hashes. No valid name begins so.
	hashedPolicy = "\x00"
	// sample is how many counters an eviction looks at, at least.
	sample = 8
	// sweepEvery and sweepNew: every so many decisions look at one counter that may be over, and every new counter at so many, so
	// that the store shrinks faster than it grows.
	sweepEvery, sweepNew = 16, 2
)

// counter names a counter.
type counter struct {
	policy, key string
	window      time.Duration
}

func counterOf(t *Charge) counter {
	c := counter{policy: t.Policy.Name, key: t.Key, window: t.Policy.Window}
	if len(c.key) > maxKeptKey {
		c.keepHash()
	}
	return c
}

// keepHash puts its hash in the place of the key, and marks the policy: a client that chooses its key must not come by another's
// counter with that one's hash.
func (c *counter) keepHash() {
	sum := sha256.Sum256([]byte(c.key))
	c.key, c.policy = string(sum[:]), hashedPolicy+c.policy
}

// hash mixes the names with a random seed, so that outsiders cannot choose names that collide.
func (c *counter) hash(seed maphash.Seed) uint64 {
	return maphash.String(seed, c.key) + 31*maphash.String(seed, c.policy) + 0x9e3779b97f4a7c15*uint64(c.window) //nolint:gosec // any bits will do
}

// shard is a part of the counters under one lock.
type shard struct {
	mu        sync.Mutex
	place     int
	capacity  int
	operation uint64 // how many decisions there were: the time by which "recently used" counts
	seed      maphash.Seed
	index     index
	slots     []slot
	free      []int32
	hand      int      // the next slot to be swept or evicted
	_         [64]byte // shards that are neighbours share no cache line
}

// slot holds one counter, or none if touched is 0.
type slot struct {
	counter counter
	counts  Counts
	touched uint64 // the operation that used it last
}

// decide is the way of most requests, one policy: what [Decide] does, written to where the caller wants it.
func (s *shard) decide(d *Decision, now int64, hash uint64, key *counter, charge *Charge) {
	s.operation++
	at, found := s.index.find(hash, s.slots, key)
	var counts Counts
	if found {
		counts = s.slots[at].counts
	}
	if d.lookAtOne(now, charge, counts); d.Allowed {
		d.single.spend()
	}
	if found {
		s.slots[at].touched, s.slots[at].counts = s.operation, d.single.counts
	} else if d.Allowed {
		s.add(now, hash, *key, d.single.counts)
	}
	if s.operation%sweepEvery == 0 {
		s.sweep(now, 1)
	}
}

func (s *shard) counts(hash uint64, key *counter) Counts {
	if at, found := s.index.find(hash, s.slots, key); found {
		return s.slots[at].counts
	}
	return Counts{}
}

// keep writes what a decision came to. One that charged nothing makes no counter.
func (s *shard) keep(now int64, hash uint64, key *counter, counts Counts, charged bool) {
	if at, found := s.index.find(hash, s.slots, key); found {
		s.slots[at].touched, s.slots[at].counts = s.operation, counts
	} else if charged {
		s.add(now, hash, *key, counts)
	}
}

func (s *shard) add(now int64, hash uint64, key counter, counts Counts) {
	s.sweep(now, sweepNew)
	key.key = strings.Clone(key.key) // the caller's may be a piece of something large
	at := s.room()
	s.slots[at] = slot{counter: key, counts: counts, touched: s.operation}
	s.index.insert(hash, at)
}

// room is a free slot.
func (s *shard) room() int32 {
	if len(s.free) == 0 && len(s.slots) < s.capacity {
		s.slots = append(s.slots, slot{})
		return int32(len(s.slots) - 1) //nolint:gosec // MaxKeys is below 2^31
	}
	if len(s.free) == 0 {
		s.evict()
	}
	at := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	return at
}

// evict drops the least recently used of the slots at the hand, but none that this very decision uses. Every slot is taken, and they are
// more than a decision can use.
func (s *shard) evict() {
	oldest := s.hand
	for looked := 0; looked < sample || s.slots[oldest].touched == s.operation; looked++ {
		if s.slots[s.hand].touched < s.slots[oldest].touched {
			oldest = s.hand
		}
		s.hand = (s.hand + 1) % len(s.slots)
	}
	s.clear(oldest)
}

// sweep looks at a few slots in turn and drops what no longer counts.
func (s *shard) sweep(now int64, slots int) {
	for range min(slots, len(s.slots)) {
		at := s.hand
		s.hand = (s.hand + 1) % len(s.slots)
		if s.slots[at].touched == 0 || s.slots[at].touched == s.operation {
			continue
		}
		// At also brings a counter back that a clock far ahead has left in the future, where it would never be over.
		s.slots[at].counts = s.slots[at].counts.At(now, s.slots[at].counter.window)
		if c := s.slots[at].counts; c.Current == 0 && c.Previous == 0 {
			s.clear(at)
		}
	}
}

func (s *shard) drop(hash uint64, key *counter) {
	if at, found := s.index.find(hash, s.slots, key); found {
		s.clear(int(at))
	}
}

func (s *shard) clear(at int) {
	s.index.remove(s.slots[at].counter.hash(s.seed), int32(at)) //nolint:gosec // MaxKeys is below 2^31
	s.slots[at] = slot{}
	s.free = append(s.free, int32(at)) //nolint:gosec // MaxKeys is below 2^31
}
