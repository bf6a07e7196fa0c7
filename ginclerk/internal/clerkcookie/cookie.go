package clerkcookie

import (
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Cookie is one of the cookies of Clerk's that a decision may need, with or without the suffix of the instance.
type Cookie uint8

// The cookies. A name without Suffixed is that of every instance on the domain.
const (
	Session Cookie = iota
	SessionSuffixed
	ClientUAT
	ClientUATSuffixed
	RefreshSuffixed
	DevBrowser
	DevBrowserSuffixed
	Handshake
	HandshakeNonce
	RedirectCount
	Client

	// Count is how many cookies there are: range over it for all of them.
	Count
)

// base returns the name without a suffix, and whether the cookie has one.
func (c Cookie) base() (name string, suffixed bool) {
	switch c {
	case Session:
		return instance.CookieSession, false
	case SessionSuffixed:
		return instance.CookieSession, true
	case ClientUAT:
		return instance.CookieClientUAT, false
	case ClientUATSuffixed:
		return instance.CookieClientUAT, true
	case RefreshSuffixed:
		return instance.CookieRefresh, true
	case DevBrowser:
		return instance.CookieDevBrowser, false
	case DevBrowserSuffixed:
		return instance.CookieDevBrowser, true
	case Handshake:
		return instance.CookieHandshake, false
	case HandshakeNonce:
		return instance.CookieHandshakeNonce, false
	case RedirectCount:
		return instance.CookieRedirectCount, false
	case Client:
		return instance.CookieClient, false
	default:
		return "", false
	}
}

// Name returns the name of the cookie for an instance with this suffix ([instance.PublishableKey.CookieSuffix]).
func (c Cookie) Name(suffix string) string {
	name, suffixed := c.base()
	if suffixed {
		name += "_" + suffix
	}
	return name
}

// is reports whether the cookie has this name.
func (c Cookie) is(name, suffix string) bool {
	base, suffixed := c.base()
	if !suffixed {
		return name == base
	}
	rest, found := strings.CutPrefix(name, base)
	return found && len(rest) == len(suffix)+1 && rest[0] == '_' && rest[1:] == suffix
}

// find returns the cookie with this name.
func find(name, suffix string) (_ Cookie, found bool) {
	if !strings.HasPrefix(name, "__") { // most names are none of Clerk's
		return 0, false
	}
	for c := range Count {
		if c.is(name, suffix) {
			return c, true
		}
	}
	return 0, false
}

// SetByClerk reports whether Clerk's answers may set a cookie of this name, with or without the suffix. Only Clerk's SDKs set the counter
// of redirects.
func SetByClerk(name, suffix string) bool {
	name = strings.TrimSuffix(name, "_"+suffix)
	for c := range Count {
		if base, _ := c.base(); name == base {
			return c != RedirectCount
		}
	}
	return false
}

// Set is a set of cookies. The zero value has none.
type Set uint16

// SetOf returns the set of these cookies.
func SetOf(cookies ...Cookie) Set {
	var s Set
	for _, c := range cookies {
		s |= 1 << c
	}
	return s
}

// Has reports whether the cookie is in the set.
func (s Set) Has(c Cookie) bool { return s&(1<<c) != 0 }

// Names returns the names of the cookies for an instance with this suffix.
func (s Set) Names(suffix string) []string {
	var names []string
	for c := range Count {
		if s.Has(c) {
			names = append(names, c.Name(suffix))
		}
	}
	return names
}
