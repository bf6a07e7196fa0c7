package routematcher

import "strings"

// tail is the part of a pattern after the literal text at its start. Most patterns have a simple tail. Scanning a path for it
// is a hundred times as fast as a regular expression.
type tail int

const (
	tailOther    tail = iota // needs the regular expression
	tailNothing              // /text
	tailText                 // /text(.*)
	tailSegment              // /text/:name
	tailSegments             // /text/:name*
)

// tailOf returns the literal text that a pattern starts with, and its tail.
func tailOf(parts []part) (lead string, t tail) {
	lead = parts[0].literal
	switch {
	case lead == "" || len(parts) > 2:
		return lead, tailOther
	case len(parts) == 1:
		return lead, tailNothing
	}
	p := parts[1]
	if !p.captures || p.suffix != "" || p.avoid != "" {
		return lead, tailOther
	}
	switch [3]string{p.prefix, p.regexp, p.modifier} {
	case [3]string{p.prefix, ".*", ""}:
		return lead + p.prefix, tailText
	case [3]string{"/", "", ""}:
		return lead + "/", tailSegment
	case [3]string{"/", "", "*"}:
		return lead, tailSegments
	default:
		return lead, tailOther
	}
}

// matches reports whether the tail accepts rest, the text after the literal text of a path, without the delimiter that may follow.
func (t tail) matches(rest string) bool {
	switch t {
	case tailText:
		return !hasLineEnd(rest)
	case tailSegment:
		return rest != "" && !strings.ContainsAny(rest, delimiters)
	case tailSegments:
		return rest == "" || rest[0] == '/' && rest[len(rest)-1] != '/' && !strings.Contains(rest, "//") && !strings.ContainsAny(rest, "#?")
	default:
		return rest == ""
	}
}

// withoutDelimiter drops one delimiter at the end of a path.
func withoutDelimiter(rest string) string {
	if rest != "" && strings.IndexByte(delimiters, rest[len(rest)-1]) >= 0 {
		return rest[:len(rest)-1]
	}
	return rest
}

// hasLineEnd reports whether a text has a character that "." doesn't match (ECMA-262, LineTerminator).
func hasLineEnd(text string) bool {
	return strings.IndexByte(text, '\n') >= 0 || strings.IndexByte(text, '\r') >= 0 || strings.Contains(text, "\u2028") || strings.Contains(text, "\u2029")
}
