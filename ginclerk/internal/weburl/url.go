// Package weburl reads and prints addresses of the web as browsers do (WHATWG URL Standard): those of http and https, and of ftp,
// ws and wss, which follow the same rules. Its time is linear in the length of an address, whatever stands in it, because
// everybody can send addresses with requests.
//
// net/url follows RFC 3986, which differs where it matters: browsers read a backslash as a slash, drop tabs and line breaks, forgive
// slashes, resolve encoded dots and know old notations of IPv4 addresses. github.com/nlnwa/whatwg-url follows the standard, but its
// time is quadratic in the length of an address, it accepts signs in IPv4 addresses, and it adds 200 KB to a program (18.66 MB
// became 18.45, November 2026). The tests and FuzzURL compare with it. Names that are not ASCII are read by golang.org/x/net/idna, which
// every program with Gin links.
package weburl

import (
	"errors"
	"strings"
)

// MaxAuthority is the most bytes that an address may have between "//" and its path. A name of a host has no more than 253
// (RFC 1035).
const MaxAuthority = 512

// ErrUnreadable means that a text is not an address of the web, or that its host is too long.
var ErrUnreadable = errors.New("weburl: not an address of the web")

// URL is an address in the form in which browsers print it. The zero value is no address; make one with [Parse]. It is a value.
type URL struct {
	Scheme   string // http, https, ftp, ws or wss
	Hostname string // in small letters, in ASCII, IPv6 in brackets
	Port     string // empty where it is the scheme's own
	Path     string // begins with a slash; has no dot segments
	Query    string // without the question mark

	userinfo  string // with the @ behind it
	fragment  string // with the # in front of it
	bareQuery bool   // a question mark without a query behind it
}

// Origin returns scheme://host[:port].
func (u URL) Origin() string { return u.Scheme + "://" + u.Host() }

// Host returns host[:port].
func (u URL) Host() string {
	if u.Port == "" {
		return u.Hostname
	}
	return u.Hostname + ":" + u.Port
}

// String prints the address.
func (u URL) String() string {
	query := ""
	if u.Query != "" || u.bareQuery {
		query = "?"
	}
	return u.Scheme + "://" + u.userinfo + u.Host() + u.Path + query + u.Query + u.fragment
}

// WithQuery returns the address with another query, which must be encoded already; empty: without one.
func (u URL) WithQuery(query string) URL {
	u.Query, u.bareQuery = query, false
	return u
}

// Parse reads an absolute address. The error is [ErrUnreadable].
func Parse(text string) (URL, error) {
	text = trimmed(text)
	scheme, rest, found := cutScheme(text)
	if !found || !OfTheWeb(scheme) {
		return URL{}, ErrUnreadable
	}
	return absolute(scheme, rest)
}

// Parse reads an address that may be relative to u. The error is [ErrUnreadable].
func (u URL) Parse(text string) (URL, error) {
	text = trimmed(text)
	scheme, rest, found := cutScheme(text)
	switch {
	case !found:
		return u.relative(text)
	case !OfTheWeb(scheme):
		return URL{}, ErrUnreadable
	case scheme == u.Scheme && !strings.HasPrefix(rest, "//"):
		return u.relative(rest)
	default:
		return absolute(scheme, rest)
	}
}

// Origin returns the origin and the host name of an absolute address. It does not read the rest. The error is [ErrUnreadable].
func Origin(text string) (origin, hostname string, err error) {
	scheme, rest, found := cutScheme(trimmed(text))
	if !found || !OfTheWeb(scheme) {
		return "", "", ErrUnreadable
	}
	u, _, err := authority(scheme, rest)
	if err != nil {
		return "", "", err
	}
	return u.Origin(), u.Hostname, nil
}

// Scheme returns the scheme of an absolute address in small letters, or "".
func Scheme(text string) string {
	scheme, _, _ := cutScheme(trimmed(text))
	return scheme
}

// OfTheWeb reports whether this package reads addresses with the scheme, given in small letters.
func OfTheWeb(scheme string) bool { return defaultPort(scheme) != 0 }

// defaultPort returns the default port of a scheme, or 0 for a scheme that this package does not read.
func defaultPort(scheme string) uint64 {
	switch scheme {
	case "http", "ws":
		return 80
	case "https", "wss":
		return 443
	case "ftp":
		return 21
	default:
		return 0
	}
}
