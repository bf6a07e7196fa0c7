package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// visitor is a browser without scripts.
type visitor struct {
	origin string
	server *clerktest.Server
	client http.Client
}

// start starts the application with an embedded Clerk, and returns a browser of it.
func start(t *testing.T) *visitor {
	t.Helper()
	gin.SetMode(gin.TestMode)
	app := httptest.NewUnstartedServer(nil)
	v := &visitor{origin: "http://" + app.Listener.Addr().String()}
	v.server = clerktest.New(t, func(c *clerktest.Config) { c.Origins, c.ServePortal = []string{v.origin}, true })
	clerk, err := ginclerk.New(gintest.Config(v.server))
	if err != nil {
		t.Fatal(err)
	}
	if app.Config.Handler, err = newRouter(clerk); err != nil {
		t.Fatal(err)
	}
	app.Start()
	t.Cleanup(app.Close)
	if v.client.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	return v
}

// signIn gives the browser the cookies of somebody who is signed in.
func (v *visitor) signIn(t *testing.T, email string) {
	t.Helper()
	browser := v.server.NewBrowser()
	if _, err := browser.SignIn(email); err != nil {
		t.Fatal(err)
	}
	cookies, err := browser.Cookies(v.origin)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(v.origin)
	if err != nil {
		t.Fatal(err)
	}
	v.client.Jar.SetCookies(at, cookies)
}

// send sends a request as a click on the application's own page does, and returns where the browser arrives and what it reads.
func (v *visitor) send(t *testing.T, method, path string) (*url.URL, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, v.origin+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	response, err := v.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Request.URL, string(text)
}

func TestPages(t *testing.T) {
	for _, row := range []struct {
		name, email, path string
		wantPath, want    string
	}{
		{"the home page offers sign-in", "", "/", "/", ">Sign in</a>"},
		{"signed in, the home page offers to sign out", "ada@example.com", "/", "/", "Sign out</button>"},
		{"signed out, the invoices are not shown", "", "/invoices", "/sign-in", "Sign in"},
		{"signed in, the invoices are shown", "ada@example.com", "/invoices", "/invoices", "Only you may read this."},
		{"the session pages have the application's name and links", "ada@example.com", "/sessions", "/sessions", `<a href="/invoices"`},
		{"signed out, the session pages are not shown", "", "/sessions", "/sign-in", "Sign in"},
		{"a page in the frame of the session pages", "ada@example.com", "/plans", "/plans", "You have the free plan."},
	} {
		t.Run(row.name, func(t *testing.T) {
			v := start(t)
			if row.email != "" {
				v.signIn(t, row.email)
			}
			if at, text := v.send(t, http.MethodGet, row.path); at.Path != row.wantPath || !strings.Contains(text, row.want) {
				t.Errorf("the browser is at %s, want %s with %q in\n%s", at, row.wantPath, row.want, text)
			}
		})
	}
}

func TestTheSignOutButtonSignsOut(t *testing.T) {
	v := start(t)
	v.signIn(t, "ada@example.com")
	v.send(t, http.MethodPost, "/sessions/sign-out")
	if at, _ := v.send(t, http.MethodGet, "/invoices"); at.Path != "/sign-in" {
		t.Errorf("after signing out the browser is at %s, want the sign-in page", at)
	}
}
