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

// maxReturn is the longest path with its query, in bytes, that a handshake returns to. From a longer one the browser returns to "/".
// Escaping may double the length, and the servers in front of Clerk refuse addresses above 16 KB.
const maxReturn = 8 << 10

// maxReturnPrinted is the longest printed address, in bytes: a path of maxReturn bytes with every byte escaped.
const maxReturnPrinted = 3*maxReturn + 2*weburl.MaxAuthority

// publicURL is the address of a request as its browser knows it. It is not parsed until a redirect needs it.
type publicURL struct {
	origin string
	base   string // what the browser has in front of the path, such as "/app"
	below  string // what it has between that and the path, such as "/u/1"
	sent   *url.URL
	query  parameters // Clerk's only
}

func readURL(r *http.Request, origin, base, below string) publicURL {
	u := publicURL{origin: origin, base: base, below: below, sent: r.URL}
	if strings.Contains(r.URL.RawQuery, "_clerk_") || strings.Contains(r.URL.RawQuery, "%") {
		u.query = clerkParameters(r.URL.RawQuery)
	}
	return u
}

// application returns the address of the application, without a slash at its end.
func (u publicURL) application() string { return u.origin + u.base }

func (u publicURL) path() string { return sentpath.Of(u.sent) }

// target returns the path and query as sent. If what was sent is not a path, it returns "/" and the query: only a path may follow an
// origin.
func (u publicURL) target() string { return sentpath.LocalTarget(u.sent) }

// ignoring returns the address without some of Clerk's parameters. It returns the address as sent if it has none of them.
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

// without returns the URL as text without some parameters, printed as browsers print it. For a URL that is too long or can't be
// parsed, it returns the root of the application.
func (u publicURL) without(names ...string) string {
	if sentpath.Length(u.sent) > maxReturn {
		return u.application() + u.below + "/"
	}
	parsed, err := weburl.Parse(u.application() + u.below + u.target())
	switch {
	case err != nil:
		return u.application() + u.below + "/"
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

// originOf returns scheme://host[:port] of an absolute URL as the WHATWG URL standard prints it, or "". A browser may also come from
// an application with a scheme like "x-app": the origin is then the scheme with a colon, which equals no origin of the web.
func originOf(raw string) (origin, hostname string) {
	origin, hostname, err := weburl.Origin(raw)
	if scheme := weburl.Scheme(raw); err != nil && scheme != "" && !weburl.OfTheWeb(scheme) {
		return scheme + ":", ""
	}
	return origin, hostname
}
