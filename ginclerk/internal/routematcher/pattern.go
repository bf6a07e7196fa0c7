package routematcher

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// Params are the parameters of a path by name; unnamed groups are named "0", "1" and so on. A parameter is absent where the path
// leaves out its optional part. A repeated parameter has its whole text, such as "a/b" of /:path*.
type Params map[string]string

// Pattern is one compiled pattern; make it with [CompilePattern]. It is safe for concurrent use.
type Pattern struct {
	source   string
	exact    bool   // letters are not folded, and no delimiter is allowed at the end
	lead     string // literal text that every match starts with
	tail     tail   // what follows lead, where that is simple enough to be scanned
	captures []capture
	regexp   *regexp.Regexp // nil when lookaheads need the machine
	machine  *machine
}

// CompilePattern compiles one pattern. The error is a [*PatternError].
func CompilePattern(source string) (*Pattern, error) { return compilePattern(source, false) }

func compilePattern(source string, exact bool) (*Pattern, error) {
	pattern, err := compile(source, exact)
	if err == nil {
		return pattern, nil
	}
	failure := &PatternError{Pattern: source, Problem: err.Error()}
	if found, ok := errors.AsType[*problem](err); ok {
		failure.Offset = found.offset
	}
	return nil, failure
}

func compile(source string, exact bool) (*Pattern, error) {
	switch {
	case source == "":
		return nil, problemf(0, "the pattern is empty")
	case !utf8.ValidString(source):
		return nil, problemf(0, "the pattern is not UTF-8 text")
	}
	parts, err := parse(source)
	if err != nil {
		return nil, err
	}
	t := &translator{exact: exact}
	if err := t.parts(parts); err != nil {
		return nil, err
	}
	p := &Pattern{source: source, exact: exact, captures: t.captures}
	p.lead, p.tail = tailOf(parts)
	if len(t.guards) == 0 {
		p.regexp, err = regexp.Compile(t.out.String())
	} else {
		p.machine, err = newMachine(t.out.String(), t.guards)
	}
	if err != nil {
		return nil, refusal(parts, err)
	}
	return p, nil
}

// refusal says why package regexp refuses a pattern that the parser accepts.
func refusal(parts []part, err error) error {
	offset := 0
	for _, group := range parts {
		if group.regexp != "" {
			offset = group.offset
			break
		}
	}
	if parseError, ok := errors.AsType[*syntax.Error](err); ok {
		return problemf(offset, "the regular expression can't be compiled: %s", parseError.Code)
	}
	return problemf(offset, "the regular expression can't be compiled: %s", err)
}

// String returns the pattern as it was given to [CompilePattern].
func (p *Pattern) String() string { return p.source }

// Find matches path as it is, without [Normalize], and returns its parameters, undecoded. Params is nil when the path doesn't match,
// and empty for a match without parameters. A path longer than [MaxPath] never matches.
func (p *Pattern) Find(path string) (Params, bool) {
	if len(path) > MaxPath || !p.leads(path) {
		return nil, false
	}
	groups := p.submatches(path)
	if groups == nil {
		return nil, false
	}
	params := make(Params, len(p.captures))
	for _, c := range p.captures {
		start, end := groups[2*c.group], groups[2*c.group+1]
		if start < 0 || (c.optional && start == end) {
			continue
		}
		params[c.name] = strings.Clone(path[start:end])
	}
	return params, true
}

func (p *Pattern) submatches(path string) []int {
	if p.machine != nil {
		return p.machine.submatches(path)
	}
	return p.regexp.FindStringSubmatchIndex(path)
}

// leads reports whether a path starts with the literal text that every match starts with.
func (p *Pattern) leads(path string) bool {
	if p.exact {
		return strings.HasPrefix(path, p.lead)
	}
	return hasPrefixFold(path, p.lead)
}

func (p *Pattern) matches(path string) bool {
	if !p.leads(path) {
		return false
	}
	if p.tail != tailOther {
		rest := path[len(p.lead):]
		if !p.exact {
			rest = withoutDelimiter(rest)
		}
		return p.tail.matches(rest)
	}
	if p.machine != nil {
		return p.machine.matches(path)
	}
	return p.regexp.MatchString(path)
}
