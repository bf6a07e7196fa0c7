package authn

import (
	"net/http"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
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

// publicURL is the address of a request as its browser knows it. Most requests never need it parsed: a page without
// Clerk's parameters whose session token is good.
type publicURL struct {
	origin string
	base   string // in front of the target for the browser
	target string // path and query, as sent
	path   string
	query  parameters
}

func readURL(r *http.Request, origin, base string) publicURL {
	u := publicURL{origin: origin, base: base, target: r.URL.RequestURI(), path: r.URL.EscapedPath()}
	if strings.HasPrefix(u.target, "//") {
		// net/url would print an empty authority here; the request had a path of several slashes.
		u.target = r.URL.EscapedPath()
		if r.URL.RawQuery != "" {
			u.target += "?" + r.URL.RawQuery
		}
	}
	if strings.Contains(r.URL.RawQuery, "_clerk_") || strings.Contains(r.URL.RawQuery, "%") {
		u.query = parseParameters(r.URL.RawQuery)
	}
	return u
}

// application is the address of the application, without a slash at its end.
func (u publicURL) application() string { return u.origin + u.base }

// parse returns the URL as the WHATWG URL standard reads it, or nil where it has none.
func (u publicURL) parse() *whatwg.Url {
	parsed, err := whatwg.Parse(u.application() + u.target)
	if err != nil {
		return nil
	}
	return parsed
}

// without returns the URL as text, less some parameters, printed as browsers print it.
func (u publicURL) without(names ...string) string {
	parsed := u.parse()
	if parsed == nil {
		return u.application() + "/"
	}
	if len(names) == 0 {
		return parsed.Href(false)
	}
	return parametersOf(parsed).without(names...).on(parsed)
}

// RequestOrigin derives the origin of a request from its connection and Host header alone: https where it came over TLS.
func RequestOrigin(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// InsecureForwardedOrigin derives the origin as Clerk's JavaScript SDKs do, believing X-Forwarded-Host and
// X-Forwarded-Proto whoever sent them and whatever scheme they name. Use it only where every request comes through a proxy
// that sets both.
func InsecureForwardedOrigin(r *http.Request) string {
	scheme, host, _ := strings.Cut(RequestOrigin(r), "://")
	if forwarded := first(r.Header.Get("X-Forwarded-Host")); forwarded != "" {
		host = forwarded
	}
	if forwarded := first(r.Header.Get("X-Forwarded-Proto")); forwarded != "" {
		scheme = forwarded
	}
	if _, err := whatwg.Parse(scheme + "://" + host); err != nil {
		return RequestOrigin(r)
	}
	return scheme + "://" + host
}

func first(list string) string {
	value, _, _ := strings.Cut(list, ",")
	return value
}

// originOf returns scheme://host[:port] of an absolute URL as the WHATWG URL standard prints it, or "".
func originOf(raw string) (origin, hostname string) {
	parsed, err := whatwg.Parse(raw)
	if err != nil {
		return "", ""
	}
	return parsed.Protocol() + "//" + parsed.Host(), parsed.Hostname()
}
