package main

import (
	"io"
	"net/http"
	"net/http/httptest"
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
	if app.Config.Handler, err = newRouter(clerk); err != nil {
		t.Fatal(err)
	}
	app.Start()
	t.Cleanup(app.Close)
	return origin, server
}

// answer is what a browser gets.
type answer struct {
	status   int
	redirect string // HX-Redirect
	text     string
}

// send sends a request with the given headers, each a line such as "HX-Request: true".
func send(t *testing.T, method, address, form string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: response.StatusCode, redirect: response.Header.Get("HX-Redirect"), text: string(text)}
}

func TestAClickAddsATask(t *testing.T) {
	origin, server := start(t)
	cookies, err := server.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	got := send(t, http.MethodPost, origin+"/tasks", "task=%3Cb%3Ebuy+milk",
		"HX-Request: true", "Accept: */*", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty", "Cookie: "+cookies)
	if want := `<ul id="list"><li>&lt;b&gt;buy milk</li></ul>`; got.status != http.StatusOK || got.text != want {
		t.Errorf("the click gets %d %s, want %s", got.status, got.text, want)
	}
	got = send(t, http.MethodGet, origin, "", "Accept: text/html", "Cookie: "+cookies)
	if got.status != http.StatusOK || !strings.Contains(got.text, "buy milk") {
		t.Errorf("the page is %d %s, want one with the task", got.status, got.text)
	}
}

func TestASignedOutClickLeadsToSignIn(t *testing.T) {
	origin, server := start(t)
	got := send(t, http.MethodPost, origin+"/tasks", "task=buy+milk", "HX-Request: true", "HX-Current-URL: "+origin+"/",
		"Accept: */*", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")
	if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.redirect, server.SignInURL()+"?") {
		t.Errorf("the click gets %d with HX-Redirect %q and %s, want 401 with one to %s", got.status, got.redirect, got.text, server.SignInURL())
	}
}

func TestAClickOnAnotherSiteIsRefused(t *testing.T) {
	origin, server := start(t)
	cookies, err := server.CookieHeader("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	got := send(t, http.MethodPost, origin+"/tasks", "task=buy+milk", "Accept: */*",
		"Sec-Fetch-Site: cross-site", "Origin: https://evil.example", "Cookie: "+cookies)
	if got.status != http.StatusForbidden {
		t.Errorf("the click gets %d, want 403", got.status)
	}
	if got = send(t, http.MethodGet, origin, "", "Accept: text/html", "Cookie: "+cookies); strings.Contains(got.text, "buy milk") {
		t.Error("it has added the task")
	}
}
