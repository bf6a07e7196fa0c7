package world

import (
	"slices"
	"time"
)

// DevBrowser is how a development instance knows a browser: a token that the browser sends, and the client that it stands for.
type DevBrowser struct {
	Token  string
	Client *Client // nil before the first attempt to sign in
}

// Client is Clerk's word for one browser (or app), with the accounts that are signed in there.
type Client struct {
	ID string
	// Token is the value of the __client cookie, by which production instances know the browser.
	Token                string
	Sessions             []*Session // in the order in which they began; removed ones are gone
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

// ClientByToken returns the client whose __client cookie this is, or nil.
func (w *World) ClientByToken(token string) *Client {
	for _, c := range w.clients.order {
		if token != "" && c.Token == token {
			return c
		}
	}
	return nil
}

// DevBrowserOf returns the dev browser that stands for the client, or nil.
func (w *World) DevBrowserOf(c *Client) *DevBrowser {
	for _, b := range w.devBrowsers {
		if b.Client == c {
			return b
		}
	}
	return nil
}

// RemoveClient signs the browser out of everything and forgets it.
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

// Session returns the client's session with the id, or nil if it isn't there.
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

// LastActive returns the session that the browser last worked with, or nil where that one is over. Another account's session
// never takes its place by itself.
func (c *Client) LastActive() *Session {
	if s := c.Session(c.LastActiveSessionID); s != nil && s.SignedIn() {
		return s
	}
	return nil
}

// SessionOf returns the signed-in session of a user on this client, or nil.
func (c *Client) SessionOf(u *User) *Session {
	for _, s := range c.SignedIn() {
		if s.User == u {
			return s
		}
	}
	return nil
}
