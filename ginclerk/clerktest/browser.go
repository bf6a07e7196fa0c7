package clerktest

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// Browser stands for a browser that visits the application, without running one: it has the cookies that the browser would
// have. Make one with [Server.NewBrowser]. It is safe for concurrent use.
type Browser struct {
	server *Server
	dev    *world.DevBrowser // nil in production
	client *world.Client
}

// NewBrowser returns a browser without a signed-in user.
func (s *Server) NewBrowser() *Browser {
	b := &Browser{server: s}
	s.core.Do(func() {
		b.client = s.core.World.NewClient()
		if !s.core.Production() {
			b.dev = s.core.World.NewDevBrowser()
			b.dev.Client = b.client
		}
	})
	return b
}

// SignIn signs a user in, by e-mail address, and makes the new session the browser's current one. If the user is already signed
// in there, that session becomes current. Errors wrap [ErrNotFound].
func (b *Browser) SignIn(email string) (signedIn Session, err error) {
	b.server.core.Do(func() {
		w := b.server.core.World
		u := w.UserByEmail(email)
		if u == nil {
			err = fmt.Errorf("clerktest: sign in: user %q: %w: add the user first, with Server.AddUser or in the seed", email, ErrNotFound)
			return
		}
		session := b.client.SessionOf(u)
		if session == nil {
			session = w.StartSession(b.client, u, world.StrategyPassword, world.Activity{})
		}
		w.Touch(session)
		signedIn = asSession(session)
	})
	return signedIn, err
}

// ClientID returns the id of the browser's client.
func (b *Browser) ClientID() string { return b.client.ID }

// DevBrowser returns the value of __clerk_db_jwt; "" in production.
func (b *Browser) DevBrowser() string {
	if b.dev == nil {
		return ""
	}
	return b.dev.Token
}

// Forget makes the Frontend API forget the browser's credential: its dev browser token or its __client cookie becomes stale.
func (b *Browser) Forget() {
	b.server.core.Do(func() {
		if b.dev != nil {
			b.server.core.World.ForgetDevBrowser(b.dev.Token)
			return
		}
		b.client.Token = world.NewSecret()
	})
}

// Cookies returns the cookies that the browser would send to the application at an origin such as http://localhost:8080, with a
// fresh session token for it: __client_uat, __session and __refresh, plain and suffixed as Clerk has them, and __clerk_db_jwt
// in development or __client in production. Without a signed-in user they have no session. It returns an error if a token could
// not be signed.
func (b *Browser) Cookies(origin string) (cookies []*http.Cookie, err error) {
	secure := false
	if u, parseErr := url.Parse(origin); parseErr == nil {
		origin, secure = core.OriginOf(u), u.Scheme == "https"
	}
	c := b.server.core
	c.Do(func() {
		var all []*http.Cookie
		all, err = c.SessionCookies(core.Browser{Dev: b.dev, Client: b.client}, b.client.LastActive(), origin, secure)
		if b.dev == nil {
			all = append(all, c.ClientCookie(b.client, secure))
		}
		for _, cookie := range all {
			if cookie.MaxAge > 0 { // the others clear cookies
				cookies = append(cookies, cookie)
			}
		}
	})
	return cookies, err
}
