package localization

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/en"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/ja"
	"github.com/go-playground/locales/pt_BR"
	"golang.org/x/text/language"
)

//go:embed sentences/*/*.json
var files embed.FS

// Config configures a catalog. The zero value has the built-in languages: English, Arabic, Brazilian Portuguese, French, German,
// Japanese and Spanish.
type Config struct {
	// Only names the languages that are offered, as BCP 47 tags, such as "en" and "pt-BR". nil offers all.
	Only []string
	// Default is the language of visitors who ask for none that is offered; empty means "en".
	Default string
	// Sources replace sentences and add languages. A later one wins.
	Sources []Source
}

// Source has sentences of one language.
type Source struct {
	// Tag is the language as a BCP 47 tag, such as "it".
	Tag string
	// Locale writes dates, numbers and plurals: that of github.com/go-playground/locales, such as it.New(). A built-in language
	// needs none.
	Locale locales.Translator
	// Adds says that the source may have keys that English does not have yet: sentences of the application's own pages. Begin their
	// keys with a word of the application, as in "shop.title". The source of English comes first, because the others are held against
	// it. false: a key that English does not have is an error.
	Adds bool
	// Sentences are texts by key. English lists all keys: see [Language.Keys]. Sentences that an added language lacks are English:
	// see [Language.Missing].
	Sentences map[string]string
}

// Catalog has languages with their sentences. It never changes, and it is safe for concurrent use.
type Catalog struct {
	languages []*Language // the default one first
	matcher   language.Matcher
}

// New makes a catalog. The error names every problem of the configuration, such as a key that English does not have.
func New(config Config) (*Catalog, error) {
	all, err := builtInLanguages()
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, source := range config.Sources {
		one, err := all.add(source)
		if err == nil {
			all = one
		}
		problems = append(problems, err)
	}
	offered, err := all.offer(config)
	if err := errors.Join(append(problems, err)...); err != nil {
		return nil, err
	}
	tags := make([]language.Tag, 0, len(offered))
	for _, l := range offered {
		tags = append(tags, l.tag)
	}
	return &Catalog{languages: offered, matcher: language.NewMatcher(tags)}, nil
}

// Languages are the languages that are offered, the default one first.
func (c *Catalog) Languages() []*Language { return slices.Clone(c.languages) }

// Language returns the offered language with exactly this tag; nil: it is not offered.
func (c *Catalog) Language(tag string) *Language {
	for _, l := range c.languages {
		if l.Tag() == tag {
			return l
		}
	}
	return nil
}

// maxWishes is how many bytes of a list of languages are read.
const maxWishes = 256

// Match returns the language that fits best. Each wish is a list of languages as in the header Accept-Language. The first wish that can
// be met wins; if none can, the language is the default one.
func (c *Catalog) Match(wishes ...string) *Language {
	for _, wish := range wishes {
		if len(wish) > maxWishes {
			continue
		}
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, at, confidence := c.matcher.Match(tags...); confidence > language.No {
			return c.languages[at]
		}
	}
	return c.languages[0]
}

// languages are the languages that a catalog can offer. English is the first.
type languages []*Language

// builtIn are the languages of the files, English first.
func builtIn() []struct {
	tag    string
	locale locales.Translator
} {
	return []struct {
		tag    string
		locale locales.Translator
	}{
		{"en", en.New()},
		{"ar", ar.New()},
		{"de", de.New()},
		{"es", es.New()},
		{"fr", fr.New()},
		{"ja", ja.New()},
		{"pt-BR", pt_BR.New()},
	}
}

// builtInLanguages are the languages of the files. They are read once, and never change: what changes a language makes another one.
//
//nolint:gochecknoglobals // the files are part of the program, so that this is a constant which Go can't write as one
var builtInLanguages = sync.OnceValues(read)

// read reads the files.
func read() (languages, error) {
	var all languages
	for _, one := range builtIn() {
		texts, err := textsOf(one.tag)
		if err != nil {
			return nil, err
		}
		tag, err := language.Parse(one.tag)
		if err != nil {
			return nil, fmt.Errorf("localization: %q: %w", one.tag, err)
		}
		parsed, err := parseAll(texts)
		if err != nil {
			return nil, fmt.Errorf("localization: %s: %w", one.tag, err)
		}
		var english *Language
		if len(all) > 0 {
			english = all[0]
		}
		all = append(all, newLanguage(tag, one.locale, parsed, english))
	}
	return all, nil
}

func textsOf(tag string) (map[string]string, error) {
	names, err := fs.Glob(files, path.Join("sentences", tag, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("localization: %w", err)
	}
	all := map[string]string{}
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("localization: %w", err)
		}
		var texts map[string]string
		if err := json.Unmarshal(content, &texts); err != nil {
			return nil, fmt.Errorf("localization: %s: %w", name, err)
		}
		for key, text := range texts {
			if _, double := all[key]; double {
				return nil, fmt.Errorf("localization: %s: another file of %s has the key %q, too", name, tag, key)
			}
			all[key] = text
		}
	}
	return all, nil
}

func parseAll(texts map[string]string) (map[string]sentence, error) {
	parsed := make(map[string]sentence, len(texts))
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		one, err := parse(texts[key])
		if err != nil {
			problems = append(problems, fmt.Errorf("sentence %s: %w", key, err))
		}
		parsed[key] = one
	}
	return parsed, errors.Join(problems...)
}

// add returns the languages with those of a source.
func (all languages) add(source Source) (languages, error) {
	tag, err := language.Parse(source.Tag)
	if err != nil {
		return nil, fmt.Errorf("localization: Source.Tag %q is no language: write a tag such as de or pt-BR", source.Tag)
	}
	parsed, err := parseAll(source.Sentences)
	if err == nil && (!source.Adds || tag != all[0].tag) {
		err = all[0].check(parsed)
	}
	if err != nil {
		return nil, fmt.Errorf("localization: Source %s: %w", source.Tag, err)
	}
	grown := slices.Clone(all)
	at := slices.IndexFunc(grown, func(l *Language) bool { return l.tag == tag })
	if at < 0 {
		if source.Locale == nil {
			return nil, fmt.Errorf("localization: Source %s needs a Locale, because it is not a built-in language", source.Tag)
		}
		return append(grown, newLanguage(tag, source.Locale, parsed, all[0])), nil
	}
	replaced := *grown[at]
	replaced.sentences = maps.Clone(replaced.sentences)
	for key := range parsed {
		replaced.drop(key)
	}
	maps.Copy(replaced.sentences, parsed)
	if source.Locale != nil {
		replaced.locale = source.Locale
	}
	grown[at] = &replaced
	for i, l := range grown {
		if l.fallback == all[at] {
			refer := *l
			refer.fallback = &replaced
			grown[i] = &refer
		}
	}
	return grown, nil
}

// drop removes the other plural forms of a sentence that is replaced by one text for all numbers.
func (l *Language) drop(key string) {
	if _, category := withoutCategory(key); category != "" {
		return
	}
	for _, category := range categories() {
		delete(l.sentences, key+"."+category)
	}
}

// check holds sentences against English: each key must be known, and each placeholder.
func (l *Language) check(parsed map[string]sentence) error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(parsed)) {
		base, _ := withoutCategory(key)
		known, ok := l.placeholdersOf(key)
		if !ok {
			known, ok = l.placeholdersOf(base)
		}
		if !ok {
			problems = append(problems, fmt.Errorf("the key %q does not exist", key))
			continue
		}
		for _, name := range parsed[key].placeholders() {
			if !slices.Contains(known, name) {
				problems = append(problems, fmt.Errorf("sentence %s: {%s} does not exist; it can have %v", key, name, known))
			}
		}
	}
	return errors.Join(problems...)
}

// placeholdersOf returns the placeholders of a sentence in all its plural forms.
func (l *Language) placeholdersOf(key string) ([]string, bool) {
	var names []string
	found := false
	for _, form := range append([]string{key}, forms(key)...) {
		if s, ok := l.sentences[form]; ok {
			names, found = append(names, s.placeholders()...), true
		}
	}
	slices.Sort(names)
	return slices.Compact(names), found
}

// forms are the keys of a sentence in all plural categories.
func forms(key string) []string {
	keys := make([]string, 0, len(categories()))
	for _, category := range categories() {
		keys = append(keys, key+"."+category)
	}
	return keys
}

// offer chooses the languages of a catalog.
func (all languages) offer(config Config) (languages, error) {
	first := config.Default
	if first == "" {
		first = "en"
		if len(config.Only) > 0 && !slices.Contains(config.Only, first) {
			first = config.Only[0]
		}
	}
	wanted := []string{first}
	if config.Only == nil {
		for _, l := range all {
			wanted = append(wanted, l.Tag())
		}
	}
	var offered languages
	var problems []error
	for _, tag := range append(wanted, config.Only...) {
		at := slices.IndexFunc(all, func(l *Language) bool { return l.Tag() == tag })
		switch {
		case at < 0:
			problems = append(problems, fmt.Errorf("localization: the language %q does not exist: add it as a Source", tag))
		case !slices.Contains(offered, all[at]):
			offered = append(offered, all[at])
		}
	}
	return offered, errors.Join(problems...)
}

// Keys are the keys of all sentences of the language, with plural categories, sorted.
func (l *Language) Keys() []string { return slices.Sorted(maps.Keys(l.sentences)) }

// Missing are the keys that English has and the language does not, sorted. A sentence with plural forms needs those of the language.
func (l *Language) Missing() []string {
	if l.fallback == nil {
		return nil
	}
	var missing []string
	for _, key := range l.fallback.Keys() {
		base, category := withoutCategory(key)
		if category == "" {
			base = key
		}
		if l.sentences[base] != nil {
			continue
		}
		if category == "" {
			missing = append(missing, key)
			continue
		}
		for _, needed := range l.categories() {
			if l.sentences[base+"."+needed] == nil {
				missing = append(missing, base+"."+needed)
			}
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}
