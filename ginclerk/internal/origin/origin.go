// Package origin reads web origins (RFC 6454): scheme, host and port. It writes them as browsers send them: in lower case, with
// international names in Punycode, IPv6 addresses in brackets, and no default port. All configured origins, and all addresses
// that are compared with them, pass through this package, so that equal origins have equal texts.
//
// The package reads only http and https.
package origin

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
)

// Origin is scheme://host[:port] as browsers send it. The zero value is no origin. Origins are values: compare them with ==.
type Origin struct{ text string }

// String returns the origin as browsers send it; "" for the zero value.
func (o Origin) String() string { return o.text }

// IsZero reports whether the origin is the zero value, which is no origin.
func (o Origin) IsZero() bool { return o.text == "" }

// Scheme returns http or https.
func (o Origin) Scheme() string {
	scheme, _, _ := strings.Cut(o.text, "://")
	return scheme
}

// Host returns the host, with the port if it is not the scheme's default, as in a Host header.
func (o Origin) Host() string {
	_, host, _ := strings.Cut(o.text, "://")
	return host
}

// Hostname returns the host without a port, and an IPv6 address without its brackets.
func (o Origin) Hostname() string {
	name, _, _ := splitPort(o.Host())
	return strings.Trim(name, "[]")
}

// Secure reports whether the scheme is https.
func (o Origin) Secure() bool { return strings.HasPrefix(o.text, "https://") }

// Loopback reports whether the host is the machine itself; see [Loopback].
func (o Origin) Loopback() bool { return Loopback(o.Hostname()) }

// maxHost is longer than every host name (RFC 1035, section 2.3.4) with a port. A longer host is no host.
const maxHost = 300

// At returns the origin of a scheme, http or https in lower case, and of a host as in a Host header. It returns the zero value if
// no browser could send such a host. Letter case and a default port make no difference, because proxies may write a host
// differently from browsers.
func At(scheme, host string) Origin {
	if scheme != "http" && scheme != "https" || len(host) > maxHost {
		return Origin{}
	}
	name, port, ok := splitPort(host)
	if !ok {
		return Origin{}
	}
	if name = readName(name); name == "" {
		return Origin{}
	}
	if port = readPort(scheme, port); port == "0" {
		return Origin{}
	}
	if port != "" {
		return Origin{scheme + "://" + name + ":" + port}
	}
	return Origin{scheme + "://" + name}
}

// Of returns the origin of a URL. It returns the zero value for a URL without an origin, and for a host that browsers and Go
// could read differently: a name that is not ASCII, or an address in an old notation such as 127.1.
func Of(u *url.URL) Origin {
	if u == nil || u.Opaque != "" {
		return Origin{}
	}
	return At(strings.ToLower(u.Scheme), u.Host)
}

// splitPort splits a host at the colon in front of the port. The port may be missing.
func splitPort(host string) (name, port string, ok bool) {
	end := strings.IndexByte(host, ']') + 1 // end of an IPv6 address in brackets; 0 without one
	colon := strings.IndexByte(host[end:], ':')
	if colon < 0 {
		return host, "", end == 0 || end == len(host)
	}
	return host[:end+colon], host[end+colon+1:], end == 0 || colon == 0
}

// readPort returns a port without leading zeros, "" for the scheme's default, and "0" for an invalid port.
func readPort(scheme, port string) string {
	if port == "" {
		return ""
	}
	n, err := strconv.ParseUint(port, 10, 16)
	switch {
	case err != nil || port[0] == '+':
		return "0"
	case scheme == "http" && n == 80, scheme == "https" && n == 443:
		return ""
	default:
		return strconv.FormatUint(n, 10)
	}
}

// readName returns a host name or an address in lower case, and "" for any other text.
func readName(name string) string {
	if inner, found := strings.CutPrefix(name, "["); found {
		return weburl.IPv6(strings.TrimSuffix(inner, "]"))
	}
	if name == "" || strings.ContainsFunc(name, isNoNameByte) {
		return ""
	}
	if weburl.EndsInNumber(name) {
		if address, err := netip.ParseAddr(name); err != nil || !address.Is4() {
			return ""
		}
	}
	return strings.ToLower(name)
}

func isNoNameByte(c rune) bool {
	return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_'
}

// Loopback reports whether a host name or address, without a port, is the machine itself: localhost and every name below it (RFC
// 6761, section 6.3), 127.0.0.0/8 and ::1. An IPv6 address may have brackets.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil && address.Unmap().IsLoopback()
}
