package templates_test

import (
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/internal/pagetest"
)

func languageCases() []pagetest.Case {
	view := templates.LanguageView{
		Page: pagetest.Page("Language and time zone", "", pagetest.Ada()),
		Languages: []templates.Choice{
			{Label: "Same as your browser (English)", Chosen: true},
			{Value: "ar", Label: "العربية", Language: "ar"},
			{Value: "ja", Label: "日本語", Language: "ja"},
		},
		Zones: []templates.Choice{
			{Label: "Same as your browser", Chosen: true},
			{Value: "America/Argentina/Buenos_Aires", Label: "Buenos Aires (UTC−03:00)"},
		},
		Now:     templates.Time{Text: "Mar 12, 2026, 2:05 pm UTC", RFC3339: "2026-03-12T14:05:13Z"},
		SaveURL: "/sessions/language", ReturnTo: "/sessions/devices",
	}
	arrived := view
	arrived.ReturnTo = ""
	return []pagetest.Case{
		{Name: "language", Page: templates.LanguagePage(view)},
		{Name: "language-arrived", Page: templates.LanguagePage(arrived)},
	}
}
