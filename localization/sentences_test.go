package localization_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/localization"
)

func TestEachLanguageHasEachSentence(t *testing.T) {
	t.Parallel()
	for _, l := range newCatalog(t, localization.Config{}).Languages() {
		if missing := l.Missing(); len(missing) > 0 {
			t.Errorf("%s lacks %d sentences: %q", l.Tag(), len(missing), missing)
		}
	}
}

// placeholder finds the placeholders of a text.
var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// categoryAtEnd finds the plural category of a key.
var categoryAtEnd = regexp.MustCompile(`\.(zero|one|two|few|many|other)$`)

// sentencesOf reads the files of a language.
func sentencesOf(t *testing.T, tag string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("sentences", tag, "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has %d files: %v", tag, len(names), err)
	}
	all := map[string]string{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(content, &all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return all
}

// TestEachLanguageHasTheSamePlaceholders holds each text against the English one. A form for one number may leave {count} out.
func TestEachLanguageHasTheSamePlaceholders(t *testing.T) {
	t.Parallel()
	english := map[string][]string{}
	for key, text := range sentencesOf(t, "en") {
		base := categoryAtEnd.ReplaceAllString(key, "")
		names := placeholder.FindAllString(text, -1)
		english[base] = append(english[base], names...)
	}
	for base, names := range english {
		slices.Sort(names)
		english[base] = slices.Compact(names)
	}
	for _, l := range newCatalog(t, localization.Config{}).Languages() {
		for key, text := range sentencesOf(t, l.Tag()) {
			base, category := categoryAtEnd.ReplaceAllString(key, ""), strings.TrimPrefix(categoryAtEnd.FindString(key), ".")
			want, known := english[base]
			if !known {
				t.Errorf("%s: %s does not exist in English", l.Tag(), key)
				continue
			}
			got := placeholder.FindAllString(text, -1)
			slices.Sort(got)
			got = slices.Compact(got)
			if slices.Contains([]string{"zero", "one", "two"}, category) && !slices.Contains(got, "{count}") {
				want = slices.DeleteFunc(slices.Clone(want), func(name string) bool { return name == "{count}" })
			}
			if diff := cmp.Diff(slices.Clone(want), got); diff != "" && len(want)+len(got) > 0 {
				t.Errorf("%s: %s: placeholders of English (-) and of %q (+):\n%s", l.Tag(), key, text, diff)
			}
		}
	}
}

// TestSentencesAreWrittenWithCare: no space at an end, no straight apostrophe, no placeholder of another notation, no word that
// wording rules out.
func TestSentencesAreWrittenWithCare(t *testing.T) {
	t.Parallel()
	for _, l := range newCatalog(t, localization.Config{}).Languages() {
		for key, text := range sentencesOf(t, l.Tag()) {
			switch {
			case text != strings.TrimSpace(text):
				t.Errorf("%s: %s has space at an end: %q", l.Tag(), key, text)
			case strings.ContainsAny(text, "'\"%<>"):
				t.Errorf("%s: %s has a character of a typewriter, of a format or of HTML: %q", l.Tag(), key, text)
			case strings.Contains(text, "  "), strings.Contains(text, "..."):
				t.Errorf("%s: %s has two spaces or three dots: %q", l.Tag(), key, text)
			}
		}
	}
	ruledOut := regexp.MustCompile(`(?i)\b(revoke[ds]?|e-mail|parameter|replica|stream|session id|recognise|organisation|there (is|are)|nobody|please)\b`)
	for key, text := range sentencesOf(t, "en") {
		if found := ruledOut.FindString(text); found != "" {
			t.Errorf("%s: the wording rules %q out: %q", key, found, text)
		}
	}
}

// French has a space in front of these marks. It must not be the end of a line.
func TestFrenchMarksStayOnTheLineOfTheirWord(t *testing.T) {
	t.Parallel()
	breaks := regexp.MustCompile(` [?!:;»]|« `)
	for key, text := range sentencesOf(t, "fr") {
		if at := breaks.FindString(text); at != "" {
			t.Errorf("%s: the line may end at %q, use a no-break space (U+00A0): %q", key, at, text)
		}
	}
}

// TestPluralFormsAreThoseOfTheLanguage: a form that the language never uses is a mistake.
func TestPluralFormsAreThoseOfTheLanguage(t *testing.T) {
	t.Parallel()
	uses := map[string][]string{
		"en": {"one", "other"}, "de": {"one", "other"}, "es": {"one", "other"}, "fr": {"one", "other"}, "pt-BR": {"one", "other"},
		"ja": {"other"}, "ar": {"zero", "one", "two", "few", "many", "other"},
	}
	for _, l := range newCatalog(t, localization.Config{}).Languages() {
		for key := range sentencesOf(t, l.Tag()) {
			if form := strings.TrimPrefix(categoryAtEnd.FindString(key), "."); form != "" && !slices.Contains(uses[l.Tag()], form) {
				t.Errorf("%s: %s: the language does not use this form", l.Tag(), key)
			}
		}
	}
}
