package doctor

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// policy is one Content-Security-Policy: the sources by directive (W3C, Content Security Policy Level 3).
type policy map[string][]string

// readPolicies reads all policies of an answer. Each of them counts.
func readPolicies(header http.Header) []policy {
	var policies []policy
	for _, value := range header.Values("Content-Security-Policy") {
		for text := range strings.SplitSeq(value, ",") {
			if p := readPolicy(text); len(p) > 0 {
				policies = append(policies, p)
			}
		}
	}
	return policies
}

// readPolicy reads one policy. Of two directives of one name, the first counts.
func readPolicy(text string) policy {
	p := make(policy)
	for directive := range strings.SplitSeq(text, ";") {
		words := strings.Fields(directive)
		if len(words) == 0 {
			continue
		}
		name := strings.ToLower(words[0])
		if _, known := p[name]; !known {
			p[name] = words[1:]
		}
	}
	return p
}

// standIns are the directives that count where one is missing, in their order.
func standIns(directive string) []string {
	switch directive {
	case "form-action":
		return nil
	case "worker-src":
		return []string{"child-src", "script-src", "default-src"}
	case "frame-src":
		return []string{"child-src", "default-src"}
	default:
		return []string{"default-src"}
	}
}

// sources are the sources that count for a directive; false where nothing limits it.
func (p policy) sources(directive string) ([]string, bool) {
	for _, name := range append([]string{directive}, standIns(directive)...) {
		if list, found := p[name]; found {
			return list, true
		}
	}
	return nil, false
}

// allows reports whether a page at an origin may use what it needs.
func (p policy) allows(n need, at origin.Origin) bool {
	list, limited := p.sources(n.directive)
	if !limited {
		return true
	}
	guarded := slices.ContainsFunc(list, isNonceOrHash)
	if n.source == "'unsafe-inline'" {
		return !guarded && contains(list, n.source)
	}
	if n.directive == "script-src" && n.source != "'self'" && guarded {
		return true // the script that a nonce lets in may load others
	}
	wanted := n.source
	if wanted == "'self'" {
		wanted = at.String()
	}
	return slices.ContainsFunc(list, func(source string) bool { return matches(strings.ToLower(source), wanted, at) })
}

func contains(list []string, word string) bool {
	return slices.ContainsFunc(list, func(source string) bool { return strings.EqualFold(source, word) })
}

func isNonceOrHash(source string) bool {
	return strings.HasPrefix(source, "'nonce-") || strings.HasPrefix(source, "'sha") || strings.EqualFold(source, "'strict-dynamic'")
}

// matches reports whether a source expression lets in an origin, or a scheme such as blob: (section 6.7.2 of the specification). Paths do
// not count, because what is needed has several.
func matches(source, wanted string, at origin.Origin) bool {
	if source == "'self'" {
		return wanted == at.String()
	}
	if strings.HasSuffix(wanted, ":") || source == wanted {
		return source == wanted
	}
	target, err := url.Parse(wanted)
	if err != nil {
		return false
	}
	scheme, rest, hasScheme := strings.Cut(source, "://")
	switch {
	case source == "*":
		return true
	case source == target.Scheme+":" || source == "http:":
		return true
	case !hasScheme:
		rest, scheme = source, at.Scheme()
	}
	if scheme != target.Scheme && (scheme != "http" || target.Scheme != "https") {
		return false
	}
	host, _, _ := strings.Cut(rest, "/")
	return matchesHost(host, target)
}

// matchesHost compares a host with an optional port, of which the first label may be *, with that of a target.
func matchesHost(source string, target *url.URL) bool {
	host, port := source, ""
	if colon := strings.LastIndexByte(source, ':'); colon >= 0 {
		host, port = source[:colon], source[colon+1:]
	}
	if port != "*" && port != target.Port() && (port != "443" || target.Scheme != "https" || target.Port() != "") {
		return false
	}
	if below, wildcard := strings.CutPrefix(host, "*"); wildcard {
		return strings.HasSuffix(target.Hostname(), below)
	}
	return host == target.Hostname()
}
