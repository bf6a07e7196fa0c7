package routematcher

import "strings"

const (
	// prefixChars in front of a parameter belong to it: they are optional or repeated together with it.
	prefixChars = "./"
	// delimiters end a parameter that has no regular expression. One delimiter may also follow every path.
	delimiters = "/#?"
)

// part is a piece of a parsed pattern: literal text, or a group that may capture, be optional or be repeated.
type part struct {
	literal string // the other fields are unset when this is not empty

	captures bool
	name     string // the parameter; empty where an unnamed group captures
	prefix   string // literal text around what is captured
	suffix   string
	regexp   string // what is captured; empty for the default
	offset   int    // of regexp, or of the parameter's name, in the pattern
	avoid    string // text that the default must not match; see avoided
	modifier string // "", "?", "*" or "+"
}

// parser turns lexemes into parts. It has the grammar of path-to-regexp (version 6.3), and refuses the same patterns.
type parser struct {
	lexemes []lexeme // without those already taken; the lexEnd stays
	parts   []part
	literal strings.Builder
}

func parse(pattern string) ([]part, error) {
	lexemes, err := lex(pattern)
	if err != nil {
		return nil, err
	}
	p := &parser{lexemes: lexemes}
	for p.lexemes[0].kind != lexEnd {
		if err := p.parsePart(); err != nil {
			return nil, err
		}
	}
	p.endLiteral()
	return p.parts, nil
}

func (p *parser) parsePart() error {
	switch next := p.lexemes[0]; next.kind {
	case lexOpen:
		p.endLiteral()
		p.take(lexOpen)
		return p.parseBraces()
	case lexName, lexGroup:
		return p.parseParameter("")
	case lexChar:
		p.take(lexChar)
		if following := p.lexemes[0].kind; following != lexName && following != lexGroup {
			p.literal.WriteString(next.text)
			return nil
		}
		if strings.Contains(prefixChars, next.text) {
			return p.parseParameter(next.text)
		}
		p.literal.WriteString(next.text)
		return p.parseParameter("")
	case lexEscaped:
		p.take(lexEscaped)
		p.literal.WriteString(next.text)
		return nil
	default:
		return p.unexpected()
	}
}

// parseParameter reads a parameter, its regular expression, or both, after their prefix.
func (p *parser) parseParameter(prefix string) error {
	p.endLiteral()
	group := part{captures: true, prefix: prefix}
	p.takeCaptured(&group)
	return p.addGroup(group)
}

func (p *parser) parseBraces() error {
	group := part{prefix: p.takeText()}
	p.takeCaptured(&group)
	group.suffix = p.takeText()
	if _, ok := p.take(lexClose); !ok {
		return p.unexpected()
	}
	return p.addGroup(group)
}

func (p *parser) takeCaptured(group *part) {
	if name, ok := p.take(lexName); ok {
		group.captures, group.name, group.offset = true, name.text, name.offset
	}
	if re, ok := p.take(lexGroup); ok {
		group.captures, group.regexp, group.offset = true, re.text, re.offset
	}
}

func (p *parser) addGroup(group part) error {
	if group.captures && group.regexp == "" {
		avoid, err := p.avoided(group)
		if err != nil {
			return err
		}
		group.avoid = avoid
	}
	modifier, _ := p.take(lexModifier)
	group.modifier = modifier.text
	repeats := group.modifier == "*" || group.modifier == "+"
	if repeats && group.captures && group.prefix+group.suffix == "" {
		return problemf(modifier.offset, `%q can't repeat a parameter without text in front of it, such as "/"`, modifier.text)
	}
	p.parts = append(p.parts, group)
	return nil
}

// avoided returns the text in front of a parameter. The parameter must not contain it, so that /:a-:b has one reading. A
// parameter can't contain text with a delimiter anyway.
func (p *parser) avoided(group part) (string, error) {
	text := group.prefix
	if text == "" && len(p.parts) > 0 {
		if text = p.parts[len(p.parts)-1].literal; text == "" {
			return "", problemf(group.offset, "there must be text between the parameter %q and the group in front of it", group.name)
		}
	}
	if strings.ContainsAny(text, delimiters) {
		return "", nil
	}
	return text, nil
}

func (p *parser) endLiteral() {
	if p.literal.Len() > 0 {
		p.parts = append(p.parts, part{literal: p.literal.String()})
		p.literal.Reset()
	}
}

func (p *parser) take(kind lexemeKind) (lexeme, bool) {
	next := p.lexemes[0]
	if next.kind != kind || kind == lexEnd {
		return lexeme{}, false
	}
	p.lexemes = p.lexemes[1:]
	return next, true
}

func (p *parser) takeText() string {
	var text strings.Builder
	for {
		next, ok := p.take(lexChar)
		if !ok {
			next, ok = p.take(lexEscaped)
		}
		if !ok {
			return text.String()
		}
		text.WriteString(next.text)
	}
}

func (p *parser) unexpected() error {
	next := p.lexemes[0]
	if next.text == "" {
		return problemf(next.offset, "unexpected %s", next.kind)
	}
	return problemf(next.offset, "unexpected %s %q", next.kind, next.text)
}
