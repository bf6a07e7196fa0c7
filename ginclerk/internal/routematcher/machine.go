package routematcher

import (
	"regexp/syntax"
	"sync"
	"unicode/utf8"
)

// machine runs a regular expression with guards in it, which package regexp can't. It tries the ways through the program that
// regexp/syntax compiles in the order in which JavaScript does, and gives up a way at a place in the program and an offset of the
// path that it has tried before. So its time is linear in the path.
type machine struct {
	program  *syntax.Prog
	guards   []guard   // by the argument of the capture instruction that marks the place
	captures int       // submatch indexes: two for each group and for the whole
	idle     sync.Pool // of *search
}

func newMachine(source string, guards map[int]guard) (*machine, error) {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, err
	}
	captures := 2 * (parsed.MaxCap() + 1)
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	m := &machine{program: program, captures: captures, guards: make([]guard, captures)}
	for group, g := range guards {
		m.guards[2*group] = g
	}
	return m, nil
}

func (m *machine) matches(path string) bool {
	s := m.begin(path, 0)
	defer m.idle.Put(s)
	return s.match()
}

// submatches returns indexes as [regexp.Regexp.FindStringSubmatchIndex] does, nil without a match. Those of the whole
// match are not set.
func (m *machine) submatches(path string) []int {
	s := m.begin(path, m.captures)
	defer m.idle.Put(s)
	if !s.match() {
		return nil
	}
	return append([]int(nil), s.indexes...)
}

func (m *machine) begin(path string, captures int) *search {
	s, ok := m.idle.Get().(*search)
	if !ok {
		s = &search{machine: m}
	}
	s.path, s.indexes = path, s.indexes[:0]
	for range captures {
		s.indexes = append(s.indexes, -1)
	}
	words := len(m.program.Inst)*(len(path)+1)/64 + 1
	if cap(s.tried) < words {
		s.tried = make([]uint64, words)
	}
	s.tried = s.tried[:words]
	clear(s.tried)
	s.left = append(s.left[:0], way{place: uint32(m.program.Start), slot: noSlot}) //nolint:gosec // an index
	return s
}

// search looks for one match. The next search uses its memory again.
type search struct {
	machine *machine
	path    string
	indexes []int    // submatch indexes on the present way; empty where only the answer counts
	tried   []uint64 // a bit for each place in the program at each offset of the path
	left    []way    // what to try when the present way fails, from the end
}

// way is a place in the program to go on from, at an offset of the path. With a slot it is a submatch index to restore, in at.
type way struct {
	place    uint32
	at, slot int
}

const noSlot = -1

// match reports whether the whole path matches.
func (s *search) match() bool {
	for len(s.left) > 0 {
		next := s.left[len(s.left)-1]
		s.left = s.left[:len(s.left)-1]
		if next.slot != noSlot {
			s.indexes[next.slot] = next.at
		} else if s.follow(next.place, next.at) {
			return true
		}
	}
	return false
}

// follow goes on to the end of a way and reports whether it is a match. It notes the ways that leave it.
func (s *search) follow(place uint32, at int) bool {
	for s.first(place, at) {
		inst := &s.machine.program.Inst[place]
		switch inst.Op {
		case syntax.InstMatch:
			return at == len(s.path)
		case syntax.InstAlt, syntax.InstAltMatch:
			s.left = append(s.left, way{place: inst.Arg, at: at, slot: noSlot})
		case syntax.InstNop:
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&^s.around(at) != 0 { //nolint:gosec // an EmptyOp by the instruction's definition
				return false
			}
		case syntax.InstCapture:
			if !s.machine.guards[inst.Arg].allows(s.path[at:]) {
				return false
			}
			s.capture(int(inst.Arg), at)
		default: // takes a character; InstFail takes none
			char, size := utf8.DecodeRuneInString(s.path[at:])
			if size == 0 || !inst.MatchRune(char) {
				return false
			}
			at += size
		}
		place = inst.Out
	}
	return false
}

// first reports whether the search has not been at a place and an offset before.
func (s *search) first(place uint32, at int) bool {
	n := int(place)*(len(s.path)+1) + at
	bit := uint64(1) << (n % 64)
	if s.tried[n/64]&bit != 0 {
		return false
	}
	s.tried[n/64] |= bit
	return true
}

func (s *search) capture(slot, at int) {
	if slot < len(s.indexes) {
		s.left = append(s.left, way{at: s.indexes[slot], slot: slot})
		s.indexes[slot] = at
	}
}

// around returns what is true of an offset: whether it is an end of the path, or of a line or a word.
func (s *search) around(at int) syntax.EmptyOp {
	before, after := rune(-1), rune(-1)
	if at > 0 {
		before, _ = utf8.DecodeLastRuneInString(s.path[:at])
	}
	if at < len(s.path) {
		after, _ = utf8.DecodeRuneInString(s.path[at:])
	}
	return syntax.EmptyOpContext(before, after)
}
