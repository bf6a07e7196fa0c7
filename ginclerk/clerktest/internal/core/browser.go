package core

import (
	"net/http"
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Browser identifies a browser: by a dev browser (development), a client, or both. Fields may be nil.
type Browser struct {
	Dev    *world.DevBrowser
	Client *world.Client
}

// ClientOf returns the client that the cookie __client of a request names, or nil.
func (c *Core) ClientOf(r *http.Request) *world.Client {
	cookie, err := r.Cookie(instance.CookieClient)
	if err != nil {
		return nil
	}
	return c.World.ClientByToken(cookie.Value)
}

// DevBrowserTokens returns the tokens in the cookies __clerk_db_jwt of a request, the suffixed one first.
func (c *Core) DevBrowserTokens(r *http.Request) []string {
	var tokens []string
	for _, name := range []string{c.Key.Suffixed(instance.CookieDevBrowser), instance.CookieDevBrowser} {
		if cookie, err := r.Cookie(name); err == nil {
			tokens = append(tokens, cookie.Value)
		}
	}
	return tokens
}

// DevBrowserBy returns the first dev browser that one of the tokens names, or nil.
func (c *Core) DevBrowserBy(tokens ...string) *world.DevBrowser {
	for _, token := range tokens {
		if b := c.World.DevBrowser(token); b != nil {
			return b
		}
	}
	return nil
}

// ClientFor returns the browser's client. It creates the client when the browser first needs one.
func (c *Core) ClientFor(b *Browser) *world.Client {
	if b.Client == nil {
		b.Client = c.World.NewClient()
		if b.Dev != nil {
			b.Dev.Client = b.Client
		}
	}
	return b.Client
}

// WithDevBrowser returns the URL with the dev browser, so that the application there fetches the session by a handshake.
func WithDevBrowser(u *url.URL, b *world.DevBrowser) *url.URL {
	return WithParam(u, instance.CookieDevBrowser, b.Token, instance.CookieHandshake, instance.CookieHandshakeNonce)
}
