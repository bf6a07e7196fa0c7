package core

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const (
	longMaxAge  = int(365 * 24 * time.Hour / time.Second)
	shortMaxAge = int(world.HandshakeLifetime / time.Second)
	clearMaxAge = -1
)

// ClientUAT returns the value of __client_uat: when the client last changed, in seconds, or 0 without a signed-in user.
func ClientUAT(c *world.Client) int64 {
	if c == nil || len(c.SignedIn()) == 0 {
		return 0
	}
	return c.UpdatedAt.Unix()
}

// SessionCookies returns the cookies that tell the application the browser's state: with a session, its fresh token and a
// refresh token; without one (nil), cookies that clear these. In development they include the dev browser.
func (c *Core) SessionCookies(b Browser, s *world.Session, authorizedParty string, secure bool) ([]*http.Cookie, error) {
	var cookies []*http.Cookie
	if b.Dev != nil && !c.Production() {
		cookies = append(cookies, c.DevBrowserCookies(b.Dev, secure)...)
	}
	if s == nil {
		cookies = append(cookies, c.UATCookies(0, secure)...)
		cookies = append(cookies, c.pair(instance.CookieSession, "", clearMaxAge, secure)...)
		return append(cookies, c.refreshCookie("", clearMaxAge, secure)), nil
	}
	fresh, err := c.TokenCookies(s, authorizedParty, secure)
	if err != nil {
		return nil, err
	}
	cookies = append(cookies, c.UATCookies(ClientUAT(b.Client), secure)...)
	return append(cookies, fresh...), nil
}

// TokenCookies returns the cookies with a fresh session token and a refresh token.
func (c *Core) TokenCookies(s *world.Session, authorizedParty string, secure bool) ([]*http.Cookie, error) {
	token, err := c.SessionToken(s, authorizedParty)
	if err != nil {
		return nil, err
	}
	cookies := c.pair(instance.CookieSession, token, longMaxAge, secure)
	return append(cookies, c.refreshCookie(c.World.IssueRefresh(s), longMaxAge, secure)), nil
}

// UATCookies returns __client_uat, plain and suffixed.
func (c *Core) UATCookies(uat int64, secure bool) []*http.Cookie {
	return c.pair(instance.CookieClientUAT, strconv.FormatInt(uat, 10), longMaxAge, secure)
}

// DevBrowserCookies returns __clerk_db_jwt, plain and suffixed.
func (c *Core) DevBrowserCookies(b *world.DevBrowser, secure bool) []*http.Cookie {
	return c.pair(instance.CookieDevBrowser, b.Token, longMaxAge, secure)
}

// ClientCookie returns __client, which identifies a browser to a production instance.
func (c *Core) ClientCookie(client *world.Client, secure bool) *http.Cookie {
	return directive{name: instance.CookieClient, value: client.Token, maxAge: longMaxAge, secure: secure, hidden: true}.cookie()
}

// HandshakeCookie returns the short-lived cookie that carries a production handshake to the application.
func (c *Core) HandshakeCookie(name, value string, secure bool) *http.Cookie {
	return directive{name: name, value: value, maxAge: shortMaxAge, secure: secure, hidden: true}.cookie()
}

// ClearHandshakeCookies returns cookies that end a production handshake. Without them the application would send the used nonce
// again with its next request.
func (c *Core) ClearHandshakeCookies(secure bool) []*http.Cookie {
	var cookies []*http.Cookie
	for _, name := range []string{instance.CookieHandshakeNonce, instance.CookieHandshake} {
		cookies = append(cookies, directive{name: name, maxAge: clearMaxAge, secure: secure, hidden: true}.cookie())
	}
	return cookies
}

// Directives returns the cookies as values of Set-Cookie.
func Directives(cookies []*http.Cookie) []string {
	list := make([]string, 0, len(cookies))
	for _, cookie := range cookies {
		list = append(list, cookie.String())
	}
	return list
}

// directive is a Set-Cookie value. Scripts can't read a hidden cookie (HttpOnly).
type directive struct {
	name, value    string
	maxAge         int
	secure, hidden bool
}

// cookie is Secure if the application's origin is https, because browsers drop secure cookies of most http origins.
func (d directive) cookie() *http.Cookie {
	return &http.Cookie{ //nolint:gosec // both attributes are set as Clerk sets them: its scripts read the session token
		Name: d.name, Value: d.value, Path: "/", MaxAge: d.maxAge, SameSite: http.SameSiteLaxMode,
		Secure: d.secure, HttpOnly: d.hidden,
	}
}

// pair returns a cookie under its plain and its suffixed name.
func (c *Core) pair(name, value string, maxAge int, secure bool) []*http.Cookie {
	d := directive{name: name, value: value, maxAge: maxAge, secure: secure}
	suffixed := d
	suffixed.name = c.Key.Suffixed(name)
	return []*http.Cookie{d.cookie(), suffixed.cookie()}
}

// refreshCookie has only a suffixed name.
func (c *Core) refreshCookie(value string, maxAge int, secure bool) *http.Cookie {
	d := directive{name: c.Key.Suffixed(instance.CookieRefresh), value: value, maxAge: maxAge, secure: secure, hidden: true}
	return d.cookie()
}
