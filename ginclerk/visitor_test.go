package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// visitor is a browser of the application: it has cookies and follows redirects.
type visitor struct {
	app     *app
	cookies map[string]string
	agent   *clerktest.Browser
}

// visitor returns a browser in which the users are signed in, the last one being current.
func (a *app) visitor(tb testing.TB, emails ...string) *visitor {
	tb.Helper()
	v := &visitor{app: a, cookies: map[string]string{}, agent: a.server.NewBrowser()}
	for _, email := range emails {
		if _, err := v.agent.SignIn(email); err != nil {
			tb.Fatal(err)
		}
	}
	cookies, err := v.agent.Cookies(ownOrigin)
	if err != nil {
		tb.Fatal(err)
	}
	for _, cookie := range cookies {
		v.cookies[cookie.Name] = cookie.Value
	}
	return v
}

// jar is the visitor's cookies as an option of a request.
func (v *visitor) jar() option {
	return func(r *http.Request) {
		for name, value := range v.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
}

// keepsForms reports whether the visitor's browser knows of a form that waits.
func (v *visitor) keepsForms() bool {
	for name := range v.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_forms") {
			return true
		}
	}
	return false
}

// ask sends one request with the visitor's cookies and keeps those of the response. Below the path of an account it is one from its pages.
func (v *visitor) ask(method, target string, options ...option) *answer {
	return v.askBare(method, v.at(target), options...)
}

// askBare is ask for a target as it is.
func (v *visitor) askBare(method, target string, options ...option) *answer {
	got := v.app.ask(method, target, append([]option{v.jar()}, options...)...)
	for name, cookie := range got.setCookies() {
		if cookie.MaxAge < 0 || cookie.Value == "" {
			delete(v.cookies, name)
			continue
		}
		v.cookies[name] = cookie.Value
	}
	return got
}

// maxHops is more redirects than any honest way has.
const maxHops = 12

// visit navigates and follows redirects on the application's own origin. It returns every answer on the way.
func (v *visitor) visit(tb testing.TB, target string, options ...option) []*answer {
	tb.Helper()
	var way []*answer
	for range maxHops {
		got := v.ask(http.MethodGet, target, append([]option{navigation}, options...)...)
		way = append(way, got)
		next, own := strings.CutPrefix(got.Header().Get("Location"), ownOrigin)
		if got.Code < 300 || got.Code > 399 || !own && !strings.HasPrefix(next, "/") {
			return way
		}
		target = next
	}
	tb.Fatalf("went round in circles: %s", target)
	return nil
}

// arrive is visit for who wants to know the end alone.
func (v *visitor) arrive(tb testing.TB, target string, options ...option) *answer {
	tb.Helper()
	way := v.visit(tb, target, options...)
	return way[len(way)-1]
}
