package ginclerk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"github.com/ginclerk/ginclerk/ginclerk"
)

func targetClerk(tb testing.TB) *ginclerk.Clerk {
	tb.Helper()
	return newClerk(tb, ginclerk.Config{
		PublishableKey: somePublishableKey(), SecretKey: someSecretKey, Origins: []string{ownOrigin, "https://app.example.com"},
		SignInURL: "/sign-in",
	})
}

// foreignTargets are ways to name another host that have worked somewhere.
func foreignTargets() []string {
	return []string{
		"https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example",
		"/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "/\r\nLocation: //evil.example",
		"http:evil.example", "http:/evil.example", "http:\\\\evil.example", "http:///evil.example", "javascript:alert(1)", "data:text/html,x",
		"http://me@localhost:8080/", "http://localhost:8080@evil.example/", "http://localhost:8080:x@evil.example/", "http://localhost:8080\\@evil.example",
		"http://localhost:8080.evil.example/", "http://localhost:80800/", "http://localhost/", "https://localhost:8080/",
		"https://app.example.com:444/", "http://app.example.com/", "https://app.example.com.evil.example", "https://evil.example/https://app.example.com",
		"evil.example", "", "?x", "#x", "https://app.example.com\t.evil.example", "HTTPS://evil.example", "/\x00/evil.example", "/\x7f",
		"//app.example.com@evil.example",
	}
}

func TestASafeTarget(t *testing.T) {
	t.Parallel()
	links := linksOf(targetClerk(t))
	for _, target := range foreignTargets() {
		if got := links.Safe(target); got != "/" {
			t.Errorf("Safe(%q) = %q, want /", target, got)
		}
	}
	for target, want := range map[string]string{
		"/":                                  "/",
		"/dashboard":                         "/dashboard",
		"/a/../b":                            "/a/../b",
		"/dashboard?tab=2&sort=a%20b":        "/dashboard?tab=2&sort=a%20b",
		"/dashboard#part":                    "/dashboard#part",
		"/x?redirect_url=https://evil.test":  "/x?redirect_url=https://evil.test",
		ownOrigin:                            ownOrigin,
		ownOrigin + "/dashboard?x=1":         ownOrigin + "/dashboard?x=1",
		"https://app.example.com/a":          "https://app.example.com/a",
		"/x?__clerk_db_jwt=a":                "/x",
		"/x?a=1&__clerk_handshake=t&b=2":     "/x?a=1&b=2",
		"/x?__clerk_handshake_nonce=t&":      "/x",
		"/x?%5f_clerk_synced=true":           "/x",
		"/x?__clerk_redirect_url=//e&__c=1":  "/x?__c=1",
		"/x?a=1&__clerk_help#f":              "/x?a=1",
		ownOrigin + "/x?__clerk_status=u&y=": ownOrigin + "/x?y=",
		"/x?%zz=1":                           "/",
	} {
		if got := links.Safe(target); got != want {
			t.Errorf("Safe(%q) = %q, want %q", target, got, want)
		}
	}
}

// FuzzSafe: wherever a browser on a page of ours is sent, it stays on an origin of ours, and carries no parameter of
// Clerk's.
func FuzzSafe(f *testing.F) {
	for _, target := range foreignTargets() {
		f.Add(target)
	}
	for _, target := range []string{
		"/x?a=1&__clerk_db_jwt=2#f", "/.//evil.example", "/%2f/evil.example", ownOrigin + "/x?__clerk_synced", "/x?a;__clerk_x=1",
		"/%5cevil.example", "/x#?__clerk_db_jwt=2", ownOrigin + "#@evil.example", ownOrigin + "?@evil.example", "/ /evil.example",
	} {
		f.Add(target)
	}
	links := linksOf(targetClerk(f))
	f.Fuzz(func(t *testing.T, target string) {
		safe := links.Safe(target)
		for _, page := range []string{ownOrigin + "/some/page?x", ownOrigin} {
			resolved, err := whatwg.ParseRef(page, safe)
			if err != nil {
				t.Fatalf("Safe(%q) = %q, which browsers can't read: %v", target, safe, err)
			}
			if origin := resolved.Protocol() + "//" + resolved.Host(); origin != ownOrigin && origin != "https://app.example.com" {
				t.Fatalf("Safe(%q) = %q, which leads to %s", target, safe, origin)
			}
			if resolved.Username() != "" || resolved.Password() != "" {
				t.Fatalf("Safe(%q) = %q has credentials", target, safe)
			}
			for name := range searchParams(resolved.Search()) {
				if strings.HasPrefix(name, "__clerk") {
					t.Fatalf("Safe(%q) = %q has %s", target, safe, name)
				}
			}
		}
		if again := links.Safe(safe); again != safe {
			t.Fatalf("Safe(%q) = %q, and of that %q", target, safe, again)
		}
	})
}

// searchParams reads a query as browsers do: broken escapes stand for themselves.
func searchParams(search string) url.Values {
	values := url.Values{}
	for pair := range strings.SplitSeq(strings.TrimPrefix(search, "?"), "&") {
		name, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		values.Add(name, value)
	}
	return values
}

// TestTargetsOfRequestsAreNeverFollowedElsewhere: the whole way, from what a request says to the redirect.
func TestTargetsOfRequestsAreNeverFollowedElsewhere(t *testing.T) {
	t.Parallel()
	a := newApp(t, production())
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/sign-in/*path", a.clerk.AccountPortal("/sign-in"))
	for _, target := range foreignTargets() {
		if strings.ContainsAny(target, "\r\n\x00\x7f") {
			continue // no header can hold it
		}
		for name, got := range map[string]*answer{
			"Referer":        a.ask(http.MethodPost, "/guarded", ownForm, header("Referer", target)),
			"HX-Current-URL": a.ask(http.MethodPost, "/guarded", htmx, header("HX-Current-URL", target)),
			"redirect_url":   a.ask(http.MethodGet, "/sign-in/?redirect_url="+url.QueryEscape(target), navigation),
		} {
			raw := got.Header().Get("Location") + got.Header().Get("HX-Redirect")
			u, err := url.Parse(raw)
			if err != nil || raw == "" {
				t.Fatalf("%s %q: leads to %q", name, target, raw)
			}
			if back := u.Query().Get("redirect_url"); back != ownOrigin+"/" {
				t.Errorf("%s %q: leads back to %q", name, target, back)
			}
		}
	}
	for _, path := range []string{"//evil.example", "//evil.example/%2e%2e", "//evil.example?x"} {
		a.engine.NoRoute(a.clerk.RequireSession())
		got := a.ask(http.MethodGet, path, navigation)
		if back := got.location(t).Query().Get("redirect_url"); back != ownOrigin+"/" {
			t.Errorf("path %q: leads back to %q", path, back)
		}
	}
}

func TestSignInAndSignUpURL(t *testing.T) {
	t.Parallel()
	portal := "https://" + strings.Replace(instanceHost, ".clerk.", ".", 1)
	for _, row := range []struct {
		name           string
		signIn, signUp string
		wantIn, wantUp string
	}{
		{"the Account Portal", "", "", portal + "/sign-in", portal + "/sign-up"},
		{"paths", "/sign-in", "/join", ownOrigin + "/sign-in", ownOrigin + "/join"},
		{"sign-up is below sign-in unless it is set", "/sign-in", "", ownOrigin + "/sign-in", ownOrigin + "/sign-in/create"},
		{"another host", "https://accounts.example.com/in?x=1", "", "https://accounts.example.com/in?x=1", "https://accounts.example.com/in/create?x=1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, setup{config: func(c *ginclerk.Config) {
				c.PublishableKey, c.SignInURL, c.SignUpURL = somePublishableKey(), row.signIn, row.signUp
			}})
			var in, up string
			run(a, func(c *ginContext) {
				in, up = a.clerk.Links(c).SignIn("/back?x=1"), a.clerk.Links(c).SignUp(evilOrigin)
			})
			join := func(address string) string {
				if strings.Contains(address, "?") {
					return address + "&redirect_url="
				}
				return address + "?redirect_url="
			}
			if want := join(row.wantIn) + url.QueryEscape(ownOrigin+"/back?x=1"); in != want {
				t.Errorf("sign-in %s, want %s", in, want)
			}
			if want := join(row.wantUp) + url.QueryEscape(ownOrigin+"/"); up != want {
				t.Errorf("sign-up %s, want %s", up, want)
			}
		})
	}
}
