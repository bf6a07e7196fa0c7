package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// cookies are the cookies of a browser at localhost. Browsers treat localhost like https, and share its cookies between ports.
type cookies map[string]*http.Cookie

func (c cookies) Cookies(*url.URL) []*http.Cookie { return slices.Collect(maps.Values(c)) }

func (c cookies) SetCookies(_ *url.URL, set []*http.Cookie) {
	for _, cookie := range set {
		if cookie.MaxAge < 0 {
			delete(c, cookie.Name)
			continue
		}
		c[cookie.Name] = &http.Cookie{Name: cookie.Name, Value: cookie.Value}
	}
}

// only returns the cookies with these names, which have no suffix.
func (c cookies) only(names ...string) cookies {
	left := maps.Clone(c)
	maps.DeleteFunc(left, func(name string, _ *http.Cookie) bool { return !slices.Contains(names, name) })
	return left
}

// without returns the cookies that don't have this name, with or without a suffix.
func (c cookies) without(name string) cookies {
	left := maps.Clone(c)
	maps.DeleteFunc(left, func(key string, _ *http.Cookie) bool { return key == name || strings.HasPrefix(key, name+"_") })
	return left
}

// maxRedirects is the number of redirects of a form that has to wait, of a handshake, and the one to the sign-in page.
const maxRedirects = 6

// newVisitorWith returns a browser that has these cookies. It fails after more than maxRedirects redirects.
func newVisitorWith(t *testing.T, jar cookies) *http.Client {
	t.Helper()
	browser := newVisitor(t)
	browser.Jar = jar
	browser.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return fmt.Errorf("more than %d redirects, the last to %s", maxRedirects, next.URL)
		}
		return nil
	}
	return browser
}

// signInAs signs a user in at a demo on the embedded Clerk, and checks that this leads to the dashboard.
func signInAs(t *testing.T, browser *http.Client, address, email, password string) {
	t.Helper()
	back := "?redirect_url=" + url.QueryEscape(address+"/dashboard")
	send(t, browser, address+"/sign-in"+back, url.Values{"identifier": {email}})
	at, body := send(t, browser, address+"/sign-in/factor-one"+back, url.Values{"password": {password}})
	if at != address+"/dashboard" || !strings.Contains(body, email) {
		t.Errorf("after signing in the browser is at %s, want /dashboard with %s on it:\n%s", at, email, body)
	}
}

func TestProgramLeavesOneSetOfCookies(t *testing.T) {
	t.Parallel()
	jar := cookies{}
	var first []string
	for range 3 {
		p := startDemo(t, []string{"PORT=0"})
		signInAs(t, newVisitorWith(t, jar), p.address(t), bob, credentials(t, p)[bob])
		names := slices.Sorted(maps.Keys(jar))
		if first == nil {
			first = names
		}
		if diff := cmp.Diff(first, names); diff != "" {
			t.Errorf("another start leaves other cookies (-first +now):\n%s", diff)
		}
	}
}

// The browser has cookies of an earlier start, whose secrets are gone, and perhaps of another time: the machine's clock was
// set.
func TestProgramTakesBrowsersOfEarlierStarts(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"})
	address, password := p.address(t), credentials(t, p)[bob]
	for name, offset := range map[string]time.Duration{
		"at the same time": 0, "two minutes ago": -2 * time.Minute, "two days ago": -48 * time.Hour, "a year ago": -365 * 24 * time.Hour,
		"in two minutes": 2 * time.Minute, "in two days": 48 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := leftBehind(t, offset)
			for kind, jar := range map[string]cookies{
				"all cookies": all, "no dev browser": all.without("__clerk_db_jwt"), "no session": all.without("__session"),
				"no client_uat": all.without("__client_uat"), "no refresh token": all.without("__refresh"),
				"no suffixes":     all.only("__session", "__client_uat", "__clerk_db_jwt"),
				"a session alone": all.only("__session"), "a client_uat alone": all.only("__client_uat"),
			} {
				t.Run(kind, func(t *testing.T) {
					for _, path := range []string{"/", "/sign-in", "/sign-up"} {
						visitAs(t, jar, address+path, address+path)
					}
					for _, path := range []string{"/dashboard", "/sessions", "/sessions/devices", notesPath, "/admin", livePath} {
						visitAs(t, jar, address+path, address+"/sign-in?redirect_url="+url.QueryEscape(address+path))
					}
					signInAs(t, newVisitorWith(t, maps.Clone(jar)), address, bob, password)
				})
			}
		})
	}
}

// visitAs opens a page in a browser with these cookies, and checks where that leads.
func visitAs(t *testing.T, jar cookies, address, want string) {
	t.Helper()
	status, at, body := navigate(t, newVisitorWith(t, maps.Clone(jar)), http.MethodGet, address, nil)
	if status != http.StatusOK || at != want {
		t.Errorf("%s leads to %s with status %d, want %s with 200\n%s", address, at, status, want, body)
	}
}

// leftBehind returns the cookies of a browser that had a waiting form and two accounts at a demo that is gone.
func leftBehind(t *testing.T, offset time.Duration) cookies {
	t.Helper()
	clock := clerktest.NewClock()
	clock.Advance(offset)
	a := startWebappAt(t, clock)
	address := strings.Replace(a.origin, "127.0.0.1", "localhost", 1)
	jar := cookies{}
	browser := newVisitorWith(t, jar)
	send(t, browser, address+notesPath, url.Values{"text": {"milk"}})
	for _, user := range a.clerk.Users() {
		if user.Email == "ada@example.com" || user.Email == bob {
			signInAs(t, browser, address, user.Email, user.Password)
		}
	}
	names := slices.Sorted(maps.Keys(jar))
	for _, prefix := range []string{"__session", "__client_uat", "__clerk_db_jwt", "__Host-ginclerk_forms_"} {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, prefix) }) {
			t.Errorf("the browser has no %s, but %s", prefix, names)
		}
	}
	return jar
}

// Cookies don't tell ports apart: each of two demos gets the cookies of the other.
func TestTwoProgramsShareABrowser(t *testing.T) {
	t.Parallel()
	one, other := startDemo(t, []string{"PORT=0"}), startDemo(t, []string{"PORT=0"})
	jar := cookies{}
	for range 2 {
		for _, p := range []*process{one, other} {
			address := p.address(t)
			visitAs(t, jar, address+"/dashboard", address+"/sign-in?redirect_url="+url.QueryEscape(address+"/dashboard"))
			signInAs(t, newVisitorWith(t, jar), address, bob, credentials(t, p)[bob])
		}
	}
}
