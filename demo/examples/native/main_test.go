package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

func start(t *testing.T) (*gin.Engine, *clerktest.Server) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	server := clerktest.New(t)
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	router, err := newRouter(clerk)
	if err != nil {
		t.Fatal(err)
	}
	return router, server
}

func TestWhoseTokensEachRouteTakes(t *testing.T) {
	router, server := start(t)
	session, err := server.NewBrowser().SignIn("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	of := func(options clerktest.TokenOptions) string {
		token, err := server.MintToken(session.ID, options)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + token
	}
	own := of(clerktest.TokenOptions{})
	tauri := of(clerktest.TokenOptions{AuthorizedParty: desktop})
	nobodys := of(clerktest.TokenOptions{Claims: map[string]any{"azp": nil}})
	others := of(clerktest.TokenOptions{AuthorizedParty: "https://evil.example"})
	const yes, no = http.StatusOK, http.StatusUnauthorized
	for _, row := range []struct {
		name, authorization   string
		page, desktop, mobile int
	}{
		{"no token", "", no, no, no},
		{"a token of the application's own pages", own, yes, yes, yes},
		{"a token of the desktop application", tauri, no, yes, no},
		{"a token without a party", nobodys, no, no, yes},
		{"a token of another application", others, no, no, no},
	} {
		t.Run(row.name, func(t *testing.T) {
			for path, want := range map[string]int{"/": row.page, "/desktop/me": row.desktop, "/mobile/me": row.mobile} {
				request := httptest.NewRequest(http.MethodGet, path, nil)
				if row.authorization != "" {
					request.Header.Set("Authorization", row.authorization)
				}
				recorder := httptest.NewRecorder()
				router.ServeHTTP(recorder, request)
				if recorder.Code != want {
					t.Errorf("%s answers %d %s, want %d", path, recorder.Code, recorder.Body, want)
				}
			}
		})
	}
}

func TestTheDesktopsWindowMayCall(t *testing.T) {
	router, _ := start(t)
	for origin, want := range map[string]string{desktop: desktop, "https://evil.example": ""} {
		request := httptest.NewRequest(http.MethodOptions, "/desktop/me", nil)
		request.Header.Set("Origin", origin)
		request.Header.Set("Access-Control-Request-Method", http.MethodGet)
		request.Header.Set("Access-Control-Request-Headers", "authorization")
		recorder := httptest.NewRecorder()
		router.ServeHTTP(recorder, request)
		if got := recorder.Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("the preflight of %s gets %d and allows %q, want %q", origin, recorder.Code, got, want)
		}
	}
}
