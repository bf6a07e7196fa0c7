package visit

import (
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// MaxTarget is the longest target that a redirect is made from, in bytes. It stands in the query of the next address, where
// escaping may double it, and servers take no address above 8 to 16 KB.
const MaxTarget = 8 << 10

// Query parameters of ginclerk.
const (
	HandshakeParameter = "__ginclerk_handshake" // names the handshake that a browser comes back from
	SignInsParameter   = "__ginclerk_sign_ins"  // counts how often a browser was sent to sign in
)

// SafeTarget returns where a redirect to the given place may lead: the place itself, less Clerk's own query parameters,
// if it is a path of the application or an absolute URL on one of its origins, and no longer than [MaxTarget]; else "/".
func (s *Site) SafeTarget(target string) string {
	if len(target) > MaxTarget || !localpath.Is(target) && !s.leadsHere(target) {
		return "/"
	}
	return withoutClerkParameters(target)
}

// leadsHere reports whether an absolute URL is on one of the application's origins.
func (s *Site) leadsHere(target string) bool {
	u, err := url.Parse(target)
	if err != nil || u.User != nil || strings.ContainsAny(target, "\\\t\r\n") {
		return false
	}
	at := origin.Of(u)
	return !at.IsZero() && slices.Contains(s.origins, at)
}

// SafeTarget is [Site.SafeTarget].
func (v Visit) SafeTarget(target string) string { return v.site.SafeTarget(target) }

// ReturnTarget is [Visit.SafeTarget] for a target that a request names, as the browser knows it: one on the request's own origin
// becomes a path of the application, so without the base path. It is safe without configured origins, too.
func (v Visit) ReturnTarget(target string) string { return v.SafeTarget(v.Path(target)) }

// ReturnTo is where the browser is to be after a detour: where it is now or, where that can't be opened with GET, the page that it
// came from.
func (v Visit) ReturnTo() string {
	switch {
	case !v.Safe():
		return v.ReturnTarget(v.Request.Header.Get("Referer"))
	case sentpath.Length(v.Request.URL) > MaxTarget:
		return "/"
	default:
		return v.SafeTarget(sentpath.Target(v.Request.URL))
	}
}

// withoutClerkParameters drops the parameters of Clerk's flows and of ginclerk's: a link must not start one. It drops the fragment of a
// target with a query, and returns "/" where the name of a parameter can't be read.
func withoutClerkParameters(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found {
		return target
	}
	query, _, _ = strings.Cut(query, "#")
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if _, err := url.QueryUnescape(name); err != nil {
			return "/"
		}
	}
	if query = WithoutParameters(query, IsFlowParameter); query == "" {
		return path
	}
	return path + "?" + query
}

// IsFlowParameter reports whether a query parameter belongs to a flow of Clerk's or to a handshake of ginclerk's.
func IsFlowParameter(name string) bool {
	return strings.HasPrefix(name, "__clerk") || name == HandshakeParameter
}

// WithPair adds a parameter, whose name and value need no escapes, behind the others, which stay as they are written.
func WithPair(target, name, value string) string {
	address, fragment, hasFragment := strings.Cut(target, "#")
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	address += separator + name + "=" + value
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// WithoutParameters drops parameters by their decoded names, and leaves the others as they are written.
func WithoutParameters(query string, drop func(name string) bool) string {
	kept := make([]string, 0, strings.Count(query, "&")+1)
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); pair == "" || err == nil && drop(decoded) {
			continue
		}
		kept = append(kept, pair)
	}
	return strings.Join(kept, "&")
}
