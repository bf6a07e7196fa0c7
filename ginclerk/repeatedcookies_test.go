package ginclerk_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// keeper is a browser that keeps cookies by path and domain, as in RFC 6265, and so may send several of one name.
type keeper struct {
	app *app
	jar *cookiejar.Jar
	at  *url.URL
}

const domainOrigin = "https://app.example.com"

func newKeeper(t *testing.T, a *app, origin string) *keeper {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(origin + "/app/page")
	if err != nil {
		t.Fatal(err)
	}
	return &keeper{app: a, jar: jar, at: at}
}

// has sets a cookie in the browser as a response of the page would.
func (b *keeper) has(cookie string) {
	b.jar.SetCookies(b.at, (&http.Response{Header: http.Header{"Set-Cookie": {cookie}}}).Cookies())
}

// signIn signs a user in on the browser, as Clerk does.
func (b *keeper) signIn(t *testing.T, email string) {
	t.Helper()
	agent := b.app.server.NewBrowser()
	if _, err := agent.SignIn(email); err != nil {
		t.Fatal(err)
	}
	cookies, err := agent.Cookies(b.at.Scheme + "://" + b.at.Host)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		cookie.Path = "/"
	}
	b.jar.SetCookies(b.at, cookies)
}

func (b *keeper) ask(method string, at *url.URL, options ...option) *answer {
	options = append([]option{host(at.Host)}, options...)
	for _, cookie := range b.jar.Cookies(at) {
		options = append(options, withCookie(cookie.Name, cookie.Value))
	}
	got := b.app.ask(method, at.RequestURI(), options...)
	b.jar.SetCookies(at, got.Result().Cookies())
	return got
}

// open loads the page and follows redirects. It returns the last answer and the number of redirects.
func (b *keeper) open(t *testing.T) (*answer, int) {
	t.Helper()
	at := b.at
	for redirects := range 20 {
		got := b.ask(http.MethodGet, at, navigation)
		if got.Code < 300 || got.Code > 399 {
			return got, redirects
		}
		next, err := at.Parse(got.Header().Get("Location"))
		if err != nil || next.Host != b.at.Host {
			t.Fatalf("leads to %q (%v)", got.Header().Get("Location"), err)
		}
		at = next
	}
	t.Fatal("goes round in circles")
	return nil, 0
}

// names returns how often the browser sends each cookie to the page.
func (b *keeper) names() map[string]int {
	count := map[string]int{}
	for _, cookie := range b.jar.Cookies(b.at) {
		count[cookie.Name]++
	}
	return count
}

// The browser sends an old cookie with another path or domain before the right one. The right one counts, and the old one is expired.
func TestAnOldCookieOfTheSameNameDoesNotKeepAnybodyOut(t *testing.T) {
	t.Parallel()
	for place, row := range map[string]struct{ origin, attributes string }{
		"at the directory":               {ownOrigin, "; Path=/app"},
		"at the directory, with a slash": {ownOrigin, "; Path=/app/"},
		"at the page":                    {ownOrigin, "; Path=/app/page"},
		"without a path":                 {ownOrigin, ""},
		"at the parent domain":           {domainOrigin, "; Path=/; Domain=example.com"},
		"at a path of the parent domain": {domainOrigin, "; Path=/app; Domain=example.com"},
		"at the directory of a host":     {domainOrigin, "; Path=/app; Secure"},
	} {
		for _, old := range []string{"session", "session of another", "session that can't be read", "session that is empty", "client_uat", "client_uat 0", "refresh", "dev browser", "several"} {
			for _, expired := range []bool{false, true} {
				name := "an old " + old + " " + place
				if expired {
					name += ", and an expired session"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					a := newApp(t, setup{
						clerk:  func(c *clerktest.Config) { c.Origins = []string{row.origin} },
						config: func(c *ginclerk.Config) { c.Origins = []string{row.origin} },
					})
					a.clerk.MountProxy(a.engine)
					a.engine.Use(a.clerk.Attach())
					a.engine.Any("/app/page", a.clerk.RequireSession(), whoami)
					a.engine.GET("/sign-in", func(c *ginContext) { c.String(http.StatusUnauthorized, "sign in") })
					b := newKeeper(t, a, row.origin)
					for _, cookie := range oldCookies(t, a, row.origin, old) {
						b.has(cookie + row.attributes)
					}
					a.clock.Advance(5 * time.Second)
					b.signIn(t, ada)
					if expired {
						a.clock.Advance(2 * time.Minute)
					}
					got, redirects := b.open(t)
					got.wantSignedIn(t, a.userID(t, ada))
					if redirects > 4 {
						t.Errorf("after %d redirects", redirects)
					}
					again, redirects := b.open(t)
					again.wantSignedIn(t, a.userID(t, ada))
					if redirects != 0 {
						t.Errorf("the second time, after %d redirects", redirects)
					}
					for cookie, times := range b.names() {
						if times > 1 && (!strings.HasPrefix(cookie, "__client_uat") || row.attributes != "; Path=/; Domain=example.com") {
							t.Errorf("%s is still there %d times", cookie, times)
						}
					}
				})
			}
		}
	}
}

// oldCookies returns cookies that something has left in the browser.
func oldCookies(t *testing.T, a *app, origin, which string) []string {
	t.Helper()
	suffix := a.clerk.PublishableKey().CookieSuffix()
	token := func(email string, lifetime time.Duration) string {
		return a.mint(t, a.session(t, email, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{AuthorizedParty: origin, Lifetime: lifetime})
	}
	both := func(name, value string) []string {
		return []string{name + "=" + value, name + "_" + suffix + "=" + value}
	}
	switch which {
	case "session":
		return both("__session", token(ada, -time.Hour))
	case "session of another":
		return both("__session", token(mia, time.Minute))
	case "session that can't be read":
		return both("__session", "garbage")
	case "session that is empty":
		return both("__session", "")
	case "client_uat":
		return both("__client_uat", "1500000000")
	case "client_uat 0":
		return both("__client_uat", "0")
	case "refresh":
		return []string{"__refresh_" + suffix + "=old"}
	case "dev browser":
		return both("__clerk_db_jwt", "dvb_old")
	default:
		several := append(both("__session", token(mia, -time.Hour)), both("__client_uat", "1500000000")...)
		return append(several, "__refresh_"+suffix+"=old")
	}
}

// A single old cookie is not repeated, and no handshake replaces it. It is expired all the same.
func TestACookieThatNoHandshakeReplacesGoes(t *testing.T) {
	t.Parallel()
	for _, which := range []string{"session", "session that can't be read", "client_uat", "refresh", "several"} {
		for place, attributes := range map[string]string{"at the directory": "; Path=/app", "at the page": "; Path=/app/page"} {
			t.Run("an old "+which+" "+place, func(t *testing.T) {
				t.Parallel()
				a := newApp(t)
				a.clerk.MountProxy(a.engine)
				a.engine.Use(a.clerk.Attach())
				a.engine.Any("/app/page", a.clerk.RequireSession(), whoami)
				a.engine.GET("/sign-in", func(c *ginContext) { c.String(http.StatusUnauthorized, "sign in") })
				b := newKeeper(t, a, ownOrigin)
				for _, cookie := range oldCookies(t, a, ownOrigin, which) {
					b.has(cookie + attributes)
				}
				got, redirects := b.open(t)
				if got.Body.String() != "sign in" || redirects > 9 {
					t.Errorf("%d after %d redirects: %s", got.Code, redirects, got.Body)
				}
				b.signIn(t, ada)
				got, redirects = b.open(t)
				got.wantSignedIn(t, a.userID(t, ada))
				if redirects > 4 {
					t.Errorf("once signed in, after %d redirects", redirects)
				}
			})
		}
	}
}

// The signatures of this instance decide which of several session tokens counts, never what the tokens say without one.
func TestMustRefuseWhatOneOfSeveralCookiesSays(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	suffix := a.clerk.PublishableKey().CookieSuffix()
	adas, mias := a.session(t, ada, clerktest.SessionOptions{}), a.session(t, mia, clerktest.SessionOptions{})
	good := a.mint(t, adas.ID, clerktest.TokenOptions{})
	minted := func(id string, o clerktest.TokenOptions) string { return a.mint(t, id, o) }
	later := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	forged := resign(t, minted(mias.ID, clerktest.TokenOptions{Claims: map[string]any{"iat": later, "exp": later + 60}}), "HS256", []byte("x"))
	foreign := newApp(t).token(t, mia)
	for _, row := range []struct {
		name   string
		values []string
		want   string // "" is refused
	}{
		{"a good one behind an expired one", []string{minted(adas.ID, clerktest.TokenOptions{Lifetime: -time.Hour}), good}, ada},
		{"a good one before an expired one", []string{good, minted(adas.ID, clerktest.TokenOptions{Lifetime: -time.Hour})}, ada},
		{"a good one behind another user's expired one", []string{minted(mias.ID, clerktest.TokenOptions{Lifetime: -time.Hour}), good}, ada},
		{"a good one before a forged one that says that it is newer", []string{good, forged}, ada},
		{"a good one behind a forged one that says that it is newer", []string{forged, good}, ada},
		{"a good one beside one of another instance", []string{foreign, good, foreign}, ada},
		{"a good one beside a machine's", []string{good, minted(mias.ID, clerktest.TokenOptions{Claims: map[string]any{"sub": "mch_1"}}) + "="}, ada},
		{"a good one beside a template's", []string{minted(mias.ID, clerktest.TokenOptions{Template: "billing"}), good}, ada},
		{"a good one beside one from the future", []string{minted(mias.ID, clerktest.TokenOptions{Claims: map[string]any{"iat": later, "nbf": later, "exp": later + 60}}), good}, ada},
		{"a good one beside an empty one", []string{"", good, ""}, ada},
		{"two of one user", []string{good, minted(a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{})}, ada},
		{"good ones of two users", []string{good, minted(mias.ID, clerktest.TokenOptions{})}, ""},
		{"good ones of two users, the other way round", []string{minted(mias.ID, clerktest.TokenOptions{}), good}, ""},
		{"good ones of two users, one of them twice", []string{good, minted(mias.ID, clerktest.TokenOptions{}), good}, ""},
		{"none that is good", []string{forged, foreign}, ""},
		{"too many to look at", append([]string{good}, strings.Split(strings.Repeat("a.b.c ", 100), " ")...), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for _, names := range [][2]string{{"__session", "__client_uat"}, {"__session_" + suffix, "__client_uat_" + suffix}} {
				options := []option{fetched, withCookie("__clerk_db_jwt", "dvb"), withCookie(names[1], "1"), withCookie("__clerk_db_jwt_"+suffix, "dvb")}
				for _, value := range row.values {
					options = append(options, withCookie(names[0], value))
				}
				got := a.ask(http.MethodGet, "/guarded", options...)
				if row.want == "" {
					got.wantRan(t, false).wantStatus(t, http.StatusUnauthorized)
					continue
				}
				got.wantSignedIn(t, a.userID(t, row.want)).wantHeader(t, "Cache-Control", "no-store")
			}
		})
	}
}

// The largest of several counts of redirects ends a loop.
func TestSeveralCountsOfRedirectsEndALoop(t *testing.T) {
	t.Parallel()
	a := newApp(t).attached()
	for _, counts := range [][]string{{"3", "1"}, {"1", "3"}, {"0", "x", "4"}} {
		options := []option{navigation}
		for _, count := range counts {
			options = append(options, withCookie("__clerk_redirect_count", count))
		}
		a.ask(http.MethodGet, "/", options...).wantNobody(t, "dev-browser-missing")
	}
	a.ask(http.MethodGet, "/", navigation, withCookie("__clerk_redirect_count", "1"), withCookie("__clerk_redirect_count", "1")).
		wantHandshake(t, "dev-browser-missing")
}

// When the application can't expire a cookie, a page tells the person.
func TestThePageOfLastResortSaysWhatToDelete(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/sign-in", func(c *ginContext) { c.String(http.StatusOK, "sign in") })
	v := a.visitor(t)
	for range 20 { // to sign-in and back, still signed out
		got := v.ask(http.MethodGet, "/guarded", navigation)
		if got.Code == http.StatusUnauthorized {
			if !strings.Contains(got.Body.String(), "Delete this site") {
				t.Errorf("the page says %s", got.Body)
			}
			return
		}
		v.ask(http.MethodGet, got.location(t).RequestURI(), navigation)
	}
	t.Error("it has no end")
}

// The headers of a response stay short enough for proxies, with every path.
func TestExpiringCookiesIsBounded(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins = []string{"https://a.b.c.example.com"} })).attached()
	a.engine.NoRoute(whoami)
	options := []option{fetched, host("a.b.c.example.com")}
	for _, name := range []string{"__session", "__client_uat", "__clerk_db_jwt", "__clerk_handshake", "__client"} {
		options = append(options, withCookie(name, "1"), withCookie(name, "2"))
	}
	for _, target := range []string{"/" + strings.Repeat("a/", 2000), "/a;Domain=evil/b", "/%0D%0ASet-Cookie:x=y/b", "//a//b", "/é/b"} {
		got := a.ask(http.MethodGet, target, options...)
		lines := got.Header().Values("Set-Cookie")
		if len(lines) == 0 || len(lines) > 40 || len(strings.Join(lines, "")) > 4096 {
			t.Errorf("%.40s: %d cookies are set, %d bytes", target, len(lines), len(strings.Join(lines, "")))
		}
		for _, line := range lines {
			if strings.ContainsAny(line, "\r\n") || strings.Contains(line, "evil") {
				t.Errorf("%.40s sets %q", target, line)
			}
		}
	}
}

// Clerk's SDKs decode the value of a cookie before they read the token in it. A repeated cookie is read in the same way.
func TestARepeatedTokenCountsInEverySpellingOfASingleOne(t *testing.T) {
	t.Parallel()
	for name, spelled := range map[string]func(string) string{
		"as it is":         func(raw string) string { return raw },
		"in quotes":        func(raw string) string { return `"` + raw + `"` },
		"percent-encoded":  func(raw string) string { return strings.ReplaceAll(raw, ".", "%2E") },
		"encoded, in both": func(raw string) string { return `"` + strings.ReplaceAll(raw, ".", "%2E") + `"` },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t).attached()
			session := a.session(t, ada, clerktest.SessionOptions{}).ID
			old := a.mint(t, session, clerktest.TokenOptions{Lifetime: -time.Minute})
			good := spelled(a.mint(t, session, clerktest.TokenOptions{}))
			common := []option{fetched, withCookie("__clerk_db_jwt", "dvb_1"), withCookie("__client_uat", "1500000000")}
			single := append(slices.Clone(common), withCookie("__session", good))
			a.ask(http.MethodGet, "/", single...).wantSignedIn(t, a.userID(t, ada))
			repeated := append(slices.Clone(common), withCookie("__session", good), withCookie("__session", old))
			a.ask(http.MethodGet, "/", repeated...).wantSignedIn(t, a.userID(t, ada))
		})
	}
}
