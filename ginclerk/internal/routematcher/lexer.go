package routematcher

import (
	"strings"
	"unicode/utf8"
)

type lexemeKind string

// The kinds are spelled as error messages name them.
const (
	lexChar     lexemeKind = "character"
	lexEscaped  lexemeKind = "escaped character"
	lexName     lexemeKind = "parameter name"
	lexGroup    lexemeKind = "regular expression"
	lexOpen     lexemeKind = "opening brace"
	lexClose    lexemeKind = "closing brace"
	lexModifier lexemeKind = "modifier"
	lexEnd      lexemeKind = "end of the pattern"
)

// lexeme is a piece of a pattern. Text leaves out what marks its kind: the colon, the backslash, the outer parentheses;
// offset counts to where text starts.
type lexeme struct {
	kind   lexemeKind
	offset int
	text   string
}

// lex cuts a pattern into lexemes; the last one is always a lexEnd.
func lex(pattern string) ([]lexeme, error) {
	var lexemes []lexeme
	for i := 0; i < len(pattern); {
		next, err := lexOne(pattern, i)
		if err != nil {
			return nil, err
		}
		lexemes = append(lexemes, next)
		i = next.offset + len(next.text)
		if next.kind == lexGroup {
			i++ // the closing parenthesis
		}
	}
	return append(lexemes, lexeme{kind: lexEnd, offset: len(pattern)}), nil
}

func lexOne(pattern string, i int) (lexeme, error) {
	switch pattern[i] {
	case '*', '+', '?':
		return lexeme{lexModifier, i, pattern[i : i+1]}, nil
	case '{':
		return lexeme{lexOpen, i, "{"}, nil
	case '}':
		return lexeme{lexClose, i, "}"}, nil
	case ':':
		return lexParameter(pattern, i)
	case '(':
		return lexRegexp(pattern, i)
	case '\\':
		if i+1 == len(pattern) {
			return lexeme{}, problemf(i, "nothing to escape after the backslash")
		}
		return lexeme{lexEscaped, i + 1, oneChar(pattern[i+1:])}, nil
	default:
		return lexeme{lexChar, i, oneChar(pattern[i:])}, nil
	}
}

func oneChar(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}

func lexParameter(pattern string, i int) (lexeme, error) {
	name := pattern[i+1:]
	if end := strings.IndexFunc(name, notInName); end >= 0 {
		name = name[:end]
	}
	if name == "" {
		return lexeme{}, problemf(i, `a parameter name must follow ":" (letters, digits and "_"; write "\:" for a colon)`)
	}
	return lexeme{lexName, i + 1, name}, nil
}

func notInName(r rune) bool {
	return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

// lexRegexp finds the parenthesis that closes the one at i. Like path-to-regexp it counts those in [] too.
func lexRegexp(pattern string, i int) (lexeme, error) {
	if strings.HasPrefix(pattern[i:], "(?") {
		return lexeme{}, problemf(i+1, `a regular expression can't start with "?"; put another pair of parentheses around it`)
	}
	depth := 0
	for j := i; j < len(pattern); j++ {
		switch pattern[j] {
		case '\\':
			j++
		case '(':
			depth++
			if j > i && !strings.HasPrefix(pattern[j:], "(?") {
				return lexeme{}, problemf(j, `capturing groups are not allowed in a regular expression; write "(?:"`)
			}
		case ')':
			depth--
		}
		if depth > 0 {
			continue
		}
		if j == i+1 {
			return lexeme{}, problemf(i, "the parentheses are empty")
		}
		return lexeme{lexGroup, i + 1, pattern[i+1 : j]}, nil
	}
	return lexeme{}, problemf(i, "the parenthesis is never closed")
}
