package authn

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
)

// facts are what a request says, read once. The decision is taken from them and never looks at the request again, but for
// the headers that a refresh passes on.
type facts struct {
	method       string
	accept       string
	secFetchDest string
	referer      string
	url          publicURL

	header        presented // the bearer token
	refreshToken  string
	handshake     string
	nonce         string
	redirectCount int64
	passive       bool

	headers  http.Header
	clientIP string
	accepts  Accepts

	by     *Authenticator
	jar    *clerkcookie.Jar
	signed *browser // nil until it is read: see [facts.browser]

	branch string // for an explanation
}

// browser is what the cookies of a request say about the browser's session.
type browser struct {
	session    presented // the session cookie's token
	clientUAT  int64
	devBrowser string
	suffixed   bool // the cookies with the instance's suffix say it
}

func (a *Authenticator) read(r Request) *facts {
	f := &facts{
		method:       r.HTTP.Method,
		accept:       r.HTTP.Header.Get("Accept"),
		secFetchDest: r.HTTP.Header.Get("Sec-Fetch-Dest"),
		referer:      r.HTTP.Header.Get("Referer"),
		url:          readURL(r.HTTP, r.origin(), r.BasePath),
		header:       presented{raw: bearer(r.HTTP.Header["Authorization"])},
		headers:      r.HTTP.Header,
		clientIP:     r.ClientIP,
		accepts:      r.Accepts,
		passive:      r.Passive,
		by:           a,
		jar:          r.Cookies,
	}
	if f.jar == nil {
		f.jar = clerkcookie.Parse(r.HTTP.Header["Cookie"], a.key.CookieSuffix())
	}
	f.refreshToken = f.jar.Value(clerkcookie.RefreshSuffixed)
	f.handshake = cmp.Or(f.url.query.get(paramHandshake), f.jar.Value(clerkcookie.Handshake))
	f.nonce = cmp.Or(f.url.query.get(paramHandshakeNonce), f.jar.Value(clerkcookie.HandshakeNonce))
	f.redirectCount = max(parseCount(f.jar.Value(clerkcookie.RedirectCount)), r.RedirectCount)
	if r.IgnoreAnswer {
		f.withoutAnswer()
	}
	if f.header.raw == "" {
		f.browser()
	}
	return f
}

// browser returns what the cookies say. Beside a bearer token they are read when they are asked for, as only a handshake needs them.
func (f *facts) browser() *browser {
	if f.signed == nil {
		f.signed = f.readBrowser()
	}
	return f.signed
}

func (f *facts) readBrowser() *browser {
	plain, suffixed := f.cookieToken(clerkcookie.Session), f.cookieToken(clerkcookie.SessionSuffixed)
	b := &browser{session: plain, suffixed: f.usesSuffixedCookies(plain, suffixed)}
	clientUAT, devBrowser := clerkcookie.ClientUAT, clerkcookie.DevBrowser
	if b.suffixed {
		b.session, clientUAT, devBrowser = suffixed, clerkcookie.ClientUATSuffixed, clerkcookie.DevBrowserSuffixed
	}
	b.clientUAT = parseInt(f.jar.Value(clientUAT))
	b.devBrowser = cmp.Or(f.url.query.get(paramDevBrowser), f.jar.Value(devBrowser))
	return b
}

// sessionCookie returns the session token of the cookies, as far as they were read.
func (f *facts) sessionCookie() presented {
	if f.signed == nil {
		return presented{}
	}
	return f.signed.session
}

func (f *facts) cookieToken(c clerkcookie.Cookie) presented {
	raw, read, err := f.jar.Token(f.jar.Chosen(c))
	return presented{raw: raw, read: read, err: err}
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
func (f *facts) presented() presented {
	if f.header.raw != "" {
		return f.header
	}
	return f.browser().session
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
