package routematcher

import (
	"strings"
	"unicode/utf8"
)

// groupReader reads a regular expression as JavaScript does (without the u and v flags) and writes it for Go's engine.
type groupReader struct {
	t      *translator
	source string
	next   int // in source
	base   int // of source in the pattern
	depth  int // groups that are open
	atom   bool
}

func newGroupReader(t *translator, p part) *groupReader {
	return &groupReader{t: t, source: p.regexp, base: p.offset}
}

func (g *groupReader) translate() error {
	for g.next < len(g.source) {
		if err := g.term(); err != nil {
			return err
		}
	}
	if g.depth > 0 {
		return g.problemf(len(g.source), "a parenthesis is never closed")
	}
	return nil
}

// term reads one term: a character, a parenthesis, an assertion or a quantifier. It sets atom to whether a quantifier may
// follow.
func (g *groupReader) term() error {
	start := g.next
	switch c := g.source[start]; c {
	case '(':
		return g.open()
	case ')':
		if g.depth--; g.depth < 0 {
			return g.problemf(start, "a parenthesis is closed that was never opened")
		}
		g.write(")", 1, true)
	case '|':
		g.write("|", 1, false)
	case '^':
		g.write(`\A`, 1, false)
	case '$':
		g.write(`\z`, 1, false)
	case '.':
		g.write(lineEndClass().negated().String(), 1, true)
	case '*', '+', '?':
		return g.quantifier(1)
	case '[':
		return g.class()
	case '\\':
		return g.escaped()
	case '{':
		if length := countedLength(g.source[start:]); length > 0 {
			return g.quantifier(length)
		}
		g.write(`\{`, 1, true)
	default:
		char, size := utf8.DecodeRuneInString(g.source[start:])
		g.t.char(char)
		g.write("", size, true)
	}
	return nil
}

// write writes the translation of the next bytes of the source.
func (g *groupReader) write(translation string, length int, atom bool) {
	g.t.out.WriteString(translation)
	g.next += length
	g.atom = atom
}

func (g *groupReader) open() error {
	rest := g.source[g.next:]
	switch {
	case strings.HasPrefix(rest, "(?:"):
		g.depth++
		g.write("(?:", len("(?:"), false)
		return nil
	case strings.HasPrefix(rest, "(?!"):
		return g.lookahead()
	case strings.HasPrefix(rest, "(?="), strings.HasPrefix(rest, "(?<="), strings.HasPrefix(rest, "(?<!"):
		return g.problemf(g.next, "of lookarounds only (?!text), a negative lookahead for literal text, is supported")
	default:
		return g.problemf(g.next, "of groups only (?:…) and (?!text) are supported")
	}
}

// lookahead reads (?!text|text).
func (g *groupReader) lookahead() error {
	var texts guard
	var text strings.Builder
	for i := g.next + len("(?!"); i < len(g.source); i++ {
		switch c := g.source[i]; c {
		case ')', '|':
			if text.Len() == 0 {
				return g.problemf(i, "a lookahead for nothing never matches")
			}
			texts = append(texts, text.String())
			text.Reset()
			if c == ')' {
				g.t.guard(texts)
				g.write("", i+1-g.next, false)
				return nil
			}
		case '.', '*', '+', '?', '(', '[', ']', '{', '}', '^', '$':
			return g.problemf(i, "a lookahead must be for literal text, such as (?!/api|/admin); %q in it is not (put a backslash before it if it is meant literally)", c)
		case '\\':
			i++
			if i == len(g.source) || isWordByte(g.source[i]) {
				return g.problemf(i-1, "a lookahead must be for literal text; only punctuation can be escaped in it")
			}
			text.WriteByte(g.source[i])
		default:
			text.WriteByte(c)
		}
	}
	return g.problemf(g.next, "the lookahead is never closed")
}

func (g *groupReader) quantifier(length int) error {
	if !g.atom {
		return g.problemf(g.next, "nothing to repeat here")
	}
	end := g.next + length
	if end < len(g.source) && g.source[end] == '?' {
		end++
	}
	g.write(g.source[g.next:end], end-g.next, false)
	return nil
}

// countedLength returns the length of the quantifier {2}, {2,} or {2,3} at the start of s, or 0 if the brace is literal.
func countedLength(s string) int {
	low := digits(s[1:])
	end := 1 + low
	if low == 0 || end == len(s) {
		return 0
	}
	if s[end] == ',' {
		end++
		end += digits(s[end:])
	}
	if end == len(s) || s[end] != '}' {
		return 0
	}
	return end + 1
}

func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

func isWordByte(b byte) bool { return b < utf8.RuneSelf && !notInName(rune(b)) }

func (g *groupReader) problemf(offset int, format string, args ...any) error {
	return problemf(g.base+offset, format, args...)
}

func (g *groupReader) escaped() error {
	e, err := g.escape(g.next)
	if err != nil {
		return err
	}
	switch {
	case e.assertion != "":
		g.write(e.assertion, e.length, false)
	case e.class != nil:
		g.write(e.class.String(), e.length, true)
	default:
		g.t.char(e.char)
		g.write("", e.length, true)
	}
	return nil
}
