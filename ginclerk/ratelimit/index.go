package ratelimit

// index finds a counter's slot. It is an open hash table with linear probing: a Go map would hash the names again and keep them twice.
// An entry holds 32 bits of the hash, which say where it belongs, and the slot's number plus one; 0 is free. The zero value is
// empty.
type index struct {
	entries []uint64 // a power of two
	live    int
}

const firstEntries = 8

func entryOf(hash uint64, at int32) uint64 { return hash>>32<<32 | uint64(uint32(at)+1) } //nolint:gosec // slots are below 2^31

func (x *index) home(entry uint64) int { return int(entry>>32) & (len(x.entries) - 1) }

func (x *index) next(i int) int { return (i + 1) & (len(x.entries) - 1) }

// find is the slot of the counter, which same recognises among those of the same hash.
func (x *index) find(hash uint64, slots []slot, key *counter) (int32, bool) {
	if len(x.entries) == 0 {
		return 0, false
	}
	for i := x.home(hash); x.entries[i] != 0; i = x.next(i) {
		if entry := x.entries[i]; entry>>32 == hash>>32 {
			if at := int32(uint32(entry)) - 1; slots[at].counter == *key { //nolint:gosec // slots are below 2^31
				return at, true
			}
		}
	}
	return 0, false
}

// insert adds an entry that is not there yet. A quarter of the table stays free, so that every search ends soon.
func (x *index) insert(hash uint64, at int32) {
	if 4*(x.live+1) > 3*len(x.entries) {
		x.grow()
	}
	x.live++
	x.put(entryOf(hash, at))
}

func (x *index) put(entry uint64) {
	i := x.home(entry)
	for x.entries[i] != 0 {
		i = x.next(i)
	}
	x.entries[i] = entry
}

func (x *index) grow() {
	old := x.entries
	x.entries = make([]uint64, max(firstEntries, 2*len(old)))
	for _, entry := range old {
		if entry != 0 {
			x.put(entry)
		}
	}
}

// remove takes out the entry, which is there, and closes the gap: later entries of the same run move up, unless that were before
// their home.
func (x *index) remove(hash uint64, at int32) {
	gap, entry := x.home(hash), entryOf(hash, at)
	for x.entries[gap] != entry {
		gap = x.next(gap)
	}
	for i := x.next(gap); x.entries[i] != 0; i = x.next(i) {
		mask := len(x.entries) - 1
		if home := x.home(x.entries[i]); (i-home)&mask >= (i-gap)&mask {
			x.entries[gap] = x.entries[i]
			gap = i
		}
	}
	x.entries[gap] = 0
	x.live--
}
