package ginclerk_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func TestAccountPortal(t *testing.T) {
	t.Parallel()
	const portal = "https://calm-otter-13.accounts.dev"
	a := newApp(t, configured(func(c *ginclerk.Config) { c.PublishableKey = somePublishableKey() }))
	a.engine.GET("/sign-in/*path", a.clerk.AccountPortal("/sign-in"))
	a.engine.GET("/sign-up/*path", a.clerk.AccountPortal("/sign-up"))
	for target, want := range map[string]string{
		"/sign-in/":                           portal + "/sign-in?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
		"/sign-in/?redirect_url=/a%3Fb=c":     portal + "/sign-in?redirect_url=" + url.QueryEscape(ownOrigin+"/a?b=c"),
		"/sign-in/create":                     portal + "/sign-up?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
		"/sign-in/tasks":                      portal + "/sign-in/tasks?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
		"/sign-in/anything/else":              portal + "/sign-in?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
		"/sign-up/":                           portal + "/sign-up?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
		"/sign-up/tasks":                      portal + "/sign-up/tasks?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
		"/sign-in/?redirect_url=//evil.test":  portal + "/sign-in?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
		"/sign-in/?redirect_url=https://evil": portal + "/sign-in?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
		"/sign-in/..%2f..%2fevil":             portal + "/sign-in?redirect_url=" + url.QueryEscape(ownOrigin+"/"),
	} {
		got := a.ask(http.MethodGet, target, navigation).wantStatus(t, http.StatusTemporaryRedirect)
		got.wantHeader(t, "Location", want).wantHeader(t, "Cache-Control", "no-store")
	}
	// On a development instance the browser is known by its dev browser token, which goes along.
	got := a.ask(http.MethodGet, "/sign-in/", navigation, withCookie("__clerk_db_jwt", "dvb_x")).location(t)
	if got.Host != "calm-otter-13.accounts.dev" || got.Query().Get("__clerk_db_jwt") != "dvb_x" {
		t.Errorf("leads to %s", got)
	}
}

// Without configured origins the request's own is known all the same.
func TestAccountPortalComesBackToTheRequestsOwnOrigin(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins = nil }))
	a.engine.GET("/sign-in/*path", a.clerk.AccountPortal("/sign-in"))
	for target, want := range map[string]string{
		ownOrigin + "/dash?x=1":        ownOrigin + "/dash?x=1",
		ownOrigin + ".evil.test/dash":  ownOrigin + "/",
		ownOrigin + "//evil.test/dash": ownOrigin + "/",
		"http://evil.test/dash":        ownOrigin + "/",
	} {
		got := a.ask(http.MethodGet, "/sign-in/?redirect_url="+url.QueryEscape(target), navigation).location(t)
		if back := got.Query().Get("redirect_url"); back != want {
			t.Errorf("%s: comes back to %s, want %s", target, back, want)
		}
	}
}

func TestBrowser(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name            string
		options         []setup
		wantDev, wantUp string
	}{
		{"development", nil, "dvb_suffixed", ""},
		{"production", []setup{production()}, "", "client"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, row.options...)
			run(a, func(c *ginContext) {
				got := serve(a.clerk, c).Browser()
				if got.DevBrowser != row.wantDev || got.Client != row.wantUp || got.Origin != ownOrigin ||
					got.UserAgent != "Browser/1" || got.HasCredential() != true {
					t.Errorf("browser %+v", got)
				}
			}, header("User-Agent", "Browser/1"), withCookie("__clerk_db_jwt", "dvb_plain"),
				withCookie(a.clerk.PublishableKey().Suffixed("__clerk_db_jwt"), "dvb_suffixed"), withCookie("__client", "client"))
		})
	}
}
