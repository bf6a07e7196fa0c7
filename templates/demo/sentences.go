package demo

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ginclerk/ginclerk/localization"
)

//go:embed sentences/*.json
var sentences embed.FS

// Sentences are the sentences of the demo's pages in each language, for [localization.Config]. Their keys begin with "demo.".
func Sentences() ([]localization.Source, error) {
	const english = "en.json"
	names, err := sentences.ReadDir("sentences")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	sources := make([]localization.Source, 1, len(names)) // the first one is English
	for _, name := range names {
		content, err := sentences.ReadFile("sentences/" + name.Name())
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		source := localization.Source{Tag: strings.TrimSuffix(name.Name(), ".json")}
		if err := json.Unmarshal(content, &source.Sentences); err != nil {
			return nil, fmt.Errorf("demo: sentences/%s: %w", name.Name(), err)
		}
		if name.Name() == english {
			source.Adds = true
			sources[0] = source
			continue
		}
		sources = append(sources, source)
	}
	return sources, nil
}

// text returns a sentence in the language of the page.
func text(ctx context.Context, key string, values ...any) string {
	return localization.FromContext(ctx).Text(key, values...)
}
