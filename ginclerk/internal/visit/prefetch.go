package visit

import (
	"net/http"
	"strings"
)

// IsPrefetch reports whether a browser, or a script, fetches a page before anyone opens it. Chromium and Firefox say so in
// Sec-Purpose (Fetch, section "Sec-Purpose"), older ones and Safari in Purpose, X-Purpose and X-Moz, Turbo in X-Sec-Purpose,
// and htmx's preload extension in HX-Preloaded.
func IsPrefetch(r *http.Request) bool {
	for _, name := range [...]string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz", "X-Sec-Purpose"} {
		for _, value := range r.Header[name] {
			if namesPrefetch(value) {
				return true
			}
		}
	}
	return len(r.Header["Hx-Preloaded"]) > 0
}

func namesPrefetch(value string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(" \t,;", r) }) {
		switch word {
		case "prefetch", "prerender", "preview", "instant":
			return true
		}
	}
	return false
}
