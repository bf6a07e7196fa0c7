package authn

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
)

// facts are what a request says, read once. A decision uses them and never looks at the request again, except for the headers that a
// refresh passes on.
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
	beforeRenewal func() error
	notAsked      bool          // Clerk was not asked to renew the session
	renewal       time.Duration // how long it took to have Clerk renew the session
	renewing      bool          // it was tried

	headers http.Header
	client  Client
	accepts Accepts

	by     *Authenticator
	jar    *clerkcookie.Jar
	signed browser // empty until it is read: see [facts.browser]

	branch  string // for an explanation
	granted State  // see [facts.signedIn]
}

// browser is what the cookies of a request say about the session of the browser.
type browser struct {
	session    presented // the session cookie's token
	clientUAT  int64
	devBrowser string
	suffixed   bool // the values come from the cookies with the instance's suffix
	known      bool // it was read
}

func (a *Authenticator) read(r Request) *facts {
	f := &facts{
		method:       r.HTTP.Method,
		accept:       r.HTTP.Header.Get("Accept"),
		secFetchDest: r.HTTP.Header.Get("Sec-Fetch-Dest"),
		referer:      r.HTTP.Header.Get("Referer"),
		url:          readURL(r.HTTP, r.origin(), r.BasePath, r.AccountPath),
		header:       presented{raw: bearer(r.HTTP.Header["Authorization"])},
		headers:      r.HTTP.Header,
		client:       r.Client,
		accepts:      r.Accepts,
		passive:      r.Passive, beforeRenewal: r.BeforeRenewal,
		by:  a,
		jar: r.Cookies,
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

// browser returns what the cookies say. With a bearer token, only a handshake needs them, so they are read on the first call.
func (f *facts) browser() *browser {
	if !f.signed.known {
		f.signed = f.readBrowser()
	}
	return &f.signed
}

func (f *facts) readBrowser() browser {
	plain, suffixed := f.cookieToken(clerkcookie.Session), f.cookieToken(clerkcookie.SessionSuffixed)
	b := browser{session: plain, suffixed: f.usesSuffixedCookies(plain, suffixed), known: true}
	clientUAT, devBrowser := clerkcookie.ClientUAT, clerkcookie.DevBrowser
	if b.suffixed {
		b.session, clientUAT, devBrowser = suffixed, clerkcookie.ClientUATSuffixed, clerkcookie.DevBrowserSuffixed
	}
	b.clientUAT = parseInt(f.jar.Value(clientUAT))
	b.devBrowser = cmp.Or(f.url.query.get(paramDevBrowser), f.jar.Value(devBrowser))
	return b
}

// sessionCookie returns the session token of the cookies, as far as they were read.
func (f *facts) sessionCookie() presented { return f.signed.session }

func (f *facts) cookieToken(c clerkcookie.Cookie) presented {
	raw, read, err := f.jar.Token(f.by.tokens, f.jar.Chosen(c))
	return presented{raw: raw, read: read, err: err}
}

// bearer returns the token of the Authorization header as Clerk's SDKs read it. It splits the value at single spaces. A value of one
// part is a token; otherwise the scheme must be exactly "Bearer". With two headers the request has no token.
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

// eligibleForHandshake reports whether the request is a navigation, which can be redirected and come back.
func (f *facts) eligibleForHandshake() bool {
	return isNavigation(f.method, f.secFetchDest, f.accept)
}

// presented returns the token that goes to Clerk with a handshake or a refresh: the bearer token, else the cookie's.
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

// fromClerk reports whether the browser came from one of Clerk's pages: the Frontend API, the Account Portal of this instance or, in
// development, any development Account Portal.
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
		return false // with a proxy, Clerk's code looks for the Account Portal at the proxy's address and finds none
	}
	portal, _ := originOf(a.key.AccountPortal())
	return origin == portal
}

// developmentAccountPortal reports whether a host is that of a development Account Portal (@clerk/shared, url.ts), such as
// word-word-13.accounts.dev or, for older instances, accounts.word-word-13.lcl.dev.
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
