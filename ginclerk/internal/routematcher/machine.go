package routematcher

import (
	"regexp/syntax"
	"sync"
	"unicode/utf8"
)

// machine runs a regular expression with guards, which package regexp can't. It tries the ways through the program of
// regexp/syntax in JavaScript's order. It stops a way at a place in the program and an offset of the path that it has tried
// before, so its time is linear in the path.
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

// submatches returns indexes like [regexp.Regexp.FindStringSubmatchIndex], or nil without a match. It does not set those of the
// whole match.
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
	indexes []int    // submatch indexes of the current way; empty if the caller needs no indexes
	tried   []uint64 // one bit for each place in the program at each offset of the path
	left    []way    // ways to try when the current one fails, last first
}

// way is a place in the program and an offset of the path to continue from. With a slot it is a submatch index to restore, in
// at.
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

// follow runs to the end of a way and reports whether it matches. It records the ways that branch off.
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

// first reports whether the search visits a place and an offset for the first time.
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

// around returns which assertions hold at an offset: the ends of the path, of a line or of a word.
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
