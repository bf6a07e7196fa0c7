package world

import (
	"slices"
	"time"
)

// DevBrowser identifies a browser to a development instance: the token that the browser sends, and its client.
type DevBrowser struct {
	Token  string
	Client *Client // nil before the first attempt to sign in
}

// Client is Clerk's word for one browser (or app), with the accounts that are signed in there.
type Client struct {
	ID string
	// Token is the value of the __client cookie, which identifies the browser to production instances.
	Token                string
	Sessions             []*Session // in the order in which they began, without the removed ones
	SignIn               *SignIn    // the attempt in progress, or nil
	SignUp               *SignUp
	LastActiveSessionID  string
	LastStrategy         string
	CreatedAt, UpdatedAt time.Time
}

// NewDevBrowser creates a dev browser without a client.
func (w *World) NewDevBrowser() *DevBrowser {
	b := &DevBrowser{Token: NewID("dvb_")}
	w.devBrowsers[b.Token] = b
	return b
}

// DevBrowser returns the dev browser with the token, or nil.
func (w *World) DevBrowser(token string) *DevBrowser { return w.devBrowsers[token] }

// ForgetDevBrowser makes a dev browser's token stale.
func (w *World) ForgetDevBrowser(token string) { delete(w.devBrowsers, token) }

// NewClient creates a client without sessions.
func (w *World) NewClient() *Client {
	now := w.now()
	c := &Client{ID: NewID("client_"), Token: NewSecret(), CreatedAt: now, UpdatedAt: now}
	w.clients.add(c.ID, c)
	return c
}

// Client returns the client with the id, or nil.
func (w *World) Client(id string) *Client { return w.clients.byID[id] }

// Clients returns all clients, newest first.
func (w *World) Clients() []*Client { return newestFirst(w.clients.order) }

// ClientByToken returns the client with this __client cookie, or nil.
func (w *World) ClientByToken(token string) *Client {
	return w.clients.first(func(c *Client) bool { return token != "" && c.Token == token })
}

// DevBrowserOf returns the client's dev browser, or nil.
func (w *World) DevBrowserOf(c *Client) *DevBrowser {
	for _, b := range w.devBrowsers {
		if b.Client == c {
			return b
		}
	}
	return nil
}

// RemoveClient ends all sessions of the browser and deletes its client.
func (w *World) RemoveClient(c *Client) {
	w.SignOutClient(c)
	w.clients.remove(c.ID)
	if b := w.DevBrowserOf(c); b != nil {
		b.Client = nil
	}
}

// SignOutClient removes all sessions from the browser.
func (w *World) SignOutClient(c *Client) {
	for _, s := range slices.Clone(c.Sessions) {
		w.EndSession(s, StatusRemoved)
	}
	c.SignIn, c.SignUp = nil, nil
}

// Session returns the client's session with the id, or nil.
func (c *Client) Session(id string) *Session {
	if i := slices.IndexFunc(c.Sessions, func(s *Session) bool { return s.ID == id }); i >= 0 {
		return c.Sessions[i]
	}
	return nil
}

// SignedIn returns the sessions that are active or pending.
func (c *Client) SignedIn() []*Session {
	return slices.DeleteFunc(slices.Clone(c.Sessions), func(s *Session) bool { return !s.SignedIn() })
}

// LastActive returns the session that the browser used last, or nil if that session has ended. Another account's session never
// replaces it by itself.
func (c *Client) LastActive() *Session {
	if s := c.Session(c.LastActiveSessionID); s != nil && s.SignedIn() {
		return s
	}
	return nil
}

// SessionOf returns the signed-in session of a user on this client, or nil. A session of an actor is not the user's own.
func (c *Client) SessionOf(u *User) *Session {
	for _, s := range c.SignedIn() {
		if s.User == u && s.Actor == nil {
			return s
		}
	}
	return nil
}
