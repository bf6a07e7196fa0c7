package templates

import "github.com/a-h/templ"

// LanguageView is the view of [LanguagePage].
type LanguageView struct {
	Page
	// Languages are those that the person can choose.
	Languages []Choice
	// Zones are the time zones that the person can choose.
	Zones []Choice
	// Now is the time at the moment in the time zone of the page. A person sees from it whether the zone is right.
	Now Time
	// SaveURL keeps the choice (POST: language, time_zone, return_to). An empty value stands for the browser's own.
	SaveURL templ.SafeURL
	// ReturnTo is the hidden field "return_to": where the person came from.
	ReturnTo string
}

// Choice is an entry of a list of which one is chosen.
type Choice struct {
	// Value is what the form sends, such as "de".
	Value string
	// Label is what the person reads, such as "Deutsch".
	Label string
	// Language is the language of Label as a BCP 47 tag. Empty: that of the page.
	Language string
	// Chosen marks the entry that counts now.
	Chosen bool
}
