package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// TestBadTokensAreNobody: each is refused, none is an outage, none is a crash.
func TestBadTokensAreNobody(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	session := a.session(t, ada, clerktest.SessionOptions{})
	good := a.mint(t, session.ID, clerktest.TokenOptions{})
	parts := strings.Split(good, ".")
	other := newApp(t, setup{clerk: func(c *clerktest.Config) { c.Clock = a.clock }})
	for name, token := range map[string]string{
		"garbage":                   "garbage",
		"empty parts":               "..",
		"one part too many":         good + ".x",
		"too long by far":           strings.Repeat("x", 1<<20),
		"a long header":             strings.Repeat("e", 1<<16) + "." + parts[1] + "." + parts[2],
		"no base64":                 "!!!." + parts[1] + "." + parts[2],
		"another payload":           parts[0] + "." + "eyJzdWIiOiJ1c2VyX2V2aWwifQ" + "." + parts[2],
		"no signature":              parts[0] + "." + parts[1] + ".",
		"an unsigned token":         "eyJhbGciOiJub25lIn0." + parts[1] + ".",
		"a tampered signature":      parts[0] + "." + parts[1] + "." + flipped(parts[2]),
		"an unknown key id":         other.token(t, ada),
		"a key id that is missing":  a.mint(t, session.ID, clerktest.TokenOptions{NoKeyID: true}),
		"expired":                   a.mint(t, session.ID, clerktest.TokenOptions{Lifetime: -time.Minute}),
		"from the future":           a.mint(t, session.ID, clerktest.TokenOptions{Claims: map[string]any{"iat": a.clock.Now().Add(time.Hour).Unix(), "nbf": a.clock.Now().Add(time.Hour).Unix(), "exp": a.clock.Now().Add(2 * time.Hour).Unix()}}),
		"of another issuer":         a.mint(t, session.ID, clerktest.TokenOptions{Claims: map[string]any{"iss": "https://clerk.evil.example"}}),
		"of another party":          a.mint(t, session.ID, clerktest.TokenOptions{AuthorizedParty: evilOrigin}),
		"of no session":             a.mint(t, session.ID, clerktest.TokenOptions{Claims: map[string]any{"sid": nil}}),
		"of no user":                a.mint(t, session.ID, clerktest.TokenOptions{Claims: map[string]any{"sub": nil}}),
		"made from a JWT template":  a.mint(t, session.ID, clerktest.TokenOptions{Template: "billing"}),
		"a machine's":               "mt_abcdefghijklmnop",
		"an API key":                "ak_abcdefghijklmnop",
		"control characters":        "\x01\x02.\x03.\x04",
		"not UTF-8":                 "\xff\xfe.\xff.\xff",
		"nested quotes and percent": "%22%3Cscript%3E.\"'.x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, options := range [][]option{
				{program, bearer(token)},
				{program, header("Authorization", token)},
				{fetched, withCookie("__session", token), withCookie("__client_uat", "1"), withCookie("__clerk_db_jwt", "dvb_x")},
			} {
				a.ask(http.MethodGet, "/guarded", options...).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
				a.ask(http.MethodGet, "/", options...).wantStatus(t, http.StatusOK).wantRan(t, true)
			}
			page := a.ask(http.MethodGet, "/guarded", navigation, withCookie("__session", token), withCookie("__client_uat", "1"), withCookie("__clerk_db_jwt", "x"))
			page.wantStatus(t, http.StatusTemporaryRedirect).wantRan(t, false)
			if strings.Contains(a.log.String(), token) && len(token) > 20 {
				t.Errorf("the token is in the log")
			}
		})
	}
	a.ask(http.MethodGet, "/guarded", program, bearer(good)).wantSignedIn(t, session.UserID)
}

// flipped changes a bit in the middle of a signature.
func flipped(signature string) string {
	middle := len(signature) / 2
	replacement := "A"
	if signature[middle] == 'A' {
		replacement = "B"
	}
	return signature[:middle] + replacement + signature[middle+1:]
}

func TestOnlyCookiesAndOneBearerHeaderCarryTokens(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	token, second := a.token(t, ada), a.token(t, bob)
	for _, row := range []struct {
		name, target string
		options      []option
		want         string
	}{
		{"one bearer token", "/guarded", []option{bearer(token)}, ada},
		{"a token without a scheme, as Clerk's SDKs read it", "/guarded", []option{header("Authorization", token)}, ada},
		{"two Authorization headers", "/guarded", []option{bearer(token), added("Authorization", "Bearer "+second)}, ""},
		{"the same twice", "/guarded", []option{bearer(token), added("Authorization", "Bearer "+token)}, ""},
		{"another scheme", "/guarded", []option{header("Authorization", "Token "+token)}, ""},
		{"a scheme in small letters", "/guarded", []option{header("Authorization", "bearer "+token)}, ada},
		{"in the query string", "/guarded?__session=" + token + "&token=" + token + "&access_token=" + token + "&jwt=" + token, nil, ""},
		{"in a header of another name", "/guarded", []option{header("X-Clerk-Auth-Token", token), header("X-Session-Token", token)}, ""},
		{"a cookie of another name", "/guarded", []option{withCookie("session", token), withCookie("__client_uat", "1")}, ""},
		{"headers that say that somebody is signed in", "/guarded", []option{
			header("X-Clerk-Auth-Status", "signed-in"), header("X-User-Id", "user_forged"), header("X-Clerk-Auth-Reason", ""),
		}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := a.ask(http.MethodGet, row.target, append(row.options, program)...)
			if row.want == "" {
				got.wantProblem(t, http.StatusUnauthorized, "Unauthorized")
				return
			}
			got.wantSignedIn(t, a.userID(t, row.want))
		})
	}
}

// TestGarbageIsSurvived: cookies and headers that no honest client sends.
func TestGarbageIsSurvived(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/flash", func(c *ginContext) { c.String(http.StatusOK, serve(a.clerk, c).TakeFlash().Text) })
	huge := strings.Repeat("a", 1<<20)
	for name, change := range map[string]option{
		"a huge cookie":              header("Cookie", "__session="+huge),
		"ten thousand cookies":       header("Cookie", strings.Repeat("__session=x; ", 10000)),
		"cookies without names":      header("Cookie", "=; ==; ;;; =x; __session"),
		"a cookie with broken %":     header("Cookie", "__session=%zz; __client_uat=%; __clerk_db_jwt=%f"),
		"a client UAT that overflow": header("Cookie", "__client_uat=99999999999999999999999999; __session=x; __clerk_db_jwt=y"),
		"a negative client UAT":      header("Cookie", "__client_uat=-1; __session=x; __clerk_db_jwt=y"),
		"a huge Authorization":       header("Authorization", "Bearer "+huge),
		"a garbled Accept":           header("Accept", "\xff;;;,,,text/html\x00"),
		"a huge Referer":             header("Referer", ownOrigin+"/"+huge),
		"a garbled Origin":           header("Origin", "://\x00[::"),
		"garbled fetch metadata":     header("Sec-Fetch-Dest", "\xff"),
		"a garbled HX-Current-URL":   header("HX-Current-URL", "http://[::1"),
		"a garbled flash":            header("Cookie", "__Host-ginclerk_flash=AAAA; __Host-ginclerk_flash="+strings.Repeat("B", 5000)),
		"a garbled bounce counter":   header("Cookie", "__ginclerk_sign_in_redirects=\"; __clerk_redirect_count=∞"),
		"a garbled forwarded host":   header("X-Forwarded-Host", "a b\x00/\\@"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, base := range []option{navigation, fetched, htmx, program, upgrade} {
				for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions} {
					if got := a.ask(method, "/guarded", base, change).wantRan(t, false); got.Code >= 500 {
						t.Errorf("%s: status %d", method, got.Code)
					}
				}
			}
			if got := a.ask(http.MethodGet, "/flash", program, change); got.Body.String() != "" {
				t.Errorf("a forged flash is shown: %.100q", got.Body)
			}
		})
	}
}

func TestForgedFlashesAreNotShown(t *testing.T) {
	t.Parallel()
	a, other := newApp(t), newApp(t)
	set := func(a *app) string {
		got := run(a, func(c *ginContext) { serve(a.clerk, c).SetFlash(serving.Flash{Kind: "success", Text: "Done"}) })
		return got.setCookies()["__Host-ginclerk_flash"].Value
	}
	take := func(value string) string {
		var text string
		run(a, func(c *ginContext) { text = serve(a.clerk, c).TakeFlash().Text }, withCookie("__Host-ginclerk_flash", value))
		return text
	}
	good := set(a)
	if got := take(good); got != "Done" {
		t.Errorf("flash %q", got)
	}
	for name, value := range map[string]string{"of another instance": set(other), "tampered": flipped(good), "cut off": good[:len(good)-4]} {
		if got := take(value); got != "" {
			t.Errorf("%s: %q is shown", name, got)
		}
	}
	a.clock.Advance(2*time.Minute + time.Second)
	if got := take(good); got != "" {
		t.Errorf("an old flash is shown: %q", got)
	}
}

func TestFlashCookies(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	set := run(a, func(c *ginContext) { serve(a.clerk, c).SetFlash(serving.Flash{Kind: "info", Text: "Secret <b>"}) })
	cookie := set.setCookies()["__Host-ginclerk_flash"]
	if !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" ||
		cookie.MaxAge != 120 || strings.Contains(cookie.Value, "Secret") {
		t.Errorf("cookie %v", cookie)
	}
	var flash serving.Flash
	took := run(a, func(c *ginContext) { flash = serve(a.clerk, c).TakeFlash() }, withCookie(cookie.Name, cookie.Value))
	if (flash != serving.Flash{Kind: "info", Text: "Secret <b>"}) {
		t.Errorf("flash %+v", flash)
	}
	if dropped := took.setCookies()[cookie.Name]; dropped == nil || dropped.MaxAge >= 0 || !dropped.Secure {
		t.Errorf("the flash stays: %v", dropped)
	}
	none := run(a, func(c *ginContext) { flash = serve(a.clerk, c).TakeFlash() })
	if (flash != serving.Flash{}) || len(none.setCookies()) != 0 {
		t.Errorf("flash %+v out of nothing", flash)
	}
}

func TestAnOriginWhereBrowsersDropCookiesIsNamedOnce(t *testing.T) {
	t.Parallel()
	for origin, warned := range map[string]int{
		"http://app.internal": 1, "http://192.0.2.1:80": 1, ownOrigin: 0, "http://127.0.0.1:1": 0, "http://[::1]:1": 0, "https://app.internal": 0,
	} {
		a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins, c.ProxyURL = []string{origin}, "" }))
		for range 2 {
			run(a, func(c *ginContext) { serve(a.clerk, c).SetFlash(serving.Flash{Text: "x"}) })
		}
		if got := a.log.count("plain http"); got != warned {
			t.Errorf("%s: warned %d times, want %d", origin, got, warned)
		}
	}
}

// A Host that no URL can have leaves nothing to come back to.
func TestAnUnreadableHostIsNotRedirected(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins = nil }))
	a.guarded(a.clerk.RequireSession())
	a.ask(http.MethodGet, "/guarded", navigation, host("a b:c"), withCookie("__clerk_db_jwt", "d")).wantStatus(t, http.StatusUnauthorized)
}
