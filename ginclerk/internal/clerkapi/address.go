package clerkapi

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// insecureError is a request that was not sent because it would have carried a secret in the clear.
type insecureError struct{ host string }

func (e *insecureError) Error() string {
	return "refusing plain http to " + e.host + ": use https, or a loopback address"
}

// checkSecure allows https, and http to this machine.
func checkSecure(u *url.URL) error {
	if u.Scheme == "https" || (u.Scheme == "http" && origin.Loopback(u.Hostname())) {
		return nil
	}
	return &insecureError{host: u.Hostname()}
}

// parseBase reads the address of an API: scheme, host and perhaps a path, nothing else.
func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		// The cause quotes the address, and an address can hold a password.
		return nil, errors.New("is not an address")
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return nil, errors.New("must be an absolute http or https address")
	case u.User != nil, u.RawQuery != "", u.ForceQuery, u.Fragment != "":
		return nil, errors.New("must have no user, query or fragment")
	}
	if err := checkSecure(u); err != nil {
		return nil, fmt.Errorf("is not safe: %w", err)
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}
