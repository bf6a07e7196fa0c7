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

// start starts the application with an embedded Clerk, and returns its address.
func start(t *testing.T) (string, *clerktest.Server) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	app := httptest.NewUnstartedServer(nil)
	origin := "http://" + app.Listener.Addr().String()
	server := clerktest.New(t, func(c *clerktest.Config) { c.Origins, c.ServePortal = []string{origin}, true })
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	app.Config.Handler = newRouter(clerk)
	app.Start()
	t.Cleanup(app.Close)
	return origin, server
}

// page is where a browser has arrived, and what it reads there.
type page struct {
	at     *url.URL
	status int
	text   string
}

// open opens an address in a browser without scripts that has these cookies.
func open(t *testing.T, address, cookies string) page {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Cookie", cookies)
	response, err := (&http.Client{Jar: jar}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return page{at: response.Request.URL, status: response.StatusCode, text: string(text)}
}

func TestOthersGoToSignIn(t *testing.T) {
	origin, server := start(t)
	at := open(t, origin, "").at
	if !strings.HasPrefix(at.String(), server.SignInURL()) || at.Query().Get("redirect_url") != origin+"/" {
		t.Errorf("the browser is at %s, want the sign-in page, which leads back to %s", at, origin)
	}
}

func TestSignedInPeopleSeeThePage(t *testing.T) {
	origin, server := start(t)
	cookies, err := server.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	ada, err := server.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if got := open(t, origin, cookies); got.status != http.StatusOK || got.text != "You are signed in as "+ada.ID+".\n" {
		t.Errorf("Ada gets %d: %s", got.status, got.text)
	}
}
