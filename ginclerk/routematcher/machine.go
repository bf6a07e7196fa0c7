package routematcher

import (
	"regexp/syntax"
	"sync"
)

// machine runs a regular expression with guards in it, which package regexp can't: it follows all ways through the
// program at once (Thompson's construction, with Pike's captures), so that its time is linear in the path and a guard
// may stand anywhere. Ways that come first in the pattern win, as in JavaScript.
type machine struct {
	program  *syntax.Prog
	guards   []guard   // by the argument of the capture instruction that marks the place
	captures int       // submatch indexes: two for each group and for the whole
	idle     sync.Pool // of *run
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
	r := m.begin(path, 0)
	defer m.idle.Put(r)
	_, ok := r.match()
	return ok
}

// submatches returns indexes as [regexp.Regexp.FindStringSubmatchIndex] does, nil without a match. Those of the whole
// match are not set.
func (m *machine) submatches(path string) []int {
	r := m.begin(path, m.captures)
	defer m.idle.Put(r)
	indexes, _ := r.match()
	return append([]int(nil), indexes...)
}

func (m *machine) begin(path string, captures int) *run {
	r, ok := m.idle.Get().(*run)
	if !ok {
		r = newRun(m)
	}
	r.reset(path, captures)
	return r
}
