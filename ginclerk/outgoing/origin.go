package outgoing

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// parseOrigins reads the list of origins into the form in which addresses are compared.
func parseOrigins(list []string) (map[string]bool, error) {
	if len(list) == 0 {
		return nil, errors.New("no origins: list those that tokens may be sent to, such as https://api.example.com")
	}
	origins := make(map[string]bool, len(list))
	var problems []error
	for _, text := range list {
		origin, err := parseOrigin(text)
		if err != nil {
			problems = append(problems, fmt.Errorf("origin %q: %w", text, err))
			continue
		}
		origins[origin] = true
	}
	return origins, errors.Join(problems...)
}

func parseOrigin(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		return "", errors.New("is no origin such as https://api.example.com")
	case u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.User != nil || strings.HasSuffix(text, "#"):
		return "", errors.New("must be scheme, host and port alone, with no slash at the end")
	case strings.ContainsFunc(u.Host, isNotASCII) || strings.Contains(u.Host, "*"):
		return "", errors.New("must name one host in ASCII")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return originOf(u), nil
	default:
		return "", errors.New("must be https: a token goes there (http for this machine alone)")
	}
}

// originOf returns the origin of an address: scheme, host and, unless it is the scheme's own, port (RFC 6454, section 4). It
// is empty for a host that is not in ASCII: such names have several spellings.
func originOf(u *url.URL) string {
	if strings.ContainsFunc(u.Host, isNotASCII) {
		return ""
	}
	scheme, host, port := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()
	if scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		port = ""
	}
	if port != "" {
		return scheme + "://" + net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return scheme + "://" + host
}

func isNotASCII(r rune) bool { return r > '~' }

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
