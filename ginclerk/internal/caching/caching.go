// Package caching decides who may keep a response, and which request headers the response varies by. It decides when the header
// is written: until then handlers and other middleware may change the header.
package caching

import (
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// onlyTheBrowser limits a response to one browser, which does not keep it.
const onlyTheBrowser = "private, no-store"

// Values has room for what is put on the header of one response. The zero value is ready for use.
type Values struct{ cacheControl, vary [1]string }

// KeepPrivate keeps a response out of shared caches. A Cache-Control that already does so stays: with "private", the browser
// alone keeps the response, for as long as the handler says.
func (v *Values) KeepPrivate(header http.Header) {
	if !v.keptPrivate(header) && (!saysPrivate(header) || SetsSession(header) && !saysNoStore(header)) {
		v.cacheControl[0] = onlyTheBrowser
		header["Cache-Control"] = v.cacheControl[:]
	}
	if hasOnlyUsualFields(header) {
		return
	}
	for name := range header {
		if overrulesCacheControl(name) {
			header.Del(name)
		}
	}
}

// hasOnlyUsualFields reports whether a header has none but some fields that nearly every response has. It is a quick look: a walk through
// a map takes longer.
func hasOnlyUsualFields(header http.Header) bool {
	usual := 0
	for _, name := range [...]string{"Cache-Control", "Vary", "Content-Type"} {
		if _, found := header[name]; found {
			usual++
		}
	}
	return usual == len(header)
}

// keptPrivate reports whether Cache-Control is what KeepPrivate has put there.
func (v *Values) keptPrivate(header http.Header) bool {
	values := header["Cache-Control"]
	return len(values) == 1 && values[0] == onlyTheBrowser
}

// saysPrivate reports whether Cache-Control keeps shared caches out and does not contradict itself (RFC 9111, section 5.2.2).
// For an ambiguous value it returns false.
func saysPrivate(header http.Header) bool {
	private := false
	for _, value := range header["Cache-Control"] {
		if strings.Contains(value, `"`) {
			return false // private="field" is about that field alone, and a comma in quotes is not a separator
		}
		for directive := range strings.SplitSeq(value, ",") {
			name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
			switch name {
			case "private", "no-store":
				private = true
			case "public", "s-maxage", "must-understand": // must-understand takes no-store back
				return false
			}
		}
	}
	return private
}

func saysNoStore(header http.Header) bool {
	for _, value := range header["Cache-Control"] {
		for directive := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), "no-store") {
				return true
			}
		}
	}
	return false
}

// overrulesCacheControl reports whether some caches obey the field instead of Cache-Control: targeted fields such as
// CDN-Cache-Control (RFC 9213), and those of Surrogate, Akamai and nginx.
func overrulesCacheControl(name string) bool {
	switch name {
	case "Surrogate-Control", "Edge-Control", "X-Accel-Expires":
		return true
	default:
		return strings.HasSuffix(name, "-Cache-Control")
	}
}

// SetsSession reports whether a response sets a cookie of Clerk or of ginclerk.
func SetsSession(header http.Header) bool {
	for _, line := range header["Set-Cookie"] {
		name, _, _ := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); clerkcookie.Is(name) || visit.IsOwnCookie(name) {
			return true
		}
	}
	return false
}

// credentials are the request headers that authenticate.
const credentials = "Cookie, Authorization"

// VaryByCredential makes a response vary by the headers that authenticate. It adds what is missing, and removes nothing.
func (v *Values) VaryByCredential(header http.Header) {
	byCookie, byAuthorization := false, false
	for _, value := range header["Vary"] {
		if value == credentials {
			return
		}
		for name := range strings.SplitSeq(value, ",") {
			name = strings.TrimSpace(name)
			all := name == "*"
			byCookie = byCookie || all || strings.EqualFold(name, "Cookie")
			byAuthorization = byAuthorization || all || strings.EqualFold(name, "Authorization")
		}
	}
	switch {
	case !byCookie && !byAuthorization:
		if len(header["Vary"]) > 0 {
			header.Add("Vary", credentials)
			return
		}
		v.vary[0] = credentials
		header["Vary"] = v.vary[:]
	case !byCookie:
		header.Add("Vary", "Cookie")
	case !byAuthorization:
		header.Add("Vary", "Authorization")
	}
}
