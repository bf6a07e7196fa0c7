package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

const origin = "http://localhost:8080"

func start(t *testing.T) (*gin.Engine, *clerktest.Server) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	server := clerktest.New(t, func(c *clerktest.Config) { c.Origins, c.ServePortal = []string{origin}, true })
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRouter(clerk)
	if err != nil {
		t.Fatal(err)
	}
	return r, server
}

// open opens a page with the cookies of somebody who is signed in.
func open(t *testing.T, r http.Handler, path string, cookies []*http.Cookie) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, origin+path, nil)
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Dest", "document")
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	response := httptest.NewRecorder()
	r.ServeHTTP(response, request)
	return response
}

func TestTheSessionPagesLiveInTheApplication(t *testing.T) {
	r, server := start(t)
	browser := server.NewBrowser()
	if _, err := browser.SignIn("ada@example.com"); err != nil {
		t.Fatal(err)
	}
	cookies, err := browser.Cookies(origin)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/sessions", "/sessions/devices", "/sessions/accounts", "/sessions/organizations"} {
		got := open(t, r, path, cookies)
		text := got.Body.String()
		for _, want := range []string{`<html lang="de"`, ` – Nordwind</title>`, "Nordwind GmbH, Kiel", `href="/brand.css"`, "Ihre Sitzung", "Abmelden", "<h1"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %d without %q", path, got.Code, want)
			}
		}
		if strings.Contains(text, "site-header") {
			t.Errorf("%s has the built-in header", path)
		}
	}
	if got := open(t, r, "/", nil); got.Code < 300 || got.Code > 399 {
		t.Errorf("signed out, the home page answers %d", got.Code)
	}
	if got := open(t, r, "/brand.css", nil); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "--ginclerk-font") {
		t.Errorf("the style sheet of the brand: %d", got.Code)
	}
}
