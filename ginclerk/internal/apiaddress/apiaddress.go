// Package apiaddress reads the addresses of Clerk's APIs, to which secrets go. The configuration of the plugin, the client of the
// APIs and the Frontend API proxy share its rules.
package apiaddress

import (
	"errors"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// Errors of [Parse]. None quotes the address, because it can hold a password.
var (
	ErrNotAbsolute = errors.New("must be an absolute http or https URL")
	ErrNotBare     = errors.New("must have no user, no query and no fragment")
	ErrPlainHTTP   = errors.New("must be https: secrets do not go over plain http (except on this machine)")
)

// Parse reads an absolute http or https URL of a host and perhaps a path. http is for the machine itself. A slash at the end
// makes no difference: the result has none.
func Parse(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil, origin.Of(u).IsZero():
		return nil, ErrNotAbsolute
	case u.User != nil, strings.ContainsAny(text, "?#"):
		return nil, ErrNotBare
	case !Secure(u):
		return nil, ErrPlainHTTP
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

// Secure reports whether secrets may go to a URL: over https, or over http within the machine.
func Secure(u *url.URL) bool {
	return u.Scheme == "https" || (u.Scheme == "http" && origin.Loopback(u.Hostname()))
}
