// Package localization has the sentences of the session pages in several languages, and writes dates, numbers and the names of
// countries as each language does.
//
//	catalog, err := localization.New(localization.Config{})
//	german := catalog.Match(r.Header.Get("Accept-Language"))
//	german.Text("devices.count", "count", 3)
//
// # Sentences
//
// A sentence has a key, such as "devices.title", and one text in each language. The texts of a language are in the JSON files of
// sentences/<language>, one file for each group of pages. A text can have placeholders in braces: {device}. The caller passes their
// names and values. A value is a string or an int; a language writes an int with its own separators.
//
// A sentence whose words depend on a number has one text for each plural category of the language, and the category ends its key:
// "devices.count.one", "devices.count.other". The number is the value {count}. The categories are those of CLDR: zero, one, two, few,
// many, other.
//
// A test holds that each language has each sentence with the same placeholders.
//
// # An own language, own words
//
// [Source] replaces single sentences of a language, and adds a language. Rules for dates, numbers and plurals come from
// github.com/go-playground/locales, which has a package for each language of CLDR.
package localization
