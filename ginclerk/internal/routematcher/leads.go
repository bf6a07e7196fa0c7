package routematcher

import (
	"slices"
	"strings"
)

// leads finds the patterns whose literal text a path starts with, so that a path is held against a few patterns, however many a
// matcher has. The zero value has none.
type leads struct {
	patterns map[string][]*Pattern // by their literal text in lower case
	lengths  []int                 // of these texts, each once
}

func (l *leads) add(p *Pattern) {
	if l.patterns == nil {
		l.patterns = map[string][]*Pattern{}
	}
	lead := lowerText(p.lead)
	l.patterns[lead] = append(l.patterns[lead], p)
	if !slices.Contains(l.lengths, len(lead)) {
		l.lengths = append(l.lengths, len(lead))
	}
}

// matches reports whether one of the patterns matches a path.
func (l *leads) matches(path string) bool {
	folded := lowerText(path)
	for _, length := range l.lengths {
		if length > len(folded) {
			continue
		}
		for _, p := range l.patterns[folded[:length]] {
			if p.matches(path) {
				return true
			}
		}
	}
	return false
}

// lowerText folds a text as [lower] folds its bytes.
func lowerText(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return 'A' <= r && r <= 'Z' }) {
		return text
	}
	bytes := []byte(text)
	for i, c := range bytes {
		bytes[i] = lower(c)
	}
	return string(bytes)
}
