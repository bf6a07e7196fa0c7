package routematcher

import (
	"strings"
	"unicode/utf8"
)

// class reads a class in brackets.
func (g *groupReader) class() error {
	i := g.next + 1
	negated := strings.HasPrefix(g.source[i:], "^")
	if negated {
		i++
	}
	var set class
	for i < len(g.source) && g.source[i] != ']' {
		added, length, err := g.classItem(i)
		if err != nil {
			return err
		}
		set = append(set, added...)
		i += length
	}
	if i >= len(g.source) {
		return g.problemf(g.next, "the class in brackets is never closed")
	}
	if negated || !g.t.exact { // what is excluded stays excluded in both cases
		set = set.folded()
	}
	if negated {
		set = set.negated()
	}
	g.write(set.String(), i+1-g.next, true)
	return nil
}

// classItem reads a character, a range or a class such as \d inside brackets.
func (g *groupReader) classItem(i int) (class, int, error) {
	first, err := g.classAtom(i)
	if err != nil {
		return nil, 0, err
	}
	dash := i + first.length
	if !strings.HasPrefix(g.source[dash:], "-") || dash+1 == len(g.source) || g.source[dash+1] == ']' {
		return first.set(), first.length, nil
	}
	last, err := g.classAtom(dash + 1)
	if err != nil {
		return nil, 0, err
	}
	length := first.length + 1 + last.length
	if first.class != nil || last.class != nil {
		return append(append(first.set(), last.set()...), charRange{'-', '-'}), length, nil
	}
	if first.char > last.char {
		return nil, 0, g.problemf(i, "the range is in the wrong order")
	}
	return class{{first.char, last.char}}, length, nil
}

func (g *groupReader) classAtom(i int) (escape, error) {
	if g.source[i] != '\\' {
		char, size := utf8.DecodeRuneInString(g.source[i:])
		return escape{length: size, char: char}, nil
	}
	e, err := g.escape(i)
	switch {
	case err != nil:
		return escape{}, err
	case e.assertion == `\b`:
		return escape{length: e.length, char: '\b'}, nil
	case e.assertion != "":
		return escape{}, g.problemf(i, `the escape \B means nothing in brackets`)
	}
	return e, nil
}

func (e escape) set() class {
	if e.class != nil {
		return e.class
	}
	return class{{e.char, e.char}}
}
