package ginclerk

import (
	"maps"
	"net/http"
	"strings"
)

// unreadableBearer is a value of the Authorization header that presents a token which is none: the request is refused, and its
// cookies are not consulted.
const unreadableBearer = "Bearer"

// authorizedAs returns the request as package authn reads its Authorization header. A request that presents a bearer token is
// decided by that token alone, so that one which Clerk's code would pass over for how it is written must not leave the request
// to its cookies: the scheme has no case (RFC 9110, section 11.1), any number of blanks follows it (section 11.6.2), and where
// several values present a token, or one can't be read, none is believed.
func authorizedAs(r *http.Request) *http.Request {
	values := r.Header["Authorization"]
	if len(values) == 0 || len(values) == 1 && wellWrittenBearer(values[0]) {
		return r
	}
	written, presented := bearerOf(values)
	if !presented || len(values) == 1 && values[0] == written {
		return r
	}
	out := *r
	out.Header = maps.Clone(r.Header)
	out.Header["Authorization"] = []string{written}
	return &out
}

// wellWrittenBearer reports whether a value is written as nearly all are: Bearer, a blank, and a token.
func wellWrittenBearer(value string) bool {
	raw, found := strings.CutPrefix(value, "Bearer ")
	return found && raw != "" && !strings.ContainsAny(raw, " \t,")
}

// bearerOf returns the one value that presents what the given ones do, and whether they present a bearer token, good or not.
func bearerOf(values []string) (written string, presented bool) {
	for _, value := range values {
		one, found := oneBearer(strings.Trim(value, " \t"))
		switch {
		case !found:
		case len(values) > 1:
			return unreadableBearer, true
		default:
			written, presented = one, true
		}
	}
	return written, presented
}

// oneBearer is bearerOf for a single value without blanks around it. A value of one word is a token, as with Clerk. Credentials
// of other schemes, such as Basic, are somebody else's, unless a bearer token follows them as in a list that a proxy has made of
// several headers.
func oneBearer(value string) (written string, presented bool) {
	scheme, rest, several := strings.Cut(value, " ")
	switch {
	case value == "":
		return "", false
	case !several:
		return value, true
	case !isScheme(scheme):
		return unreadableBearer, true
	case strings.EqualFold(scheme, "Bearer"):
		raw, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
		return "Bearer " + raw, true
	case listsBearer(rest):
		return unreadableBearer, true
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
