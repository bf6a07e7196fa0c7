// Package bearer reads the Authorization header as strictly as a server must that also accepts cookies.
//
// If a request presents a bearer token, that token alone decides. Clerk's own code ignores some spellings of the header; such a
// request must not fall back to its cookies. The scheme has no letter case (RFC 9110, section 11.1), and any number of blanks
// follows it (section 11.6.2). If several values present a token, or if one can't be read, the request is refused.
package bearer

import (
	"maps"
	"net/http"
	"strings"
)

// unreadable stands for a header that presents a token which can't be read. The request is refused, and its cookies are not
// read.
const unreadable = "Bearer"

// Normalize returns the request with its Authorization header in the form that package authn reads: one value with Bearer, a
// blank, and the token. If the header has this form already, or has no bearer token, Normalize returns the same request.
func Normalize(r *http.Request) *http.Request {
	values := r.Header["Authorization"]
	if len(values) == 0 || len(values) == 1 && wellWritten(values[0]) {
		return r
	}
	written, presented := presentedBy(values)
	if !presented || len(values) == 1 && values[0] == written {
		return r
	}
	return withAuthorization(r, written)
}

// Presented reports whether a request presents a bearer token in its Authorization header, valid or not. That token alone then decides who sends
// the request. raw is the token; "" where it can't be read, because several values present one, for example.
func Presented(header http.Header) (raw string, presented bool) {
	written, presented := presentedBy(header["Authorization"])
	if strings.EqualFold(written, unreadable) {
		return "", presented
	}
	return strings.TrimPrefix(written, unreadable+" "), presented
}

// withAuthorization returns the request with one value of the header.
func withAuthorization(r *http.Request, value string) *http.Request {
	out := *r
	out.Header = maps.Clone(r.Header)
	out.Header["Authorization"] = []string{value}
	return &out
}

// wellWritten reports whether a value has the usual form: Bearer, a blank, and a token.
func wellWritten(value string) bool {
	raw, found := strings.CutPrefix(value, "Bearer ")
	return found && raw != "" && strings.IndexByte(raw, ' ') < 0 && strings.IndexByte(raw, '\t') < 0 && strings.IndexByte(raw, ',') < 0
}

// presentedBy returns one value for all values of a header, and reports whether they present a bearer token, valid or not.
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

// presentedByOne is presentedBy for a single value without blanks around it. A value of one word is a token, as in Clerk's
// code. Credentials of other schemes, such as Basic, are not for Clerk, unless a bearer token follows them in a list that a
// proxy has made of several headers.
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

// isScheme reports whether a word can be the name of an authentication scheme. The names in IANA's registry have letters,
// digits and hyphens.
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

// listsBearer reports whether a bearer token follows the credentials of another scheme after a comma.
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
