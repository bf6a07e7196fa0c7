// Package bearer reads the Authorization header of requests as strictly as a server must that also takes cookies.
//
// A request that presents a bearer token is decided by that token alone. A value that Clerk's own code passes over because of how it
// is written must not leave the request to its cookies: the scheme has no letter case (RFC 9110, section 11.1), and any number of
// blanks follows it (section 11.6.2). Where several values present a token, or one can't be read, none is believed.
package bearer

import (
	"maps"
	"net/http"
	"strings"
)

// unreadable is a value of the Authorization header that presents a token which can't be read: the request is refused, and its
// cookies are not read.
const unreadable = "Bearer"

// Normalize returns the request with its Authorization header as package authn reads it: one value, written Bearer, a blank, and
// the token. A request whose header is written so, or presents no bearer token, is returned itself.
func Normalize(r *http.Request) *http.Request {
	values := r.Header["Authorization"]
	if len(values) == 0 || len(values) == 1 && wellWritten(values[0]) {
		return r
	}
	written, presented := presentedBy(values)
	if !presented || len(values) == 1 && values[0] == written {
		return r
	}
	out := *r
	out.Header = maps.Clone(r.Header)
	out.Header["Authorization"] = []string{written}
	return &out
}

// wellWritten reports whether a value is written as nearly all are: Bearer, a blank, and a token.
func wellWritten(value string) bool {
	raw, found := strings.CutPrefix(value, "Bearer ")
	return found && raw != "" && !strings.ContainsAny(raw, " \t,")
}

// presentedBy returns the one value that stands for all values of a header, and whether they present a bearer token, good or not.
func presentedBy(values []string) (written string, presented bool) {
	for _, value := range values {
		one, found := presentedByOne(strings.Trim(value, " \t"))
		switch {
		case !found:
		case len(values) > 1:
			return unreadable, true
		default:
			written, presented = one, true
		}
	}
	return written, presented
}

// presentedByOne is presentedBy for a single value without blanks around it. A value of one word is a token, as with Clerk.
// Credentials of other schemes, such as Basic, are not for Clerk, unless a bearer token follows them as in a list that a proxy has
// made of several headers.
func presentedByOne(value string) (written string, presented bool) {
	scheme, rest, several := strings.Cut(value, " ")
	switch {
	case value == "":
		return "", false
	case !several:
		return value, true
	case !isScheme(scheme):
		return unreadable, true
	case strings.EqualFold(scheme, "Bearer"):
		raw, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
		return "Bearer " + raw, true
	case listsBearer(rest):
		return unreadable, true
	default:
		return "", false
	}
}

// isScheme reports whether a word can be the name of an authentication scheme: what IANA lists has letters, digits and hyphens.
func isScheme(word string) bool {
	for _, c := range []byte(word) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return word != ""
}

// listsBearer reports whether a bearer token follows the credentials of another scheme behind a comma.
func listsBearer(credentials string) bool {
	for {
		_, next, found := strings.Cut(credentials, ",")
		if !found {
			return false
		}
		credentials = next
		word, _, _ := strings.Cut(strings.TrimLeft(next, " \t"), " ")
		if word, _, _ = strings.Cut(word, "\t"); strings.EqualFold(word, "Bearer") {
			return true
		}
	}
}
