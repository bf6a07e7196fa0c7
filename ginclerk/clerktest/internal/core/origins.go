package core

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// ErrRedirectTarget is wrapped by errors of [Origins.Target].
var ErrRedirectTarget = errors.New("redirect target is not allowed")

// Origins are the origins, such as http://localhost:8080, that a redirect may lead to. The zero value allows all loopback origins.
type Origins struct {
	listed []string
}

// NewOrigins returns a list of origins. Each is a scheme (http or https), a host and an optional port, and nothing else.
func NewOrigins(list []string) (Origins, error) {
	var o Origins
	for _, text := range list {
		listed, err := origin.Parse(strings.TrimSuffix(text, "/"))
		if err != nil {
			return Origins{}, fmt.Errorf("origin %w: want scheme://host or scheme://host:port", err)
		}
		o.listed = append(o.listed, listed.String())
	}
	return o, nil
}

// Listed returns the origins that were given.
func (o Origins) Listed() []string { return slices.Clone(o.listed) }

// Allows reports whether redirects may lead to the origin.
func (o Origins) Allows(text string) bool {
	u, err := url.Parse(text)
	if err != nil || !plain(u) {
		return false
	}
	if len(o.listed) > 0 {
		return slices.Contains(o.listed, OriginOf(u))
	}
	return Loopback(u.Hostname())
}

// Target reads an absolute redirect_url. Errors wrap [ErrRedirectTarget].
func (o Origins) Target(raw string) (*url.URL, error) {
	if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return nil, fmt.Errorf("%w: it holds characters that no URL has", ErrRedirectTarget)
	}
	u, err := url.Parse(raw)
	if err != nil || !plain(u) {
		return nil, fmt.Errorf("%w: want an absolute http or https URL", ErrRedirectTarget)
	}
	if !o.Allows(OriginOf(u)) {
		return nil, fmt.Errorf("%w: unknown origin %s", ErrRedirectTarget, OriginOf(u))
	}
	return u, nil
}

// OriginOf returns scheme, host and port of a URL as browsers send them; "" for a URL without an origin.
func OriginOf(u *url.URL) string { return origin.Of(u).String() }

// Loopback reports whether a host name or address is this machine's loopback.
func Loopback(host string) bool { return origin.Loopback(host) }

func plain(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && u.Opaque == ""
}
