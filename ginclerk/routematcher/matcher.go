package routematcher

import (
	"errors"
	"fmt"
)

// Matcher answers whether a path matches any of its patterns. The zero value has no patterns and matches nothing. It is
// safe for concurrent use.
type Matcher struct {
	patterns []*Pattern
}

// Compile makes a matcher of the given patterns; without any it matches nothing. The error joins one [*PatternError] for
// each pattern that can't be compiled.
func Compile(patterns ...string) (*Matcher, error) {
	var problems []error
	m := &Matcher{patterns: make([]*Pattern, 0, len(patterns))}
	for _, source := range patterns {
		pattern, err := CompilePattern(source)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		m.patterns = append(m.patterns, pattern)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return m, nil
}

// Match reports whether path, normalised by [Normalize], matches one of the patterns. Path is the request's path with its
// percent-encoding, as [net/url.URL.EscapedPath] returns it. A path that can't be decoded is an error that wraps
// [ErrMalformedPath]; it is to be answered with 400, never served.
func (m *Matcher) Match(path string) (bool, error) {
	normal, err := Normalize(path)
	if err != nil {
		return false, fmt.Errorf("match route: %w", err)
	}
	for _, pattern := range m.patterns {
		if pattern.matches(normal) {
			return true, nil
		}
	}
	return false, nil
}
