package ratelimit

import "slices"

// several decides on charges whose counters may be in several shards, with all of them locked.
func (m *Memory) several(now int64, charges []Charge, spend bool) Decision {
	var space [MaxCharges]Counts
	counts := space[:len(charges)]
	held := m.hold(charges)
	defer held.release()
	for i := range charges {
		counts[i] = held.shards[i].counts(held.hashes[i], &held.counters[i])
	}
	d := Peek(now, charges, counts)
	if spend && d.Allowed {
		d.spend()
	}
	for i := range charges {
		held.shards[i].keep(now, held.hashes[i], &held.counters[i], d.At(i).Counts(), spend && d.Allowed)
	}
	return d
}

// holding is the locked shards of some charges.
type holding struct {
	counters [MaxCharges]counter // by charge, as the next two
	hashes   [MaxCharges]uint64
	shards   [MaxCharges]*shard
	order    [MaxCharges]*shard // each once, by place
	locked   int
}

// hold locks the charges' shards, always in the order of their places: two decisions about the same ones can't wait for each other.
func (m *Memory) hold(charges []Charge) holding {
	var h holding
	for i := range charges {
		h.counters[i] = counterOf(&charges[i])
		h.hashes[i] = h.counters[i].hash(m.seed)
		s := m.shard(h.hashes[i])
		h.shards[i] = s
		at, found := slices.BinarySearchFunc(h.order[:h.locked], s.place, func(s *shard, place int) int { return s.place - place })
		if !found {
			copy(h.order[at+1:], h.order[at:h.locked])
			h.order[at] = s
			h.locked++
		}
	}
	for _, s := range h.order[:h.locked] {
		s.mu.Lock()
		s.operation++
	}
	return h
}

func (h *holding) release() {
	for _, s := range h.order[:h.locked] {
		s.mu.Unlock()
	}
}
