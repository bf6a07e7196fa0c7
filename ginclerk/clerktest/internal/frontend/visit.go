package frontend

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// visit is a request of a known browser, or in production perhaps of a new one.
type visit struct {
	request *http.Request
	form    url.Values
	browser core.Browser
}

// operation answers a visit with a JSON body.
type operation func(v *visit) (any, error)

// visit identifies the browser, runs the operation, and in production adds the browser's cookies to the answer.
func (a *api) visit(op operation) core.Operation {
	return func(r *http.Request, body []byte) (core.Reply, error) {
		v, err := a.identify(r)
		if err != nil {
			return core.Reply{}, err
		}
		if v.form, err = readForm(r, body); err != nil {
			return core.Reply{}, err
		}
		out, err := op(v)
		if err != nil {
			return core.Reply{}, a.withClient(v, err)
		}
		return core.Reply{Body: out, Header: a.cookies(v)}, nil
	}
}

// withClient puts the client beside an error that says that the browser is signed in: another tab signed in, and clerk-js takes the session from
// there.
func (a *api) withClient(v *visit, err error) error {
	known, ok := errors.AsType[*apierr.Error](err)
	if !ok || known.Code != world.CodeSessionExists && known.Code != world.CodeAlreadySignedIn {
		return err
	}
	client, failure := a.showClient(v)
	if failure != nil {
		return failure
	}
	known.Beside = map[string]any{"client": client}
	return known
}

func (a *api) identify(r *http.Request) (*visit, error) {
	v := &visit{request: r}
	if a.Production() {
		if err := a.checkOrigin(r); err != nil {
			return nil, err
		}
		v.browser.Client = a.ClientOf(r)
		return v, nil
	}
	b := a.devBrowserOf(r)
	if b == nil {
		return nil, apierr.New(http.StatusUnauthorized, "dev_browser_unauthenticated", "The dev browser is not known. Ask for a new one.")
	}
	v.browser = core.Browser{Dev: b, Client: b.Client}
	return v, nil
}

// checkOrigin refuses pages of other origins, like production instances.
func (a *api) checkOrigin(r *http.Request) error {
	if origin := r.Header.Get("Origin"); origin != "" && !a.Origins.Allows(origin) {
		return apierr.New(http.StatusBadRequest, "origin_invalid", "The Origin header names no origin of this instance.")
	}
	return nil
}

// devBrowserOf looks where clerk-js puts the token, then where an application's server puts it that forwards a browser's
// cookies.
func (a *api) devBrowserOf(r *http.Request) *world.DevBrowser {
	named, sent := r.URL.Query().Get(instance.CookieDevBrowser), r.Header.Get("Clerk-Db-Jwt")
	if named == "" && sent == "" {
		return a.DevBrowserBy(a.DevBrowserTokens(r)...)
	}
	return a.DevBrowserBy(named, sent)
}

// client returns the visit's client, see [core.Core.ClientFor].
func (a *api) client(v *visit) *world.Client { return a.ClientFor(&v.browser) }

// cookies returns the cookies that a production instance sets with every answer that has a client.
func (a *api) cookies(v *visit) http.Header {
	if !a.Production() {
		return nil
	}
	secure := secure(v.request)
	cookies := a.UATCookies(core.ClientUAT(v.browser.Client), secure)
	if v.browser.Client != nil {
		cookies = append(cookies, a.ClientCookie(v.browser.Client, secure))
	}
	return http.Header{"Set-Cookie": a.directives(v.request, cookies...)}
}

// directives returns the cookies as values of Set-Cookie. If browsers reach this production instance at its own host, such as clerk.example.com,
// the cookies that an application on the parent domain reads are on that domain.
func (a *api) directives(r *http.Request, cookies ...*http.Cookie) []string {
	parent, found := strings.CutPrefix(r.Host, "clerk.")
	if found && r.Host == a.Key.FrontendAPI() && a.Production() {
		for _, cookie := range cookies {
			if strings.HasPrefix(cookie.Name, instance.CookieClientUAT) || strings.HasPrefix(cookie.Name, instance.CookieHandshake) {
				cookie.Domain = parent
			}
		}
	}
	return core.Directives(cookies)
}

// seeOther redirects the browser, with its cookies.
func (a *api) seeOther(v *visit, target *url.URL) core.Reply {
	header := http.Header{"Location": {target.String()}, "Cache-Control": {"no-store"}}
	maps.Copy(header, a.cookies(v))
	return core.Reply{Status: http.StatusSeeOther, Header: header}
}

func secure(r *http.Request) bool { return strings.HasPrefix(core.PublicOrigin(r), "https://") }

// readForm reads a form body: every operation here reads a form or nothing.
func readForm(r *http.Request, body []byte) (url.Values, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") && len(body) > 0 {
		return nil, apierr.New(http.StatusUnsupportedMediaType, "unsupported_content_type", "The request body is not a form.")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, apierr.New(http.StatusBadRequest, "request_body_invalid", "The request body is not a form.")
	}
	return form, nil
}
