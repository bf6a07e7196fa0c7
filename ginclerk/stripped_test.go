package ginclerk_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// wantAtHome checks that a redirect, and the address that a handshake would return to, are on the application's own origin.
func wantAtHome(tb testing.TB, response http.Header, home string) {
	tb.Helper()
	location := response.Get("Location")
	if location == "" {
		return
	}
	base, err := url.Parse(home + "/app/")
	if err != nil {
		tb.Fatal(err)
	}
	u, err := base.Parse(location)
	if err != nil {
		tb.Fatalf("Location %q: %v", location, err)
	}
	if u.User != nil || u.Scheme+"://"+u.Host != home {
		tb.Errorf("Location %q is not at %s", location, home)
	}
	if returnTo := u.Query().Get("redirect_url"); returnTo != "" {
		wantAtHome(tb, http.Header{"Location": {returnTo}}, home)
	}
}

// TestAStrippedPrefixLeadsNowhereElse: http.StripPrefix takes "/app" off "/app.evil.example", too.
func TestAStrippedPrefixLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		a := newApp(t, typed(kind)...).attached()
		a.engine.NoRoute(a.clerk.RequireSession(), whoami)
		strange := a.visitor(t)
		clear(strange.cookies)
		expired := a.visitor(t, mia)
		dropRefresh(expired)
		a.clock.Advance(90e9)
		for name, v := range map[string]*visitor{"signed in": a.visitor(t, ada), "signed out": a.visitor(t), "unknown": strange, "expired": expired} {
			for _, path := range []string{
				"/apphttps://evil.example/x", "/apphttp:evil.example", "/app.evil.example/x", "/app@evil.example/x", "/app:1@evil.example/x", "/app0/x",
				"/app//evil.example/x", `/app/\evil.example/x`, `/app\\evil.example/x`, "/app%2F%2Fevil.example", "/app%2f/evil.example", "/app/%2F/evil.example", "/app",
			} {
				for _, query := range []string{"", "?__ginclerk_handshake=x", "?__ginclerk_sign_ins=1", "?__clerk_handshake_nonce=x", "?x=1&__ginclerk_handshake=x"} {
					r := httptest.NewRequest(http.MethodGet, path+query, nil)
					r.Host = ownHost
					v.jar()(r)
					navigation(r)
					recorder := httptest.NewRecorder()
					http.StripPrefix("/app", a.engine).ServeHTTP(recorder, r)
					t.Run(string(kind)+", "+name+", "+path+query, func(t *testing.T) { wantAtHome(t, recorder.Header(), ownOrigin) })
				}
			}
		}
	}
}

// TestAHostThatIsNoneLeadsNowhereElse: browsers take some characters in a host that no origin of ours has.
func TestAHostThatIsNoneLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins = nil })).guarded()
	v := a.visitor(t)
	for _, path := range []string{"//evil.example/x", `/\evil.example/x`, "///evil.example", "/guarded"} {
		for _, query := range []string{"", "?__ginclerk_handshake=x"} {
			got := v.ask(http.MethodGet, path+query, navigation, host("a!b.example"))
			wantAtHome(t, got.Header(), "http://a!b.example")
		}
	}
}
