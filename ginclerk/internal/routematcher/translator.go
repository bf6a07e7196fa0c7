package routematcher

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// translator writes the parts of a pattern as one regular expression for Go's engine. Case is folded by writing both
// cases of each letter, unless exact is set.
type translator struct {
	exact    bool
	out      strings.Builder
	groups   int // capturing groups written so far
	unnamed  int
	captures []capture
	guards   map[int]guard // by the empty group that marks their place
}

// capture is a group of the regular expression that holds a parameter.
type capture struct {
	name     string
	group    int
	optional bool // an empty capture means that the group was left out
}

func (t *translator) parts(parts []part) error {
	t.out.WriteString(`\A`)
	for _, p := range parts {
		if p.literal != "" {
			t.text(p.literal)
			continue
		}
		if err := t.group(p); err != nil {
			return err
		}
	}
	if !t.exact {
		t.out.WriteString(`[` + delimiters + `]?`)
	}
	t.out.WriteString(`\z`)
	return nil
}

func (t *translator) group(p part) error {
	t.out.WriteString(`(?:`)
	t.text(p.prefix)
	if err := t.captured(p); err != nil {
		return err
	}
	t.text(p.suffix)
	t.out.WriteString(`)`)
	switch {
	case p.captures && p.modifier == "+": // captured repeats by itself
	case p.captures && p.modifier == "*":
		t.out.WriteString(`?`)
	default:
		t.out.WriteString(p.modifier)
	}
	return nil
}

// captured writes what is between prefix and suffix. For a repeated part it captures all repetitions, with the suffixes and
// prefixes between them.
func (t *translator) captured(p part) error {
	if !p.captures {
		return nil
	}
	t.beginCapture(p)
	if err := t.value(p); err != nil {
		return err
	}
	if p.modifier == "*" || p.modifier == "+" {
		t.out.WriteString(`(?:`)
		t.text(p.suffix)
		t.text(p.prefix)
		if err := t.value(p); err != nil {
			return err
		}
		t.out.WriteString(`)*`)
	}
	t.out.WriteString(`)`)
	return nil
}

func (t *translator) beginCapture(p part) {
	t.groups++
	name := p.name
	if name == "" {
		name = strconv.Itoa(t.unnamed)
		t.unnamed++
	}
	optional := p.modifier == "?" && p.prefix+p.suffix == ""
	t.captures = append(t.captures, capture{name: name, group: t.groups, optional: optional})
	t.out.WriteString(`(`)
}

// value writes the regular expression of a parameter.
func (t *translator) value(p part) error {
	t.out.WriteString(`(?:`)
	defer t.out.WriteString(`)`)
	switch {
	case p.regexp != "":
		return newGroupReader(t, p).translate()
	case utf8.RuneCountInString(p.avoid) > 1:
		t.out.WriteString(`(?:`)
		t.guard(guard{p.avoid})
		t.out.WriteString(`[^` + delimiters + `])+?`)
	default:
		t.out.WriteString(textClass(delimiters+p.avoid).folded().negated().String() + `+?`)
	}
	return nil
}

func (t *translator) text(literal string) {
	for _, r := range literal {
		t.char(r)
	}
}

func (t *translator) char(r rune) {
	if isLetter(r) && !t.exact {
		t.out.WriteString(`[` + string(lower(r)) + string(upper(r)) + `]`)
		return
	}
	t.out.WriteString(regexp.QuoteMeta(string(r)))
}

// guard marks the place of a lookahead with an empty group.
func (t *translator) guard(g guard) {
	t.groups++
	if t.guards == nil {
		t.guards = make(map[int]guard)
	}
	t.guards[t.groups] = g
	t.out.WriteString(`()`)
}
