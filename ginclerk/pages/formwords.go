package pages

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/localization"
)

// FormWords are an application's words about one of its forms. The zero value has none. All texts are for people.
type FormWords struct {
	// Name is what the form is called, such as "Note"; empty means "Form".
	Name string
	// Action is the text of the button that sends the form, such as "Save note"; empty means "Send".
	Action string
	// Consequence says what happens when the form is sent, in a sentence; empty means none.
	Consequence string
	// Labels are what the fields are called, by their names. A form with labels shows these fields alone, because the others are its own,
	// such as the id of what is edited. nil means that all fields are shown by their names.
	Labels map[string]string
	// Hide names fields whose values are not shown, beside those whose names look like that of a secret.
	Hide []string
	// Languages are the same words in other languages, by BCP 47 tags. What a language leaves out is as above; its Hide and Languages don't
	// count.
	Languages map[string]FormWords
}

// check returns why words don't fit their key.
func (w FormWords) check(route string) error {
	method, path, found := strings.Cut(route, " ")
	writes := slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method)
	if !found || !writes || !strings.HasPrefix(path, "/") {
		return errors.New(`must have a method and a route as its key, such as "POST /notes/:id"`)
	}
	return nil
}

// in returns the words in a language.
func (w FormWords) in(l *localization.Language) FormWords {
	other, found := w.Languages[l.Tag()]
	if !found {
		return w
	}
	w.Name, w.Action = cmp.Or(other.Name, w.Name), cmp.Or(other.Action, w.Action)
	w.Consequence = cmp.Or(other.Consequence, w.Consequence)
	if w.Labels != nil {
		labels := make(map[string]string, len(w.Labels))
		for name, label := range w.Labels {
			labels[name] = cmp.Or(other.Labels[name], label)
		}
		w.Labels = labels
	}
	return w
}

// wordsAbout returns the words about a form that was sent to a path. As in Gin, a segment without a parameter wins.
func wordsAbout(all map[string]FormWords, method, path string) FormWords {
	if exact, found := all[method+" "+path]; found {
		return exact
	}
	best, words := "", FormWords{}
	for route, about := range all {
		own, pattern, _ := strings.Cut(route, " ")
		if own == method && leadsTo(pattern, path) && (best == "" || rank(route) < rank(best)) {
			best, words = route, about
		}
	}
	return words
}

// rank is a text for a route that comes, among those of routes that lead to the same path, before those of routes on which Gin falls back.
func rank(route string) string {
	return strings.NewReplacer("/:", "/\U0010fffe", "/*", "/\U0010ffff").Replace(route)
}

// leadsTo reports whether a path is one of a route of Gin's. Parameters are segments that begin with ":", or with "*" for all that follows.
func leadsTo(pattern, path string) bool {
	for {
		wanted, morePattern, more := strings.Cut(strings.TrimPrefix(pattern, "/"), "/")
		given, morePath, moreGiven := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		switch {
		case strings.HasPrefix(wanted, "*"):
			return true
		case strings.HasPrefix(wanted, ":") && given != "", wanted == given:
		default:
			return false
		}
		if more != moreGiven {
			return strings.HasPrefix(morePattern, "*")
		}
		if !more {
			return true
		}
		pattern, path = morePattern, morePath
	}
}
