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
