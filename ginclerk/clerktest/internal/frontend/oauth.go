package frontend

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// providerName is the name of the social provider, which lets everyone be whoever they say.
const providerName = "Mock"

// withProvider adds the strategy of the social provider, if it is on.
func (a *api) withProvider(strategies ...string) []string {
	if a.World.SocialProvider {
		strategies = append(strategies, world.StrategyOAuth)
	}
	return strategies
}

// toProvider sends an attempt to the page of the social provider, and reads where the browser goes afterwards.
func (a *api) toProvider(v *visit, verification *world.Verification, state string) (world.OAuth, error) {
	back := world.OAuth{RedirectURL: v.form.Get("redirect_url"), CompleteURL: v.form.Get("action_complete_redirect_url")}
	for _, address := range []*string{&back.RedirectURL, &back.CompleteURL} {
		if strings.HasPrefix(*address, "/") {
			*address = core.PublicOrigin(v.request) + *address
		}
		if _, err := a.Origins.Target(*address); err != nil && (*address != "" || address == &back.RedirectURL) {
			return world.OAuth{}, foreignRedirect()
		}
	}
	a.World.BeginOAuth(verification, frontendOf(v.request)+"/v1/oauth_provider?state="+url.QueryEscape(state))
	return back, nil
}

// frontendOf returns the address at which the browser reaches the Frontend API: that of the proxy, or the request's own.
func frontendOf(r *http.Request) string {
	if proxy := r.Header.Get("Clerk-Proxy-Url"); proxy != "" {
		return proxy
	}
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

const providerTemplate = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Mock</title>
<h1>Mock</h1><p>Allow {{.Application}} to see your e-mail address?</p>
<form action="oauth_callback">
<input type="hidden" name="state" value="{{.State}}">
<p><label>E-mail address <input type="email" name="email_address" required autofocus></label></p>
<button data-testid="yes">Yes</button>
<button data-testid="no" name="error" value="access_denied" formnovalidate>No</button>
</form></html>`

// providerPage asks the person who they are, and whether the application may know.
func (a *api) providerPage(r *http.Request, _ []byte) (core.Reply, error) {
	state := r.URL.Query().Get("state")
	if in, up := a.World.OAuthAttempt(state); in == nil && up == nil {
		return core.Reply{}, apierr.NotFound("attempt", state)
	}
	asks, err := template.New("provider").Parse(providerTemplate)
	if err != nil {
		return core.Reply{}, err
	}
	var page bytes.Buffer
	err = asks.Execute(&page, map[string]string{"Application": a.ApplicationName, "State": state})
	header := http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"},
		"Referrer-Policy":         {"no-referrer"},
	}
	return core.Reply{Page: page.Bytes(), Header: header}, err
}

// providerAnswered is where the provider sends the browser. It goes on with the attempt, and redirects to the application. In development it
// adds the dev browser, so that the application fetches the session.
func (a *api) providerAnswered(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	email := query.Get("email_address")
	if query.Get("error") != "" {
		email = ""
	}
	v := &visit{request: r}
	var back world.OAuth
	var complete bool
	switch in, up := a.World.OAuthAttempt(query.Get("state")); {
	case in != nil:
		a.World.SignInByOAuth(in, email, core.ActivityOf(r))
		v.browser.Client, back, complete = in.Client, in.OAuth, in.CreatedSessionID != ""
	case up != nil:
		if err := a.World.SignUpByOAuth(up, email, core.ActivityOf(r)); err != nil {
			return core.Reply{}, err
		}
		v.browser.Client, back, complete = up.Client, up.OAuth, up.CreatedSessionID != ""
	default:
		return core.Reply{}, apierr.NotFound("attempt", query.Get("state"))
	}
	address := back.RedirectURL
	if complete && back.CompleteURL != "" {
		address = back.CompleteURL
	}
	target, err := a.Origins.Target(address)
	if err != nil {
		return core.Reply{}, foreignRedirect()
	}
	if dev := a.World.DevBrowserOf(v.browser.Client); dev != nil {
		target = core.WithDevBrowser(target, dev)
	}
	return a.seeOther(v, target), nil
}

// transferred turns the client's attempt into one of the other kind, and answers with that.
func transferred[T any](
	v *visit, transfer func(*world.Client, world.Activity) (T, error), c *world.Client, answer func(*visit, T) (any, error),
) (any, error) {
	attempt, err := transfer(c, core.ActivityOf(v.request))
	if err != nil {
		return nil, err
	}
	return answer(v, attempt)
}
