package routematcher

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// escape is what a backslash and the characters after it stand for: an assertion, a class or one character.
type escape struct {
	length    int // in the source, with the backslash
	assertion string
	class     class
	char      rune
}

// escape reads the escape at offset i of the source.
func (g *groupReader) escape(i int) (escape, error) {
	rest := g.source[i+1:]
	if rest == "" {
		return escape{}, g.problemf(i, "nothing to escape after the backslash")
	}
	char, size := utf8.DecodeRuneInString(rest)
	if e, ok := namedEscape(char); ok {
		e.length = 2
		return e, nil
	}
	switch {
	case char == '0' && digits(rest) == 1:
		return escape{length: 2, char: 0}, nil
	case digits(rest) > 0 || char == 'k':
		return escape{}, g.problemf(i, `backreferences are not supported`)
	case char == 'x':
		return g.hexEscape(i, 2)
	case char == 'u':
		return g.hexEscape(i, 4)
	case char == 'c' && len(rest) > 1 && isLetter(rune(rest[1])):
		return escape{length: 3, char: rune(rest[1]) % 32}, nil
	case isWordByte(rest[0]):
		return escape{}, g.problemf(i, `the escape \%c is not supported`, char)
	}
	return escape{length: 1 + size, char: char}, nil
}

func namedEscape(char rune) (escape, bool) {
	switch char {
	case 'b', 'B':
		return escape{assertion: `\` + string(char)}, true
	case 'd':
		return escape{class: digitClass()}, true
	case 'D':
		return escape{class: digitClass().negated()}, true
	case 'w':
		return escape{class: wordClass()}, true
	case 'W':
		return escape{class: wordClass().negated()}, true
	case 's':
		return escape{class: spaceClass()}, true
	case 'S':
		return escape{class: spaceClass().negated()}, true
	}
	if at := strings.IndexRune("tnvfr", char); at >= 0 {
		return escape{char: rune("\t\n\v\f\r"[at])}, true
	}
	return escape{}, false
}

// hexEscape reads \xHH or \uHHHH.
func (g *groupReader) hexEscape(i, digits int) (escape, error) {
	end := i + 2 + digits
	if end <= len(g.source) {
		value, err := strconv.ParseUint(g.source[i+2:end], 16, 16)
		if err == nil && utf8.ValidRune(rune(value)) {
			return escape{length: end - i, char: rune(value)}, nil
		}
	}
	return escape{}, g.problemf(i, `\%c must be followed by %d hexadecimal digits of a character`, g.source[i+1], digits)
}
