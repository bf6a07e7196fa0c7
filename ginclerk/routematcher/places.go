package routematcher

// places is the ordered set of the instructions that a run has reached, each with the submatch indexes of the first way
// that led there.
type places struct {
	order    []uint32
	position []int // in order, by instruction; counts only if order names the instruction there
	captured []int // submatch indexes, by instruction
}

func newPlaces(size int) *places {
	return &places{order: make([]uint32, 0, size), position: make([]int, size)}
}

func (p *places) clear() { p.order = p.order[:0] }

// add reports whether the instruction is new.
func (p *places) add(place uint32) bool {
	if i := p.position[place]; i < len(p.order) && p.order[i] == place {
		return false
	}
	p.position[place] = len(p.order)
	p.order = append(p.order, place)
	return true
}

func (p *places) setIndexes(place uint32, indexes []int) {
	if need := len(p.position) * len(indexes); len(p.captured) < need {
		p.captured = make([]int, need)
	}
	copy(p.indexes(place, len(indexes)), indexes)
}

func (p *places) indexes(place uint32, count int) []int {
	return p.captured[int(place)*count : (int(place)+1)*count]
}
