package localization

import (
	"context"
	"slices"
	"strings"

	"github.com/go-playground/locales"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/bidi"
)

// Language is a language with its sentences. It never changes, and it is safe for concurrent use. [New] makes it.
type Language struct {
	tag         language.Tag
	rightToLeft bool
	locale      locales.Translator
	regions     display.Namer
	sentences   map[string]sentence
	fallback    *Language // English, for sentences that an added language does not have; nil in English itself
}

// newLanguage makes a language whose missing sentences are those of fallback.
func newLanguage(tag language.Tag, locale locales.Translator, sentences map[string]sentence, fallback *Language) *Language {
	script, _ := tag.Script()
	return &Language{
		tag: tag, locale: locale, regions: display.Regions(tag), sentences: sentences, fallback: fallback,
		rightToLeft: slices.Contains([]string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg", "Mand", "Samr"}, script.String()),
	}
}

// Tag is the language as a BCP 47 tag, such as "pt-BR".
func (l *Language) Tag() string { return l.tag.String() }

// Name is the language's name in the language itself, such as "Deutsch".
func (l *Language) Name() string { return display.Self.Name(l.tag) }

// Direction is the direction of the script as HTML writes it: "rtl" or "ltr".
func (l *Language) Direction() string {
	if l.rightToLeft {
		return "rtl"
	}
	return "ltr"
}

// Text returns a sentence. Names and values of its placeholders alternate: "device", "Edge on Windows", "count", 3. A value is a
// string or an int. A sentence that the language does not have is English, and a key that English does not have is returned as it
// is. Text keeps apart the directions of the sentence and of a value that has another one, as Unicode's isolates do.
func (l *Language) Text(key string, given ...any) string {
	found, ok := l.find(key, given)
	switch {
	case !ok:
		return key
	case len(found) == 1 && !found[0].placeholder:
		return found[0].text
	}
	var text strings.Builder
	for _, piece := range found {
		text.WriteString(l.plain(piece, given))
	}
	return text.String()
}

// plain writes a piece for a place that has no elements.
func (l *Language) plain(p piece, given values) string {
	if !p.placeholder {
		return p.text
	}
	value := l.show(given.of(p.text))
	if l.rightToLeft || hasRightToLeft(value) {
		return firstStrongIsolate + value + popDirectionalIsolate
	}
	return value
}

// Part is a part of a sentence.
type Part struct {
	// Text is the part as it is shown.
	Text string
	// Value reports whether Text is the value of a placeholder. false: it is the language's own words.
	Value bool
}

// Parts is [Language.Text] for a caller that marks values, such as with the element bdi.
func (l *Language) Parts(key string, given ...any) []Part {
	found, ok := l.find(key, given)
	if !ok {
		return []Part{{Text: key}}
	}
	parts := make([]Part, 0, len(found))
	for _, piece := range found {
		if !piece.placeholder {
			parts = append(parts, Part{Text: piece.text})
			continue
		}
		parts = append(parts, Part{Text: l.show(values(given).of(piece.text)), Value: true})
	}
	return parts
}

// Has reports whether the language, or English in its place, has a sentence.
func (l *Language) Has(key string) bool {
	_, ok := l.find(key, nil)
	return ok
}

// find returns a sentence: in the plural category of the value "count", if it has categories.
func (l *Language) find(key string, given values) (sentence, bool) {
	if found, ok := l.sentences[key]; ok {
		return found, true
	}
	if n, ok := given.of("count").(int); ok {
		if found, ok := l.sentences[key+"."+l.category(n)]; ok {
			return found, true
		}
	}
	if found, ok := l.sentences[key+".other"]; ok {
		return found, true
	}
	if l.fallback != nil {
		return l.fallback.find(key, given)
	}
	return nil, false
}

// show writes a value. A value that the caller left out is empty.
func (l *Language) show(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case int:
		return l.Number(value)
	default:
		return ""
	}
}

// Unicode's marks around a text whose direction its first letter decides (UAX #9).
const (
	firstStrongIsolate    = "\u2068"
	popDirectionalIsolate = "\u2069"
)

func hasRightToLeft(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		properties, _ := bidi.LookupRune(r)
		return properties.Class() == bidi.R || properties.Class() == bidi.AL
	})
}

// contextKey is the key of the language in a context.
type contextKey struct{}

// NewContext returns a context in which the components of package templates speak the language.
func NewContext(ctx context.Context, l *Language) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// FromContext returns the language of a context; English if it has none.
func FromContext(ctx context.Context) *Language {
	if l, ok := ctx.Value(contextKey{}).(*Language); ok && l != nil {
		return l
	}
	return English()
}

// English returns the built-in English.
func English() *Language {
	all, err := builtInLanguages()
	if err != nil { // a test reads the files
		return newLanguage(language.English, builtIn()[0].locale, nil, nil)
	}
	return all[0]
}
