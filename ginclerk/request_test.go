package ginclerk_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// option changes a request.
type option func(*http.Request)

func header(name, value string) option {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func added(name, value string) option {
	return func(r *http.Request) { r.Header.Add(name, value) }
}

func host(name string) option {
	return func(r *http.Request) { r.Host = name }
}

func from(address string) option {
	return func(r *http.Request) { r.RemoteAddr = address }
}

func withCookie(name, value string) option {
	return func(r *http.Request) { r.Header.Add("Cookie", name+"="+value) }
}

func bearer(token string) option { return header("Authorization", "Bearer "+token) }

func body(text string) option {
	return func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(text))
		r.ContentLength = int64(len(text))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

// navigation is a page load that the person asked for.
func navigation(r *http.Request) {
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
}

// ownForm is a form of an own page on its way.
func ownForm(r *http.Request) {
	navigation(r)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", ownOrigin)
}

// fetched is a script's request from an own page.
func fetched(r *http.Request) {
	r.Header.Set("Accept", "*/*")
	r.Header.Set("Sec-Fetch-Dest", "empty")
	r.Header.Set("Sec-Fetch-Mode", "cors")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
}

// program is a client that is no browser.
func program(r *http.Request) { r.Header.Set("Accept", "application/json") }

func htmx(r *http.Request) {
	fetched(r)
	r.Header.Set("HX-Request", "true")
}

func upgrade(r *http.Request) {
	r.Header.Set("Connection", "keep-alive, Upgrade")
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Sec-Fetch-Dest", "websocket")
}

// ask sends a request for a target as it would stand in a request line.
func (a *app) ask(method, target string, options ...option) *answer {
	r := httptest.NewRequest(method, target, nil)
	r.Host = ownHost
	r.RemoteAddr = "198.51.100.9:4711"
	for _, change := range options {
		change(r)
	}
	recorder := httptest.NewRecorder()
	watch.KnowRequest(r)
	if a.front != nil {
		a.front.ServeHTTP(recorder, r)
	} else {
		a.engine.ServeHTTP(recorder, r)
	}
	watch.KnowResponse(recorder.Header())
	return &answer{ResponseRecorder: recorder, request: r}
}

type ginContext = gin.Context

// run sends a navigation to a route of its own that has just this handler.
func run(a *app, handler func(*ginContext), options ...option) *answer {
	engine := gin.New()
	engine.GET("/run", handler)
	alone := *a
	alone.engine = engine
	return alone.ask(http.MethodGet, "/run", options...)
}

func queryEscape(s string) string { return url.QueryEscape(s) }
