package instance

import (
	"crypto/sha1" //nolint:gosec // Clerk's cookie suffix is defined with SHA-1; nothing is secured by it.
	"encoding/base64"
)

const cookieSuffixLength = 8

// Names of Clerk's cookies (@clerk/backend, file constants.ts). The first four exist with and without the instance's suffix, the rest
// without it.
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

// Suffixed returns the name of a cookie with the suffix of this instance.
func (k PublishableKey) Suffixed(cookie string) string { return cookie + "_" + k.cookieSuffix }

// CookieSuffix returns the suffix that a publishable key gives to cookies: the first eight characters of its SHA-1 in
// base64url. The key is not checked, and its spelling counts: with padding it has another suffix than without.
func CookieSuffix(publishableKey string) string {
	sum := sha1.Sum([]byte(publishableKey)) //nolint:gosec // Clerk's definition.
	return base64.URLEncoding.EncodeToString(sum[:])[:cookieSuffixLength]
}
