package localization

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/go-playground/locales"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/bidi"
)

// Language is a language with its sentences. It never changes, and it is safe for concurrent use. [New] makes it.
type Language struct {
	tag       language.Tag
	locale    locales.Translator
	regions   display.Namer
	sentences map[string]sentence
	fallback  *Language // English, for sentences that an added language does not have; nil in English itself
}

// Tag is the language as a BCP 47 tag, such as "pt-BR".
func (l *Language) Tag() string { return l.tag.String() }

// Name is the language's name in the language itself, such as "Deutsch".
func (l *Language) Name() string { return display.Self.Name(l.tag) }

// Direction is the direction of the script as HTML writes it: "rtl" or "ltr".
func (l *Language) Direction() string {
	script, _ := l.tag.Script()
	if slices.Contains([]string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg", "Mand", "Samr"}, script.String()) {
		return "rtl"
	}
	return "ltr"
}

// Text returns a sentence. Names and values of its placeholders alternate: "device", "Edge on Windows", "count", 3. A value is a
// string or an int. A sentence that the language does not have is English, and a key that English does not have is returned as it
// is. Text keeps apart the directions of the sentence and of a value that has another one, as Unicode's isolates do.
func (l *Language) Text(key string, values ...any) string {
	var text strings.Builder
	for _, part := range l.Parts(key, values...) {
		if part.Value && (l.Direction() == "rtl" || hasRightToLeft(part.Text)) {
			text.WriteString(firstStrongIsolate + part.Text + popDirectionalIsolate)
			continue
		}
		text.WriteString(part.Text)
	}
	return text.String()
}

// Part is a part of a sentence.
type Part struct {
	// Text is the part as it is shown.
	Text string
	// Value reports whether Text is the value of a placeholder. false: it is the language's own words.
	Value bool
}

// Parts is [Language.Text] for a caller that marks values, such as with the element bdi.
func (l *Language) Parts(key string, values ...any) []Part {
	given := valuesOf(values)
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
		parts = append(parts, Part{Text: l.show(given[piece.text]), Value: true})
	}
	return parts
}

// Has reports whether the language, or English in its place, has a sentence.
func (l *Language) Has(key string) bool {
	_, ok := l.find(key, nil)
	return ok
}

// find returns a sentence: in the plural category of the value "count", if it has categories.
func (l *Language) find(key string, given map[string]any) (sentence, bool) {
	if found, ok := l.sentences[key]; ok {
		return found, true
	}
	if n, ok := given["count"].(int); ok {
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
func English() *Language { return english() }

// english is read once, and never changes.
//
//nolint:gochecknoglobals // the files are part of the program, so that this is a constant which Go can't write as one
var english = sync.OnceValue(func() *Language {
	catalog, err := New(Config{})
	if err != nil { // a test reads the files
		return &Language{tag: language.AmericanEnglish, locale: builtIn()[0].locale, regions: display.Regions(language.English)}
	}
	return catalog.languages[0]
})
