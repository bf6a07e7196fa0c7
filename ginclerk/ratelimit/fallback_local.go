package ratelimit

import (
	"sync/atomic"
	"time"
)

// local is what this process knows of the counters in the store.
type local struct {
	store *Memory
	// ahead is by how much the store's clock is ahead of ours (nanoseconds), so that its windows go on here where they were.
	ahead atomic.Int64
	now   func() time.Time
}

func newLocal(config FallbackConfig) *local {
	l := &local{now: config.Now}
	l.store = NewMemory(Config{MaxKeys: config.LocalKeys, Now: l.storeTime})
	return l
}

func (l *local) storeTime() time.Time { return l.now().Add(time.Duration(l.ahead.Load())) }

// learn takes over what the store has counted under policies that will need it.
func (l *local) learn(d Decision, config *FallbackConfig) {
	for i := range d.Len() {
		r := d.At(i)
		if config.of(r.Charge.Policy) != FailLocal {
			continue
		}
		l.ahead.Store(int64(time.UnixMilli(r.now).Sub(l.now())))
		l.store.learn(r.now, &r.Charge, r.counts)
	}
}

// learn sets a counter to what another store counted. Answers may overtake each other: in the same window more is newer.
func (m *Memory) learn(now int64, charge *Charge, counts Counts) {
	key := counterOf(charge)
	hash := key.hash(m.seed)
	shard := m.shard(hash)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	switch known := shard.counts(hash, &key); known.Start {
	case counts.Start:
		counts.Current, counts.Previous = max(counts.Current, known.Current), max(counts.Previous, known.Previous)
	case counts.Start + charge.Policy.Window.Milliseconds():
		return // it comes late: no counter goes back by one window ([Counts.At])
	}
	shard.keep(now, hash, &key, counts, counts.Current+counts.Previous > 0)
}
