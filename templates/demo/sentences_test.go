package demo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates/demo"
)

func TestEachLanguageHasTheSentencesOfTheDemo(t *testing.T) {
	t.Parallel()
	sources, err := demo.Sentences()
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := localization.New(localization.Config{Sources: sources})
	if err != nil {
		t.Fatal(err)
	}
	if len(catalog.Languages()) < 7 || !catalog.Language("en").Has("demo.home.title") {
		t.Fatalf("the catalog has %d languages", len(catalog.Languages()))
	}
	for _, l := range catalog.Languages() {
		missing := slices.DeleteFunc(l.Missing(), func(key string) bool { return !strings.HasPrefix(key, "demo.") })
		if len(missing) > 0 {
			t.Errorf("%s lacks %q", l.Tag(), missing)
		}
	}
}
