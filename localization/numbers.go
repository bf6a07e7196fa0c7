package localization

import (
	"github.com/go-playground/locales"
	"golang.org/x/text/language"
)

// Number writes a whole number, such as "12,345".
func (l *Language) Number(n int) string { return l.locale.FmtNumber(float64(n), 0) }

// Country returns the name of a country by its code of ISO 3166, such as "Canada" for "CA". A text that is no code is returned as it
// is.
func (l *Language) Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || len(code) > len("CAN") {
		return code
	}
	if name := l.regions.Name(region); name != "" {
		return name
	}
	return code
}

// category is the plural category of a number.
func (l *Language) category(n int) string {
	return categoryName(l.locale.CardinalPluralRule(float64(n), 0))
}

// categories are the plural categories that the language has.
func (l *Language) categories() []string {
	var names []string
	for _, rule := range l.locale.PluralsCardinal() {
		names = append(names, categoryName(rule))
	}
	return names
}

func categoryName(rule locales.PluralRule) string {
	switch rule {
	case locales.PluralRuleZero:
		return "zero"
	case locales.PluralRuleOne:
		return "one"
	case locales.PluralRuleTwo:
		return "two"
	case locales.PluralRuleFew:
		return "few"
	case locales.PluralRuleMany:
		return "many"
	default:
		return "other"
	}
}
