package clerktest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// refreshable returns a browser with an expired session token.
type refreshable struct {
	srv                           *clerktest.Server
	browser                       *clerktest.Browser
	session                       clerktest.Session
	expiredToken, refreshToken    string
	suffixedSession, refreshNamed string
}

func newRefreshable(t *testing.T, options ...func(*clerktest.Config)) refreshable {
	t.Helper()
	srv := clerktest.New(t, append(options, standing)...)
	key, err := instance.ParsePublishableKey(srv.PublishableKey())
	if err != nil {
		t.Fatal(err)
	}
	r := refreshable{
		srv: srv, browser: srv.NewBrowser(),
		suffixedSession: key.Suffixed(instance.CookieSession), refreshNamed: key.Suffixed(instance.CookieRefresh),
	}
	r.session = signIn(t, r.browser, "ada@example.com")
	cookies, err := r.browser.Cookies(appOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		switch cookie.Name {
		case r.suffixedSession:
			r.expiredToken = cookie.Value
		case r.refreshNamed:
			r.refreshToken = cookie.Value
		}
	}
	srv.Clock().Advance(2 * time.Minute)
	return r
}

func (r refreshable) refresh(t *testing.T, sessionID string, change map[string]any) result {
	t.Helper()
	params := map[string]any{
		"format": "cookie", "expired_token": r.expiredToken, "refresh_token": r.refreshToken, "request_origin": appOrigin,
		"request_headers": map[string][]string{"accept": {"text/html"}},
	}
	for name, value := range change {
		params[name] = value
	}
	body, err := json.Marshal(params)
	if err != nil {
		t.Fatal(err)
	}
	return backend(r.srv, http.MethodPost, "/v1/sessions/"+sessionID+"/refresh?suffixed_cookies=true", string(body)).do(t)
}

func TestRefreshGivesCookies(t *testing.T) {
	t.Parallel()
	r := newRefreshable(t)
	res := r.refresh(t, r.session.ID, nil).want(t, http.StatusOK)
	if got := res.text(t, "object"); got != "cookies" {
		t.Errorf("object %q, want cookies", got)
	}
	var directives []string
	for _, directive := range res.at(t, "cookies").([]any) {
		directives = append(directives, directive.(string))
	}
	cookies := parseDirectives(t, directives)
	for _, name := range []string{"__session", r.suffixedSession} {
		cookie := cookies[name]
		if cookie == nil || cookie.HttpOnly || cookie.Path != "/" || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure {
			t.Fatalf("%s = %v: want it readable by scripts, for all paths, lax, and not secure on http", name, cookie)
		}
		_, claims := verified(t, r.srv, cookie.Value)
		if claims["azp"] != appOrigin || claims["sid"] != r.session.ID || claims["iat"].(float64) != float64(noon().Unix()+120) {
			t.Errorf("%s: claims %v", name, claims)
		}
	}
	if cookie := cookies[r.refreshNamed]; cookie == nil || !cookie.HttpOnly {
		t.Errorf("%s = %v, want it out of the reach of scripts", r.refreshNamed, cookie)
	}
	// Several requests of one page carry the same refresh token.
	r.refresh(t, r.session.ID, nil).want(t, http.StatusOK)
	r.refresh(t, r.session.ID, map[string]any{"refresh_token": cookies[r.refreshNamed].Value}).want(t, http.StatusOK)
}

func TestRefreshGivesAToken(t *testing.T) {
	t.Parallel()
	r := newRefreshable(t)
	for _, format := range []any{"token", nil} {
		res := r.refresh(t, r.session.ID, map[string]any{"format": format, "request_origin": "https://app.example.com"})
		_, claims := verified(t, r.srv, res.want(t, http.StatusOK).text(t, "jwt"))
		if claims["azp"] != "https://app.example.com" {
			t.Errorf("format %v: azp %v", format, claims["azp"])
		}
	}
}

func TestRefreshedCookiesAreSecureOnHTTPS(t *testing.T) {
	t.Parallel()
	r := newRefreshable(t)
	res := r.refresh(t, r.session.ID, map[string]any{"request_origin": "https://app.example.com"}).want(t, http.StatusOK)
	for _, directive := range res.at(t, "cookies").([]any) {
		if !strings.Contains(directive.(string), "Secure") {
			t.Errorf("%q is not secure", directive)
		}
	}
}

func TestRefreshRefuses(t *testing.T) {
	t.Parallel()
	r := newRefreshable(t)
	other := newRefreshable(t)
	second := session(t, r.srv, "ada@example.com", clerktest.SessionOptions{})
	secondToken, err := r.srv.MintToken(second.ID, clerktest.TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, session string
		change        map[string]any
		status        int
		code          string
	}{
		{"a made-up refresh token", r.session.ID, map[string]any{"refresh_token": "x"}, 401, "refresh_token_invalid"},
		{
			"the refresh token of another session", second.ID,
			map[string]any{"expired_token": secondToken},
			401, "refresh_token_invalid",
		},
		{"the token of another session", second.ID, nil, 401, "session_mismatch"},
		{"a token of another instance", r.session.ID, map[string]any{"expired_token": other.expiredToken + "x"}, 401, "expired_session_token_invalid"},
		{"no token", r.session.ID, map[string]any{"expired_token": ""}, 400, "form_param_missing"},
		{"no refresh token", r.session.ID, map[string]any{"refresh_token": nil}, 400, "form_param_missing"},
		{"no origin", r.session.ID, map[string]any{"request_origin": ""}, 400, "form_param_missing"},
		{"an invalid origin", r.session.ID, map[string]any{"request_origin": "javascript:1"}, 400, "form_param_format_invalid"},
		{"an unknown format", r.session.ID, map[string]any{"format": "xml"}, 400, "form_param_value_invalid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r.refresh(t, row.session, row.change).wantError(t, row.status, row.code)
		})
	}
}

func TestRefreshTokensDieWithTheirSession(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		end  func(r refreshable) error
	}{
		{"revoked", func(r refreshable) error { return r.srv.RevokeSession(r.session.ID) }},
		{"ended", func(r refreshable) error { return r.srv.EndSession(r.session.ID) }},
		{"its user is gone", func(r refreshable) error { return r.srv.RemoveUser(r.session.UserID) }},
		{"expired", func(r refreshable) error {
			r.srv.Clock().Advance(7 * 24 * time.Hour)
			return nil
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := newRefreshable(t)
			if err := row.end(r); err != nil {
				t.Fatal(err)
			}
			r.refresh(t, r.session.ID, nil).wantError(t, http.StatusUnauthorized, "session_not_active")
		})
	}
}

func TestRefreshDoesNotSwitchAccounts(t *testing.T) {
	t.Parallel()
	r := newRefreshable(t)
	later := signIn(t, r.browser, "mia@example.com")
	r.refresh(t, r.session.ID, nil).want(t, http.StatusOK)
	client := backend(r.srv, http.MethodGet, "/v1/clients/"+r.browser.ClientID(), "").do(t)
	if got := client.text(t, "last_active_session_id"); got != later.ID {
		t.Errorf("last active session %s, want %s: the browser had switched", got, later.ID)
	}
}
