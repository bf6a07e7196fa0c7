package portal

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/localization"
)

// visit is one request for a page.
type visit struct {
	portal  *portal
	request *http.Request
	form    url.Values
	browser core.Browser
	words   *localization.Language
	// stylesheet is the address of the style sheet.
	stylesheet string
	// back is where the browser goes at the end: a path, or a URL of an allowed origin; Home if nothing says where.
	back string
}

// say returns a sentence in the language of the visit.
func (v *visit) say(key string, values ...any) string { return v.words.Text(key, values...) }

// identify finds the browser, by the same tokens as the Frontend API, and the place to return to.
func (v *visit) identify() {
	v.back = v.portal.target(v.request.URL.Query().Get("redirect_url"))
	if v.portal.Production() {
		v.browser.Client = v.portal.ClientOf(v.request)
		return
	}
	tokens := append([]string{v.request.URL.Query().Get(instance.CookieDevBrowser)}, v.portal.DevBrowserTokens(v.request)...)
	if b := v.portal.DevBrowserBy(tokens...); b != nil {
		v.browser = core.Browser{Dev: b, Client: b.Client}
	}
}

// client returns the browser's client. It creates the client (in development with a dev browser) when it is first needed.
func (v *visit) client() *world.Client {
	if v.browser.Dev == nil && !v.portal.Production() {
		v.browser.Dev = v.portal.World.NewDevBrowser()
	}
	return v.portal.ClientFor(&v.browser)
}

// cookies returns the cookies that identify the browser in the next request; none if it has them already.
func (v *visit) cookies() []*http.Cookie {
	secure := strings.HasPrefix(core.PublicOrigin(v.request), "https://")
	c := v.portal.Core
	if !c.Production() {
		if v.browser.Dev == nil || v.hasDevBrowserCookies() {
			return nil
		}
		return c.DevBrowserCookies(v.browser.Dev, secure)
	}
	if v.browser.Client == nil {
		return nil
	}
	return append(c.UATCookies(core.ClientUAT(v.browser.Client), secure), c.ClientCookie(v.browser.Client, secure))
}

func (v *visit) hasDevBrowserCookies() bool {
	tokens := v.portal.DevBrowserTokens(v.request)
	return len(tokens) == 2 && tokens[0] == v.browser.Dev.Token && tokens[1] == v.browser.Dev.Token
}

// activity returns where the user signs in from.
func (v *visit) activity() world.Activity { return core.ActivityOf(v.request) }

// link returns a path of the portal with the way back.
func (v *visit) link(path string) string {
	if v.back == v.portal.Home {
		return path
	}
	return path + "?redirect_url=" + url.QueryEscape(v.back)
}

// to redirects to another page of the portal.
func (v *visit) to(path string) answer { return answer{location: v.link(path)} }

// finish redirects to the application. In development it adds the dev browser, so that the application fetches the session.
func (v *visit) finish() (answer, error) {
	back, err := url.Parse(v.back)
	if err != nil {
		return answer{location: v.portal.Home}, nil //nolint:nilerr // target has parsed it before; an unreadable target leads home
	}
	if v.browser.Dev != nil {
		back = core.WithDevBrowser(back, v.browser.Dev)
	}
	return answer{location: back.String()}, nil
}

// target returns a redirect_url that is allowed: a path of the host that shows the pages, or a URL of an allowed origin. Any other
// becomes the application's home.
func (p *portal) target(raw string) string {
	if path, ok := localPath(raw); ok {
		return path
	}
	u, err := p.Origins.Target(raw)
	if err != nil {
		return p.Home
	}
	return u.String()
}

// localPath returns the text as a path on the application's own origin, if it is one. Browsers read //host and /\host as
// another host, and drop tabs and line breaks first. localPath checks the printed URL, because that is what is sent.
func localPath(raw string) (path string, ok bool) {
	if !strings.HasPrefix(raw, "/") || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return "", false
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host != "" || u.Scheme != "" || u.User != nil {
		return "", false
	}
	path = u.String()
	return path, strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//")
}
