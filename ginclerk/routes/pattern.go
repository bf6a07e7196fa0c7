package routes

import (
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

// wildcard ends a pattern of Clerk's that matches whatever follows, beyond the segment too.
const wildcard = "(.*)"

// samplesOf returns paths that a pattern of Clerk's matches. ok: they stand for all that it matches, because the pattern is text with
// parameters, and maybe a wildcard at the end. Of another one nothing is known but that it is another one.
func samplesOf(pattern string) (samples []string, ok bool) {
	matcher, err := routematcher.Compile(pattern)
	if err != nil {
		return nil, false
	}
	text, more := strings.CutSuffix(pattern, wildcard)
	segments, ok := []string{}, true
	for segment := range strings.SplitSeq(text, "/") {
		name, isParameter := strings.CutPrefix(segment, ":")
		optional := strings.HasSuffix(name, "*") || strings.HasSuffix(name, "?")
		if isParameter {
			name = strings.TrimRight(name, "*?+")
		}
		switch {
		case strings.ContainsAny(name, `()[]{}\^$|?+*:`):
			return nil, false
		case isParameter && optional:
			more = true
		case isParameter:
			segments = append(segments, example)
		default:
			segments = append(segments, segment)
		}
	}
	path := strings.Join(segments, "/")
	samples = []string{path}
	if more {
		samples = append(samples, strings.TrimRight(path, "/")+"/"+example)
	}
	return slices.DeleteFunc(samples, func(path string) bool {
		matched, err := matcher.MatchDecoded(path)
		return err != nil || !matched
	}), ok
}

// textOf returns the part of a pattern in front of everything that is no plain text.
func textOf(pattern, special string) string {
	if at := strings.IndexAny(pattern, special); at >= 0 {
		return pattern[:at]
	}
	return pattern
}
