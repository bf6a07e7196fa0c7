package routematcher

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// class is a set of characters as JavaScript reads it.
type class []charRange

type charRange struct{ first, last rune }

func textClass(chars string) class {
	var c class
	for _, r := range chars {
		c = append(c, charRange{r, r})
	}
	return c
}

func digitClass() class { return class{{'0', '9'}} }

func wordClass() class { return class{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}} }

// lineEndClass is what "." doesn't match (ECMA-262, LineTerminator).
func lineEndClass() class { return textClass("\n\r\u2028\u2029") }

// spaceClass is what \s matches (ECMA-262, WhiteSpace and LineTerminator).
func spaceClass() class {
	return append(textClass("\t\v\f \u00a0\u1680\u202f\u205f\u3000\ufeff"),
		append(lineEndClass(), charRange{'\u2000', '\u200a'})...)
}

// folded adds the other case of each letter.
func (c class) folded() class {
	all := slices.Clone(c)
	for _, of := range c {
		for r := max(of.first, 'A'); r <= min(of.last, 'z'); r++ {
			if isLetter(r) {
				all = append(all, charRange{lower(r), lower(r)}, charRange{upper(r), upper(r)})
			}
		}
	}
	return all
}

// negated returns all other characters.
func (c class) negated() class {
	sorted := slices.SortedFunc(slices.Values(c), func(a, b charRange) int { return cmp.Compare(a.first, b.first) })
	var gaps class
	next := rune(0)
	for _, r := range sorted {
		if r.first > next {
			gaps = append(gaps, charRange{next, r.first - 1})
		}
		next = max(next, r.last+1)
	}
	if next <= unicode.MaxRune {
		gaps = append(gaps, charRange{next, unicode.MaxRune})
	}
	return gaps
}

// String writes the class in the syntax of Go's engine.
func (c class) String() string {
	if len(c) == 0 {
		return fmt.Sprintf(`[^\x00-\x{%X}]`, unicode.MaxRune)
	}
	var out strings.Builder
	out.WriteByte('[')
	for _, r := range c {
		fmt.Fprintf(&out, `\x{%X}-\x{%X}`, r.first, r.last)
	}
	out.WriteByte(']')
	return out.String()
}
