package authn

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
)

// Query parameters of Clerk's flows (@clerk/backend, constants.ts).
const (
	paramDevBrowser       = "__clerk_db_jwt"
	paramLegacyDevBrowser = "__dev_session"
	paramHandshake        = "__clerk_handshake"
	paramHandshakeNonce   = "__clerk_handshake_nonce"
	paramHandshakeHelp    = "__clerk_help"
	paramHandshakeReason  = "__clerk_hs_reason"
	paramHandshakeFormat  = "format"
	paramRedirectURL      = "redirect_url"
	paramClerkRedirectURL = "__clerk_redirect_url"
	paramSynced           = "__clerk_synced"
	paramAPIVersion       = "__clerk_api_version"
	paramSuffixedCookies  = "suffixed_cookies"
	paramSession          = "__session"
	paramOrganization     = "organization_id"
)

// apiVersion is the version of Clerk's Frontend API that the handshake asks for.
const apiVersion = "2026-05-12"

// maxReturn is the longest path, with its query, that a browser is sent back to after a handshake, in bytes; from a longer one
// it comes back to "/". Escaping may double it on the way, and what stands in front of Clerk takes no address above 16 KB.
const maxReturn = 8 << 10

// maxReturnPrinted is how long an address may be when it is printed: a path of maxReturn bytes with each one escaped.
const maxReturnPrinted = 3*maxReturn + 2*weburl.MaxAuthority

// publicURL is the address of a request as its browser knows it. Most requests never need it parsed: a page without
// Clerk's parameters whose session token is good.
type publicURL struct {
	origin string
	base   string // in front of the target for the browser
	sent   *url.URL
	query  parameters // Clerk's alone
}

func readURL(r *http.Request, origin, base string) publicURL {
	u := publicURL{origin: origin, base: base, sent: r.URL}
	if strings.Contains(r.URL.RawQuery, "_clerk_") || strings.Contains(r.URL.RawQuery, "%") {
		u.query = clerkParameters(r.URL.RawQuery)
	}
	return u
}

// application is the address of the application, without a slash at its end.
func (u publicURL) application() string { return u.origin + u.base }

func (u publicURL) path() string { return sentpath.Of(u.sent) }

// target is the path and query, as sent; "/" and the query where what was sent is no path: nothing else may follow an origin.
func (u publicURL) target() string { return sentpath.LocalTarget(u.sent) }

// ignoring returns the address less some of Clerk's parameters. One that has none of them stays as it was sent.
func (u publicURL) ignoring(names ...string) publicURL {
	if len(u.query) > 0 {
		u.query = u.query.without(names...)
	}
	query := u.sent.RawQuery
	if len(query) > maxReturn || !strings.Contains(query, "clerk") && !strings.Contains(query, "%") {
		return u
	}
	all := parseParameters(query)
	if kept := all.without(names...); len(kept) < len(all) {
		sent := *u.sent
		sent.RawQuery = kept.String()
		u.sent = &sent
	}
	return u
}

// without returns the URL as text, less some parameters, printed as browsers print it. It is the root of the application where
// the URL has no form that can be sent on; the origin is then as it is.
func (u publicURL) without(names ...string) string {
	if sentpath.Length(u.sent) > maxReturn {
		return u.application() + "/"
	}
	parsed, err := weburl.Parse(u.application() + u.target())
	switch {
	case err != nil:
		return u.application() + "/"
	case len(names) == 0:
		return parsed.String()
	default:
		return parametersOf(parsed).without(names...).on(parsed)
	}
}

// requestOrigin derives the origin of a request from its connection and Host header alone: https when it came over TLS.
func requestOrigin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// originOf returns scheme://host[:port] of an absolute URL as the WHATWG URL standard prints it, or "". A browser may also come
// from an application, whose scheme is its own: the origin is then the scheme alone, and equals none of the web.
func originOf(raw string) (origin, hostname string) {
	origin, hostname, err := weburl.Origin(raw)
	if scheme := weburl.Scheme(raw); err != nil && scheme != "" && !weburl.OfTheWeb(scheme) {
		return scheme + ":", ""
	}
	return origin, hostname
}
