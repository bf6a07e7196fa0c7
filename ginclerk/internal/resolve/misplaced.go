package resolve

import (
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

const (
	// These bound the places at which a cookie is expired: some proxies refuse a response whose headers are too long.
	maxCookiePaths   = 8
	maxCookieDomains = 3
	maxExpired       = 32
)

// misplaced returns which cookies may be where Clerk does not keep them: those that a request has more than once and, where the
// last handshake has not helped, all, for it may have replaced others than those that were sent. A handshake whose answer does not
// count here says nothing about cookies.
func (chosen rightCookies) misplaced(state *authn.State) clerkcookie.Set {
	set := chosen.Repeated()
	if chosen.redirects > 0 && state.Status == authn.Handshake && state.Reason != reason.HandshakeNotBegun || errors.Is(state.Err, authn.ErrRedirectLoop) {
		set |= chosen.sent
	}
	if state.Location() != "" { // the count is what ends a loop
		set &^= clerkcookie.SetOf(clerkcookie.RedirectCount)
	}
	return set
}

// expireMisplaced expires cookies that are not where Clerk keeps them, as far as their places can be guessed: a request does not
// tell a cookie's path and domain, but the path is one above the request's own, and the domain one above the host.
//
// Clerk keeps every cookie at the path "/": session, refresh token and dev browser for this host alone, client_uat for the
// registrable domain, or this host where that is one; its handshakes see to that. What a handshake has left is good once, and
// expired everywhere.
func (n *run) expireMisplaced(chosen rightCookies, misplaced clerkcookie.Set) {
	if misplaced == 0 {
		return
	}
	left := maxExpired
	expire := func(cookie clerkcookie.Cookie, path, domain string) {
		if left > 0 && misplaced.Has(cookie) {
			left--
			expired := &http.Cookie{Name: cookie.Name(n.key.CookieSuffix()), Path: path, Domain: domain, MaxAge: -1} //nolint:gosec // G124: it has no value
			n.set(expired)
		}
	}
	paths, domains := pathsAbove(n.visit.Link(sentpath.Local(n.visit.Request.URL))), domainsAbove(n.visit.Origin.Hostname())
	for cookie := range clerkcookie.Count {
		if !keptAtHost(cookie) {
			expire(cookie, "/", "")
		}
		for _, path := range paths {
			expire(cookie, path, "")
		}
	}
	for cookie := range clerkcookie.Count {
		for _, domain := range domains {
			if !keptAtDomain(cookie) {
				expire(cookie, "/", domain)
			}
			for _, path := range paths {
				expire(cookie, path, domain)
			}
		}
	}
	n.keepChosen(chosen)
}

// keptAtHost reports whether Clerk keeps a cookie for this host alone, or may.
func keptAtHost(cookie clerkcookie.Cookie) bool {
	switch cookie {
	case clerkcookie.Handshake, clerkcookie.HandshakeNonce, clerkcookie.RedirectCount:
		return false
	default:
		return true
	}
}

// keptAtDomain reports whether Clerk keeps a cookie for a domain, or may.
func keptAtDomain(cookie clerkcookie.Cookie) bool {
	return cookie == clerkcookie.ClientUAT || cookie == clerkcookie.ClientUATSuffixed || cookie == clerkcookie.Client
}

// keepChosen sets what was chosen where Clerk keeps it, for it may have been at one of the places that were expired. Cookies that
// the decision brings come later, and replace it.
func (n *run) keepChosen(chosen rightCookies) {
	for cookie := range clerkcookie.Count {
		value := strings.Trim(chosen.Chosen(cookie), `"`)
		if value == "" || !chosen.Repeated().Has(cookie) || !chosen.keep.Has(cookie) {
			continue
		}
		kept := n.visit.Plain(cookie.Name(n.key.CookieSuffix()), value, 0) //nolint:gosec // G124: scripts read some, as Clerk sets them
		kept.HttpOnly = cookie == clerkcookie.RefreshSuffixed
		kept.Path = "/"
		n.set(kept)
	}
}

// pathsAbove are the paths that a cookie of this request can have, but for "/", as a browser has them by itself (without a slash
// at the end) or is told them (with one); the shortest first.
func pathsAbove(path string) []string {
	var paths []string
	for i := 1; i <= len(path) && len(paths) < maxCookiePaths; i++ {
		switch {
		case i == len(path) || path[i] == '/':
			if path[i-1] != '/' {
				paths = append(paths, path[:i])
			}
			if i < len(path) {
				paths = append(paths, path[:i+1])
			}
		case path[i] <= ' ' || path[i] >= 0x7f || path[i] == ';':
			return paths // no cookie can have such a path
		}
	}
	return paths
}

// domainsAbove are the domains that a cookie of this host can have beside the host itself; none on an address or a name of one
// label. Browsers refuse those of public suffixes.
func domainsAbove(host string) []string {
	if net.ParseIP(host) != nil {
		return nil
	}
	var domains []string
	for domain := host; strings.Contains(domain, "."); _, domain, _ = strings.Cut(domain, ".") {
		domains = append(domains, domain)
	}
	if last := len(domains) - maxCookieDomains; last > 0 { // the host's own, and the most general ones
		domains = append(domains[:1], domains[last+1:]...)
	}
	return domains
}
