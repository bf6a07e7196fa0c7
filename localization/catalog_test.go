package localization_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/go-playground/locales/it"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/localization"
)

func newCatalog(t *testing.T, config localization.Config) *localization.Catalog {
	t.Helper()
	catalog, err := localization.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

func TestTheLanguageIsTheOneThatFitsBest(t *testing.T) {
	t.Parallel()
	all := localization.Config{}
	tests := []struct {
		name   string
		config localization.Config
		wishes []string
		want   string
	}{
		{"no wish is English", all, nil, "en"},
		{"an empty wish is English", all, []string{"", ""}, "en"},
		{"a language of the list", all, []string{"de"}, "de"},
		{"a region of a language", all, []string{"de-AT"}, "de"},
		{"British English is English", all, []string{"en-GB"}, "en"},
		{"Portuguese is that of Brazil", all, []string{"pt"}, "pt-BR"},
		{"the first that is offered", all, []string{"fi, sv;q=0.9, ja;q=0.8, de;q=0.7"}, "ja"},
		{"the weight counts, not the place", all, []string{"de;q=0.2, fr;q=0.9"}, "fr"},
		{"the first wish that can be met", all, []string{"fi", "es", "de"}, "es"},
		{"what can't be read is no wish", all, []string{"\x00;;q=q", "ar"}, "ar"},
		{"what is too long is not read", all, []string{strings.Repeat("de, ", 100), "fr"}, "fr"},
		{"a weight of zero is no wish", all, []string{"de;q=0, fr"}, "fr"},
		{"everything is the default", all, []string{"*"}, "en"},
		{"a language that is not offered", localization.Config{Only: []string{"en", "de"}}, []string{"fr"}, "en"},
		{"the default of the application", localization.Config{Only: []string{"en", "de"}, Default: "de"}, []string{"fr"}, "de"},
		{"the first is the default where English is not offered", localization.Config{Only: []string{"fr", "de"}}, []string{"ja"}, "fr"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := newCatalog(t, tt.config).Match(tt.wishes...).Tag(); got != tt.want {
				t.Errorf("%q is %s, want %s", tt.wishes, got, tt.want)
			}
		})
	}
}

func TestAHostReplacesSentencesAndAddsALanguage(t *testing.T) {
	t.Parallel()
	catalog := newCatalog(t, localization.Config{Sources: []localization.Source{
		{Tag: "en", Sentences: map[string]string{"frame.home": "Start", "time.minutes.other": "{count} min"}},
		{Tag: "it", Locale: it.New(), Sentences: map[string]string{
			"frame.sign-in": "Accedi", "time.minutes.one": "{count} minuto", "time.minutes.other": "{count} minuti",
		}},
	}})
	english, italian := catalog.Language("en"), catalog.Match("it-CH")
	if italian.Tag() != "it" || italian.Name() != "italiano" || italian.Direction() != "ltr" {
		t.Fatalf("the language is %s, %s, %s", italian.Tag(), italian.Name(), italian.Direction())
	}
	for _, row := range []struct{ name, got, want string }{
		{"the replaced sentence", english.Text("frame.home"), "Start"},
		{"another sentence stays", english.Text("frame.sign-in"), "Sign in"},
		{"one plural form is replaced", english.Text("time.minutes", "count", 2), "2 min"},
		{"the other plural form stays", english.Text("time.minutes", "count", 1), "1 minute"},
		{"the added language", italian.Text("frame.sign-in"), "Accedi"},
		{"its plural forms", italian.Text("time.minutes", "count", 1) + italian.Text("time.minutes", "count", 1200), "1 minuto1.200 minuti"},
		{"what it lacks is the host's English", italian.Text("frame.home"), "Start"},
		{"the built-in English is as it was", localization.English().Text("frame.home"), "Home"},
	} {
		if row.got != row.want {
			t.Errorf("%s: %q, want %q", row.name, row.got, row.want)
		}
	}
	if missing := italian.Missing(); !slices.Contains(missing, "frame.home") || slices.Contains(missing, "frame.sign-in") {
		t.Errorf("missing in Italian: %q", missing)
	}
}

func TestOneTextReplacesAllPluralForms(t *testing.T) {
	t.Parallel()
	catalog := newCatalog(t, localization.Config{Sources: []localization.Source{{Tag: "en", Sentences: map[string]string{"time.minutes": "{count} min"}}}})
	if got := catalog.Language("en").Text("time.minutes", "count", 1); got != "1 min" {
		t.Errorf("got %q", got)
	}
}

func TestAHostAddsItsOwnSentences(t *testing.T) {
	t.Parallel()
	english := localization.Source{Tag: "en", Adds: true, Sentences: map[string]string{"shop.cart.one": "{count} thing", "shop.cart.other": "{count} things"}}
	german := localization.Source{Tag: "de", Sentences: map[string]string{"shop.cart.one": "{count} Ding", "shop.cart.other": "{count} Dinge"}}
	catalog := newCatalog(t, localization.Config{Sources: []localization.Source{english, german}})
	for tag, want := range map[string]string{"en": "2 things", "de": "2 Dinge", "fr": "2 things"} {
		if got := catalog.Language(tag).Text("shop.cart", "count", 2); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
	if _, err := localization.New(localization.Config{Sources: []localization.Source{german, english}}); err == nil {
		t.Error("German keys are taken before English has them")
	}
}

func TestAMistakeInTheConfigurationIsNamed(t *testing.T) {
	t.Parallel()
	source := func(tag, key, text string) localization.Config {
		return localization.Config{Sources: []localization.Source{{Tag: tag, Sentences: map[string]string{key: text}}}}
	}
	tests := []struct {
		name   string
		config localization.Config
		want   string
	}{
		{"a key that English does not have", source("de", "frame.hom", "Start"), `the key "frame.hom" does not exist`},
		{"a placeholder that English does not have", source("de", "frame.home", "Start {name}"), `{name} does not exist`},
		{"a brace without its other", source("de", "frame.home", "Start {"), "needs a placeholder"},
		{"a brace that closes nothing", source("de", "frame.home", "Start }"), "has a } without a {"},
		{"an empty sentence", source("de", "frame.home", " "), "is empty"},
		{"no language", source("not a tag", "frame.home", "x"), `"not a tag" is no language`},
		{"a new language without a locale", source("it", "frame.home", "Inizio"), "needs a Locale"},
		{"a language that is offered and does not exist", localization.Config{Only: []string{"en", "xx"}}, `the language "xx" does not exist`},
		{"a default that does not exist", localization.Config{Default: "tlh"}, `the language "tlh" does not exist`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := localization.New(tt.config)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("the error is %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestValuesKeepTheirDirection(t *testing.T) {
	t.Parallel()
	catalog := newCatalog(t, localization.Config{})
	const key, arabic = "device.browser-on-type", "لندن"
	for _, row := range []struct{ name, language, value, want string }{
		{"English in English", "en", "Edge", "Edge on x"},
		{"Arabic in English is isolated", "en", arabic, "\u2068" + arabic + "\u2069 on x"},
	} {
		if got := catalog.Language(row.language).Text(key, "browser", row.value, "type", "x"); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
	if got := catalog.Language("ar").Text(key, "browser", "Edge", "type", "Windows"); strings.Count(got, "\u2068") != 2 || strings.Count(got, "\u2069") != 2 {
		t.Errorf("English in Arabic is not isolated: %q", got)
	}
}

func TestPartsTellValuesFromWords(t *testing.T) {
	t.Parallel()
	got := localization.English().Parts("device.city-country", "city", "Toronto", "country", "Canada")
	want := []localization.Part{{Text: "Toronto", Value: true}, {Text: ", "}, {Text: "Canada", Value: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

func TestASentenceThatDoesNotExistIsItsKey(t *testing.T) {
	t.Parallel()
	english := localization.English()
	if got := english.Text("no.such-key", "count", 3); got != "no.such-key" {
		t.Errorf("got %q", got)
	}
	if english.Has("no.such-key") || !english.Has("frame.home") || !english.Has("time.minutes") {
		t.Error("Has is wrong")
	}
	if got := english.Text("device.city-country", "city", "Toronto"); got != "Toronto, " {
		t.Errorf("without a value: %q", got)
	}
}

func TestAContextHasALanguage(t *testing.T) {
	t.Parallel()
	german := newCatalog(t, localization.Config{}).Language("de")
	if got := localization.FromContext(localization.NewContext(t.Context(), german)); got != german {
		t.Errorf("the language is %s", got.Tag())
	}
	for _, ctx := range []context.Context{t.Context(), localization.NewContext(t.Context(), nil)} {
		if got := localization.FromContext(ctx).Tag(); got != "en" {
			t.Errorf("without a language: %s", got)
		}
	}
}

func FuzzWishesFindALanguage(f *testing.F) {
	for _, seed := range []string{"", "de", "de-AT,de;q=0.9", "*", "x-private", "\x00", "zh-Hant-TW-u-co-stroke", ";q=1", strings.Repeat("a-", 100)} {
		f.Add(seed)
	}
	catalog, err := localization.New(localization.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, wish string) {
		if !slices.Contains(catalog.Languages(), catalog.Match(wish)) {
			t.Errorf("%q finds a language that is not offered", wish)
		}
	})
}

func FuzzASentenceIsReadOrRefused(f *testing.F) {
	for _, seed := range []string{"", "Home", "{count}", "{", "}", "{}", "{{count}}", "{count", "a {count} b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		catalog, err := localization.New(localization.Config{Sources: []localization.Source{{Tag: "en", Sentences: map[string]string{"frame.home": text}}}})
		if err != nil {
			return
		}
		if got := catalog.Language("en").Text("frame.home"); got != text {
			t.Errorf("%q became %q", text, got)
		}
	})
}
