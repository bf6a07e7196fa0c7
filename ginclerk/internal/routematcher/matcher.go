package routematcher

import (
	"errors"
	"fmt"
	"strings"
)

// Matcher answers whether a path matches any of its patterns. The zero value has no patterns and matches nothing. It is
// safe for concurrent use.
type Matcher struct {
	patterns leads
	exact    bool
}

// Compile makes a matcher of the given patterns; without any it matches nothing. The error joins one [*PatternError] for
// each pattern that can't be compiled.
func Compile(patterns ...string) (*Matcher, error) { return compileAll(false, patterns) }

// CompileExact makes a matcher that takes paths as routers do: it tells capital from small letters, and a run of slashes from one slash, also at the
// end of a path.
func CompileExact(patterns ...string) (*Matcher, error) { return compileAll(true, patterns) }

func compileAll(exact bool, patterns []string) (*Matcher, error) {
	var problems []error
	m := &Matcher{exact: exact}
	for _, source := range patterns {
		pattern, err := compilePattern(source, exact)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		m.patterns.add(pattern)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return m, nil
}

// Match reports whether path, normalized by [Normalize], matches one of the patterns. Path is the request's path with its
// percent-encoding, as it was sent. A path that can't be decoded is an error that wraps [ErrMalformedPath], one that is too long
// an error that wraps [ErrPathTooLong]; do not serve such a request.
func (m *Matcher) Match(path string) (bool, error) {
	normal, err := Normalize(path)
	if err != nil {
		return false, fmt.Errorf("match route: %w", err)
	}
	return m.patterns.matches(normal), nil
}

// MatchDecoded is Match for a path that is decoded already: a "%" in it is a percent sign. The error wraps [ErrPathTooLong].
func (m *Matcher) MatchDecoded(path string) (bool, error) {
	if len(path) > MaxPath {
		return false, fmt.Errorf("match route: %w", ErrPathTooLong)
	}
	if !m.exact {
		return m.patterns.matches(collapseSlashes(path)), nil
	}
	bare := withoutDelimiter(path)
	return m.patterns.matches(path) || bare != path && !strings.HasSuffix(path, "//") && m.patterns.matches(bare), nil
}
