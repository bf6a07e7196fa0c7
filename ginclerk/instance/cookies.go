package instance

import (
	"crypto/sha1" //nolint:gosec // Clerk's cookie suffix is defined with SHA-1; nothing is secured by it.
	"encoding/base64"
)

const cookieSuffixLength = 8

// Names of Clerk's cookies (@clerk/backend, file constants.ts). The first four also exist with the instance's suffix; the
// rest never do.
const (
	CookieSession        = "__session"
	CookieClientUAT      = "__client_uat"
	CookieRefresh        = "__refresh"
	CookieDevBrowser     = "__clerk_db_jwt"
	CookieHandshake      = "__clerk_handshake"
	CookieHandshakeNonce = "__clerk_handshake_nonce"
	CookieRedirectCount  = "__clerk_redirect_count"
	CookieClient         = "__client"
)

// Suffixed returns the name that a cookie has for this instance alone.
func (k PublishableKey) Suffixed(cookie string) string { return cookie + "_" + k.cookieSuffix }

// CookieSuffix returns the suffix that a publishable key gives to cookies: the first eight characters of its SHA-1 in
// base64url. The key counts as it is written, so that one with padding has another suffix than the same without. It is not
// checked.
func CookieSuffix(publishableKey string) string {
	sum := sha1.Sum([]byte(publishableKey)) //nolint:gosec // Clerk's definition.
	return base64.URLEncoding.EncodeToString(sum[:])[:cookieSuffixLength]
}
