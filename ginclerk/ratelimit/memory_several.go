package ratelimit

import "slices"

// several decides on takes whose counters may be in several shards, with all of them locked.
func (m *Memory) several(now int64, takes []Take, charge bool) Decision {
	var space [MaxTakes]Counts
	counts := space[:len(takes)]
	held := m.hold(takes)
	defer held.release()
	for i := range takes {
		counts[i] = held.shards[i].counts(held.hashes[i], &held.counters[i])
	}
	d := Foresee(now, takes, counts)
	if charge && d.Allowed {
		d.charge()
	}
	for i := range takes {
		held.shards[i].keep(now, held.hashes[i], &held.counters[i], d.At(i).Counts(), charge && d.Allowed)
	}
	return d
}

// holding is the locked shards of some takes.
type holding struct {
	counters [MaxTakes]counter // by take, as the next two
	hashes   [MaxTakes]uint64
	shards   [MaxTakes]*shard
	order    [MaxTakes]*shard // each once, by place
	locked   int
}

// hold locks the takes' shards, always in the order of their places: two decisions about the same ones can't wait for each other.
func (m *Memory) hold(takes []Take) holding {
	var h holding
	for i := range takes {
		h.counters[i] = counterOf(&takes[i])
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
