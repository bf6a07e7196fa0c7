// Package origin has origins of the web, scheme, host and port (RFC 6454), in the one form in which browsers send them: in lower
// case, with international names in Punycode, IPv6 addresses in brackets, and no default port. Every list of origins that is
// configured, and every address that is compared with one, goes through it, so that two of them are equal if their texts are.
//
// It knows http and https alone.
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

// String returns the origin as browsers send it; "" for none.
func (o Origin) String() string { return o.text }

// IsZero reports whether there is no origin.
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

// Loopback reports whether the host stands for the machine that the browser runs on; see [Loopback].
func (o Origin) Loopback() bool { return Loopback(o.Hostname()) }

// maxHost is longer than every host name (RFC 1035, section 2.3.4) with a port. What is longer is not looked at.
const maxHost = 300

// At returns the origin of a page that a browser asks a host for: scheme is http or https in lower case, host is what a Host
// header says. It is zero where no browser could have asked so. Letter case and a default port make no difference, as proxies
// write hosts in other ways than browsers.
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

// Of returns the origin of an address. It is zero where the address has none, and for hosts that browsers and Go could take for
// different ones: names that are not ASCII, and addresses in old notations such as 127.1.
func Of(u *url.URL) Origin {
	if u == nil || u.Opaque != "" {
		return Origin{}
	}
	return At(strings.ToLower(u.Scheme), u.Host)
}

// splitPort splits at the colon in front of the port, which is "" where there is none.
func splitPort(host string) (name, port string, ok bool) {
	end := strings.IndexByte(host, ']') + 1 // of an IPv6 address; 0 where there is none
	colon := strings.IndexByte(host[end:], ':')
	if colon < 0 {
		return host, "", end == 0 || end == len(host)
	}
	return host[:end+colon], host[end+colon+1:], end == 0 || colon == 0
}

// readPort returns a port without zeros in front, "" for the scheme's default, and "0" for what is no port.
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

// readName returns a host name or address in lower case, "" for what is neither.
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

// Loopback reports whether a host name or address, without a port, stands for the machine itself: localhost and every name below
// it (RFC 6761, section 6.3), 127.0.0.0/8 and ::1. Brackets around an IPv6 address make no difference.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil && address.Unmap().IsLoopback()
}
