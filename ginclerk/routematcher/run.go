package routematcher

import (
	"regexp/syntax"
	"unicode/utf8"
)

// run is one match of a machine against a path. Its memory is used again for the next.
type run struct {
	machine   *machine
	path      string
	indexes   []int // submatch indexes on the way that is being followed; empty when only the answer counts
	now, then *places
}

func newRun(m *machine) *run {
	size := len(m.program.Inst)
	return &run{machine: m, now: newPlaces(size), then: newPlaces(size)}
}

func (r *run) reset(path string, captures int) {
	r.path = path
	r.indexes = r.indexes[:0]
	for range captures {
		r.indexes = append(r.indexes, -1)
	}
}

// match reports whether the whole path matches, and the submatch indexes of the match, valid until the next reset.
func (r *run) match() (indexes []int, ok bool) {
	r.now.clear()
	before := rune(-1)
	for at := 0; ; {
		next, size := r.runeAt(at)
		if at == 0 {
			r.follow(r.now, uint32(r.machine.program.Start), at, syntax.EmptyOpContext(before, next)) //nolint:gosec // an index
		}
		if size == 0 || len(r.now.order) == 0 {
			break
		}
		at += size
		after, _ := r.runeAt(at)
		r.step(next, at, syntax.EmptyOpContext(next, after))
	}
	for _, place := range r.now.order {
		if r.machine.program.Inst[place].Op == syntax.InstMatch {
			return r.now.indexes(place, len(r.indexes)), true
		}
	}
	return nil, false
}

// runeAt returns the character at an offset of the path and its size; -1 and 0 at the end.
func (r *run) runeAt(at int) (char rune, size int) {
	if at >= len(r.path) {
		return -1, 0
	}
	return utf8.DecodeRuneInString(r.path[at:])
}

// step moves every way that can take char on to the offset behind it.
func (r *run) step(char rune, at int, around syntax.EmptyOp) {
	r.then.clear()
	for _, place := range r.now.order {
		inst := &r.machine.program.Inst[place]
		if !consumes(inst.Op) || !inst.MatchRune(char) {
			continue
		}
		copy(r.indexes, r.now.indexes(place, len(r.indexes)))
		r.follow(r.then, inst.Out, at, around)
	}
	r.now, r.then = r.then, r.now
}

func consumes(op syntax.InstOp) bool {
	switch op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	default:
		return false
	}
}

// follow adds a place and all that can be reached from it without taking a character.
func (r *run) follow(into *places, place uint32, at int, around syntax.EmptyOp) {
	if !into.add(place) {
		return
	}
	inst := &r.machine.program.Inst[place]
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		r.follow(into, inst.Out, at, around)
		r.follow(into, inst.Arg, at, around)
	case syntax.InstNop:
		r.follow(into, inst.Out, at, around)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(inst.Arg)&^around == 0 { //nolint:gosec // an EmptyOp by the instruction's definition
			r.follow(into, inst.Out, at, around)
		}
	case syntax.InstCapture:
		if r.machine.guards[inst.Arg].allows(r.path[at:]) {
			r.capture(into, inst, at, around)
		}
	case syntax.InstFail:
	default:
		into.setIndexes(place, r.indexes)
	}
}

func (r *run) capture(into *places, inst *syntax.Inst, at int, around syntax.EmptyOp) {
	slot := int(inst.Arg)
	if slot >= len(r.indexes) {
		r.follow(into, inst.Out, at, around)
		return
	}
	old := r.indexes[slot]
	r.indexes[slot] = at
	r.follow(into, inst.Out, at, around)
	r.indexes[slot] = old
}
