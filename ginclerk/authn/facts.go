package authn

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// facts are what a request says, read once. The decision is taken from them and never looks at the request again, but for
// the headers that a refresh passes on.
type facts struct {
	method       string
	accept       string
	secFetchDest string
	referer      string
	url          publicURL

	header        glimpse // the bearer token
	session       glimpse // the session cookie's token
	clientUAT     int64
	refreshToken  string
	devBrowser    string
	handshake     string
	nonce         string
	redirectCount int64
	suffixed      bool
	passive       bool

	headers  http.Header
	clientIP string
	accepts  Accepts

	// For who asks for an explanation.
	branch       Branch
	cookies      cookieSet
	cookieSuffix string
}

func (a *Authenticator) read(r Request) *facts {
	f := &facts{
		method:       r.HTTP.Method,
		accept:       r.HTTP.Header.Get("Accept"),
		secFetchDest: r.HTTP.Header.Get("Sec-Fetch-Dest"),
		referer:      r.HTTP.Header.Get("Referer"),
		url:          readURL(r.HTTP, r.origin(), r.BasePath),
		header:       peek(bearer(r.HTTP.Header["Authorization"])),
		headers:      r.HTTP.Header,
		clientIP:     r.ClientIP,
		accepts:      r.Accepts,
		cookieSuffix: a.key.CookieSuffix(),
	}
	f.readCookies(readCookies(r.HTTP.Header["Cookie"], a.key), a)
	f.passive = r.Passive
	f.redirectCount = max(f.redirectCount, r.RedirectCount)
	if r.IgnoreAnswer {
		f.withoutAnswer()
	}
	return f
}

func (f *facts) readCookies(jar cookieJar, a *Authenticator) {
	plain, suffixed := peek(jar.session), peek(jar.sessionSuffixed)
	clientUAT, devBrowser := jar.clientUAT, jar.devBrowser
	f.session = plain
	f.suffixed = usesSuffixedCookies(jar, plain, suffixed, a.key.Type(), a.issuerHost, a.now())
	if f.suffixed {
		f.session, clientUAT, devBrowser = suffixed, jar.clientUATSuffixed, jar.devBrowserSuffixed
	}
	f.clientUAT = parseInt(clientUAT)
	f.refreshToken = jar.refreshSuffixed
	f.devBrowser = cmp.Or(f.url.query.get(paramDevBrowser), devBrowser)
	f.handshake = cmp.Or(f.url.query.get(paramHandshake), jar.handshake)
	f.nonce = cmp.Or(f.url.query.get(paramHandshakeNonce), jar.handshakeNonce)
	f.cookies = jar.present
	f.redirectCount = parseCount(jar.redirectCount)
}

// bearer reads the Authorization header as Clerk's SDKs do: the value is split at single spaces; a value without a second
// part is a token itself; the scheme is exactly "Bearer"; other schemes are somebody else's. Of two headers neither is
// believed.
func bearer(values []string) string {
	if len(values) != 1 {
		return ""
	}
	scheme, rest, _ := strings.Cut(values[0], " ")
	raw, _, _ := strings.Cut(rest, " ")
	switch {
	case raw == "":
		return scheme
	case scheme == "Bearer":
		return raw
	default:
		return ""
	}
}

// eligibleForHandshake reports whether the request is a navigation that can be sent elsewhere and come back.
func (f *facts) eligibleForHandshake() bool {
	return isNavigation(f.method, f.secFetchDest, f.accept)
}

// presented is the token that Clerk is told about: the bearer token, beside which cookies say nothing, else the cookie's.
func (f *facts) presented() glimpse {
	if f.header.raw != "" {
		return f.header
	}
	return f.session
}

// crossOriginReferer reports whether the browser came from another site.
func (f *facts) crossOriginReferer() bool {
	if f.referer == "" || strings.HasPrefix(f.referer, f.url.origin+"/") {
		return false
	}
	from, _ := originOf(f.referer)
	here, _ := originOf(f.url.origin)
	return from != "" && from != here
}

// fromClerk reports whether the browser came from a page of Clerk's own: the Frontend API, the Account Portal of this
// instance or, in development, any development Account Portal.
func (f *facts) fromClerk(a *Authenticator) bool {
	origin, hostname := originOf(f.referer)
	if origin == "" {
		return false
	}
	frontendOrigin, frontendHost := originOf(a.frontendAPI(f.url.application()))
	if hostname == frontendHost || origin == frontendOrigin {
		return true
	}
	if a.key.Type() != instance.Production && developmentAccountPortal(hostname) {
		return true
	}
	if a.options.ProxyURL != "" {
		return false // Clerk derives the Account Portal from the proxy's address then, and finds none
	}
	portal, _ := originOf(a.key.AccountPortal())
	return origin == portal
}

// developmentAccountPortal knows the hosts of development Account Portals (@clerk/shared, url.ts): word-word-13.accounts.dev
// and, of older instances, accounts.word-word-13.lcl.dev.
func developmentAccountPortal(hostname string) bool {
	for _, suffix := range []string{".accounts.dev", ".accountsstage.dev", ".accounts.lclclerk.com"} {
		if strings.HasSuffix(hostname, suffix) && !strings.HasSuffix(hostname, ".clerk"+suffix) {
			return true
		}
	}
	if !strings.HasPrefix(hostname, "accounts.") {
		return false
	}
	for _, suffix := range []string{".lcl.dev", ".lclstage.dev", ".lclclerk.com"} {
		if strings.HasSuffix(hostname, suffix) {
			return true
		}
	}
	return false
}
