package frontend

import (
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// handshake brings a browser's state to the application's own origin: a redirect brings the browser here, and another takes it
// back with a nonce or a token for cookies. It works without any cookie and without a session.
func (a *api) handshake(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	target, err := a.Origins.Target(query.Get("redirect_url"))
	if err != nil {
		return core.Reply{}, foreignRedirect()
	}
	browser := a.arriving(r)
	session := a.arrivingSession(browser, r)
	secure := target.Scheme == "https"
	cookies, err := a.SessionCookies(browser, session, core.OriginOf(target), secure)
	if err != nil {
		return core.Reply{}, err
	}
	if a.Production() {
		cookies = append(a.ClearHandshakeCookies(secure), cookies...)
	}
	name, value, err := a.pack(query.Get("format"), a.directives(r, cookies...))
	if err != nil {
		return core.Reply{}, err
	}
	header := http.Header{"Cache-Control": {"no-store"}, "Location": {target.String()}}
	if a.Production() {
		header["Set-Cookie"] = a.directives(r, a.HandshakeCookie(name, value, secure))
	} else {
		back := core.WithParam(target, name, value, instance.CookieHandshake, instance.CookieHandshakeNonce)
		header.Set("Location", back.String())
	}
	return core.Reply{Status: http.StatusTemporaryRedirect, Header: header}, nil
}

// arriving identifies the browser. It replaces an unknown dev browser by a new one.
func (a *api) arriving(r *http.Request) core.Browser {
	if a.Production() {
		return core.Browser{Client: a.ClientOf(r)}
	}
	b := a.World.DevBrowser(r.URL.Query().Get(instance.CookieDevBrowser))
	if b == nil {
		b = a.World.NewDevBrowser()
	}
	return core.Browser{Dev: b, Client: b.Client}
}

// arrivingSession returns the browser's current session, or nil. It activates the requested organization if the session may
// have it; otherwise the session stays unchanged.
func (a *api) arrivingSession(b core.Browser, r *http.Request) *world.Session {
	if b.Client == nil {
		return nil
	}
	s := b.Client.LastActive()
	if s == nil {
		return nil
	}
	query := r.URL.Query()
	if query.Has("organization_id") {
		_ = a.World.Activate(s, strings.TrimSpace(query.Get("organization_id"))) // see above
	}
	a.World.Use(s)
	return s
}

// pack returns the name and value of the cookie that carries the cookies.
func (a *api) pack(format string, directives []string) (name, value string, err error) {
	switch format {
	case "nonce":
		return instance.CookieHandshakeNonce, a.World.KeepHandshake(directives), nil
	case "", "token":
	default:
		return "", "", apierr.Param("form_param_value_invalid", "format", "format must be nonce or token.")
	}
	token, err := a.Minter.Handshake(directives)
	return instance.CookieHandshake, token, err
}
