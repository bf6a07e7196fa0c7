package clerktest_test

import (
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// shake requests the handshake endpoint like a browser, and returns the redirect's target and the application's cookies.
func shake(t *testing.T, srv *clerktest.Server, query url.Values, cookies ...*http.Cookie) (*url.URL, map[string]*http.Cookie) {
	t.Helper()
	if !query.Has("redirect_url") {
		query.Set("redirect_url", appOrigin+"/dashboard?b=2&a=1")
	}
	res := call{
		method: http.MethodGet, url: srv.FrontendURL() + "/v1/client/handshake?" + query.Encode(), cookies: cookies,
	}.do(t).want(t, http.StatusTemporaryRedirect)
	if got := res.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q, want no-store", got)
	}
	location, err := url.Parse(res.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	values := location.Query()
	for name, cookie := range res.setCookies(t) {
		values.Set(name, cookie.Value)
	}
	return location, payload(t, srv, values)
}

// payload exchanges the nonce or the token of a handshake for its cookies, like the application's server.
func payload(t *testing.T, srv *clerktest.Server, values url.Values) map[string]*http.Cookie {
	t.Helper()
	var directives []string
	if nonce := values.Get(instance.CookieHandshakeNonce); nonce != "" {
		res := backend(srv, http.MethodGet, "/v1/clients/handshake_payload?nonce="+nonce, "").do(t).want(t, http.StatusOK)
		for _, directive := range res.at(t, "directives").([]any) {
			directives = append(directives, directive.(string))
		}
	} else {
		header, claims := verified(t, srv, values.Get(instance.CookieHandshake))
		if header["cat"] != "cl_B7d4PD111AAA" {
			t.Errorf("handshake token has category %v", header["cat"])
		}
		for _, directive := range claims["handshake"].([]any) {
			directives = append(directives, directive.(string))
		}
	}
	return parseDirectives(t, directives)
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, format       string
		production, signed bool
	}{
		{"development, nonce, signed in", "nonce", false, true},
		{"development, nonce, signed out", "nonce", false, false},
		{"development, token, signed in", "token", false, true},
		{"development, no format is token", "", false, false},
		{"production, nonce, signed in", "nonce", true, true},
		{"production, nonce, signed out", "nonce", true, false},
		{"production, token, signed in", "token", true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			option := standing
			if row.production {
				option = func(c *clerktest.Config) { standing(c); production(c) }
			}
			srv := clerktest.New(t, option)
			b := srv.NewBrowser()
			if row.signed {
				signIn(t, b, "ada@example.com")
			}
			srv.Clock().Advance(time.Hour)
			query := url.Values{"__clerk_api_version": {"2026-05-12"}, "suffixed_cookies": {"true"}, "__clerk_hs_reason": {"x"}}
			if row.format != "" {
				query.Set("format", row.format)
			}
			if !row.production {
				query.Set("__clerk_db_jwt", b.DevBrowser())
			}
			location, cookies := shake(t, srv, query, clientCookie(t, b)...)
			checkLocation(t, location, row.production, row.format)
			checkHandshakeCookies(t, srv, b, cookies, row.production, row.signed)
		})
	}
}

func clientCookie(t *testing.T, b *clerktest.Browser) []*http.Cookie {
	t.Helper()
	cookies, err := b.Cookies(appOrigin)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(cookies, func(c *http.Cookie) bool { return c.Name != instance.CookieClient })
}

// checkLocation: development puts nonce or token into the URL, production leaves the URL clean.
func checkLocation(t *testing.T, location *url.URL, production bool, format string) {
	t.Helper()
	if got := location.Scheme + "://" + location.Host + location.Path; got != appOrigin+"/dashboard" {
		t.Errorf("sent to %s", got)
	}
	var names []string
	for name := range location.Query() {
		names = append(names, name)
	}
	sort.Strings(names)
	want := []string{"__clerk_handshake", "a", "b"}
	if format == "nonce" {
		want[0] = "__clerk_handshake_nonce"
	}
	if production {
		want = want[1:]
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

func checkHandshakeCookies(
	t *testing.T, srv *clerktest.Server, b *clerktest.Browser, cookies map[string]*http.Cookie, production, signed bool,
) {
	t.Helper()
	key, err := instance.ParsePublishableKey(srv.PublishableKey())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"__client_uat", key.Suffixed("__client_uat"), "__session", key.Suffixed("__session"), key.Suffixed("__refresh")}
	if production {
		want = append(want, "__clerk_handshake", "__clerk_handshake_nonce")
	} else {
		want = append(want, "__clerk_db_jwt", key.Suffixed("__clerk_db_jwt"))
	}
	var got []string
	for name := range cookies {
		got = append(got, name)
	}
	sort.Strings(want)
	sort.Strings(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("cookies (-want +got):\n%s", diff)
	}
	for name, cookie := range cookies {
		cleared := name == "__clerk_handshake" || name == "__clerk_handshake_nonce" || (!signed && (name == "__session" ||
			name == key.Suffixed("__session") || name == key.Suffixed("__refresh")))
		if (cookie.MaxAge < 0) != cleared {
			t.Errorf("%s: Max-Age %d, want it cleared: %v", name, cookie.MaxAge, cleared)
		}
	}
	if !production && cookies["__clerk_db_jwt"].Value != b.DevBrowser() {
		t.Errorf("dev browser %s, want %s", cookies["__clerk_db_jwt"].Value, b.DevBrowser())
	}
	uat, err := strconv.ParseInt(cookies[key.Suffixed("__client_uat")].Value, 10, 64)
	if err != nil || (uat != 0) != signed {
		t.Errorf("client_uat %d (%v), signed in %v", uat, err, signed)
	}
	if signed {
		_, claims := verified(t, srv, cookies["__session"].Value)
		if claims["azp"] != appOrigin || float64(uat) > claims["iat"].(float64) {
			t.Errorf("claims %v: want azp of the application, and iat not before client_uat %d", claims, uat)
		}
	}
}

func TestHandshakeOfAnUnknownBrowser(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, token := range []string{"", "dvb_stale"} {
		_, cookies := shake(t, srv, url.Values{"format": {"nonce"}, "__clerk_db_jwt": {token}})
		dev := cookies["__clerk_db_jwt"].Value
		if dev == "" || dev == token {
			t.Fatalf("dev browser %q, want a new one in place of %q", dev, token)
		}
		p := &page{srv: srv, dev: dev}
		p.get(t, "/v1/client").want(t, http.StatusOK)
	}
}

func TestHandshakeNonces(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	location, _ := shake(t, srv, url.Values{"format": {"nonce"}})
	nonce := location.Query().Get(instance.CookieHandshakeNonce)
	path := "/v1/clients/handshake_payload?nonce=" + nonce
	srv.Clock().Advance(59 * time.Second)
	backend(srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK) // the second reading: shake read it first
	srv.Clock().Advance(time.Second)
	backend(srv, http.MethodGet, path, "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	backend(srv, http.MethodGet, "/v1/clients/handshake_payload", "").do(t).wantError(t, http.StatusNotFound, "resource_not_found")
	call{method: http.MethodGet, url: srv.BackendURL() + path}.do(t).wantError(t, http.StatusUnauthorized, "authentication_invalid")
}

func TestHandshakeSwitchesOrganizations(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	b := srv.NewBrowser()
	s := signIn(t, b, "grace@example.com")
	acme := organizationID(t, srv, "acme")
	for _, row := range []struct{ name, organization, want string }{
		{"by slug", "acme", acme},
		{"one that the user isn't in leaves it", "org_unknown", acme},
		{"empty is the personal account", "", ""},
		{"by id", acme, acme},
	} {
		shake(t, srv, url.Values{"__clerk_db_jwt": {b.DevBrowser()}, "organization_id": {row.organization}})
		now, err := srv.Session(s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if now.OrganizationID != row.want {
			t.Errorf("%s: organization %q, want %q", row.name, now.OrganizationID, row.want)
		}
	}
}

func TestHandshakeRefusesForeignTargets(t *testing.T) {
	t.Parallel()
	loopback := clerktest.New(t)
	listed := clerktest.New(t, func(c *clerktest.Config) { c.Origins = []string{"https://app.example.com", "http://localhost:8080/"} })
	for _, row := range []struct {
		name, target string
		srv          *clerktest.Server
		allowed      bool
	}{
		{"any port of localhost", "http://localhost:1/", loopback, true},
		{"a name below localhost", "http://shop.localhost:8080/", loopback, true},
		{"a loopback address", "https://127.0.0.2/x", loopback, true},
		{"IPv6", "http://[::1]:8080/", loopback, true},
		{"another host", "https://example.com/", loopback, false},
		{"a host that only looks like localhost", "http://localhost.example.com/", loopback, false},
		{"a path", "/dashboard", loopback, false},
		{"no scheme", "//localhost/", loopback, false},
		{"a user in front of the host", "http://localhost@example.com/", loopback, false},
		{"a user at localhost", "http://me@localhost/", loopback, false},
		{"a script", "javascript:alert(1)//localhost", loopback, false},
		{"another scheme", "ftp://localhost/", loopback, false},
		{"a backslash", `http://localhost\@example.com/`, loopback, false},
		{"a line break", "http://localhost/\r\nX: y", loopback, false},
		{"nothing", "", loopback, false},
		{"a listed origin", "https://app.example.com/x", listed, true},
		{"a listed origin in other letters", "HTTPS://App.Example.com/x", listed, true},
		{"the listed host with another port", "https://app.example.com:8443/", listed, false},
		{"the listed host with another scheme", "http://app.example.com/", listed, false},
		{"loopback, which is not listed", "http://localhost:9090/", listed, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			res := call{
				method: http.MethodGet,
				url:    row.srv.FrontendURL() + "/v1/client/handshake?redirect_url=" + url.QueryEscape(row.target),
			}.do(t)
			if row.allowed {
				res.want(t, http.StatusTemporaryRedirect)
				return
			}
			res.wantError(t, http.StatusBadRequest, "redirect_url_invalid")
		})
	}
}

func TestHandshakeReplacesAnOldNonce(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	location, _ := shake(t, srv, url.Values{
		"format": {"nonce"}, "redirect_url": {appOrigin + "/?__clerk_handshake=old&__clerk_handshake_nonce=old&q=a%2Fb+c"},
	})
	query := location.Query()
	if query.Has("__clerk_handshake") || len(query["__clerk_handshake_nonce"]) != 1 || query.Get("__clerk_handshake_nonce") == "old" {
		t.Errorf("sent to %s", location)
	}
	if got := query.Get("q"); got != "a/b c" {
		t.Errorf("q = %q: other parameters must stay", got)
	}
}

// client_uat must agree with the cookies beside it, or the application would ask again for ever.
func TestHandshakeAfterTheCurrentAccountSignedOut(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	b := srv.NewBrowser()
	signIn(t, b, "ada@example.com")
	current := signIn(t, b, "mia@example.com")
	if err := srv.EndSession(current.ID); err != nil {
		t.Fatal(err)
	}
	_, cookies := shake(t, srv, url.Values{"__clerk_db_jwt": {b.DevBrowser()}})
	if uat, token := cookies["__client_uat"].Value, cookies["__session"].Value; uat != "0" || token != "" {
		t.Errorf("client_uat %s, session token %q, want 0 and none", uat, token)
	}
}
