package localization

import (
	"fmt"
	"slices"
	"strings"
)

// sentence is a text that has been read.
type sentence []piece

// piece is literal text or a placeholder.
type piece struct {
	text        string // of a placeholder: its name
	placeholder bool
}

// parse reads a text. The error says what is wrong with it.
func parse(text string) (sentence, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fmt.Errorf("%q is empty: a sentence needs words", text)
	}
	var parsed sentence
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return nil, fmt.Errorf("%q has a } without a {", text)
		}
		if before != "" {
			parsed = append(parsed, piece{text: before})
		}
		if !found {
			break
		}
		name, remaining, closed := strings.Cut(after, "}")
		if !closed || !isName(name) {
			return nil, fmt.Errorf("%q needs a placeholder such as {device} after each {", text)
		}
		parsed = append(parsed, piece{text: name, placeholder: true})
		rest = remaining
	}
	return parsed, nil
}

func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' })
}

// placeholders are the names in a sentence, sorted, each once.
func (s sentence) placeholders() []string {
	var names []string
	for _, p := range s {
		if p.placeholder {
			names = append(names, p.text)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// values are alternating names and values.
type values []any

// of returns the value with a name; nil: the caller has left it out.
func (v values) of(name string) any {
	for i := 0; i+1 < len(v); i += 2 {
		if v[i] == name {
			return v[i+1]
		}
	}
	return nil
}

// categories of CLDR, as keys end with them.
func categories() []string { return []string{"zero", "one", "two", "few", "many", "other"} }

// withoutCategory is the key of a sentence without its plural category.
func withoutCategory(key string) (base, category string) {
	at := strings.LastIndexByte(key, '.')
	if at < 0 || !slices.Contains(categories(), key[at+1:]) {
		return key, ""
	}
	return key[:at], key[at+1:]
}
