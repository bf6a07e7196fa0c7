package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

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
	return newRouter(clerk), server
}

func bearer(t *testing.T, server *clerktest.Server, email string) string {
	t.Helper()
	value, err := server.Bearer(email)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func ask(handler http.Handler, method, path, authorization string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, nil)
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func TestWhoMayDoWhat(t *testing.T) {
	router, server := start(t)
	ada, bob := bearer(t, server, "ada@example.com"), bearer(t, server, "bob@example.com") // admin and member of Acme
	for _, row := range []struct {
		name, method, path, authorization string
		want                              int
	}{
		{"without a token", http.MethodGet, "/api/me", "", http.StatusUnauthorized},
		{"with something that is no token", http.MethodGet, "/api/me", "Bearer garbage", http.StatusUnauthorized},
		{"a member reads", http.MethodGet, "/api/me", bob, http.StatusOK},
		{"a member deletes", http.MethodDelete, "/api/invoices/7", bob, http.StatusForbidden},
		{"an admin deletes", http.MethodDelete, "/api/invoices/7", ada, http.StatusNoContent},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := ask(router, row.method, row.path, row.authorization); got.Code != row.want {
				t.Errorf("the API answers %d %s, want %d", got.Code, got.Body, row.want)
			}
		})
	}
}

func TestTheAPIKnowsItsCaller(t *testing.T) {
	router, server := start(t)
	ada, err := server.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	response := ask(router, http.MethodGet, "/api/me", bearer(t, server, "ada@example.com"))
	var got struct {
		UserID       string `json:"user_id"`
		Organization string `json:"organization"`
		Admin        bool   `json:"admin"`
	}
	if err := json.Unmarshal(response.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.UserID != ada.ID || got.Organization != "acme" || !got.Admin {
		t.Errorf("the API takes Ada for %+v", got)
	}
}

func TestATokenExpires(t *testing.T) {
	router, server := start(t)
	token := bearer(t, server, "ada@example.com")
	server.Clock().Advance(2 * time.Minute)
	if got := ask(router, http.MethodGet, "/api/me", token); got.Code != http.StatusUnauthorized {
		t.Errorf("with an expired token: %d, want 401", got.Code)
	}
}

func TestTooManyRequests(t *testing.T) {
	router, server := start(t)
	token := bearer(t, server, "ada@example.com")
	for range 20 {
		if got := ask(router, http.MethodGet, "/api/me", token); got.Code != http.StatusOK {
			t.Fatalf("within the limit: %d, want 200", got.Code)
		}
	}
	got := ask(router, http.MethodGet, "/api/me", token)
	if got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") == "" {
		t.Errorf("one more: %d %v, want 429 with Retry-After", got.Code, got.Header())
	}
}

// Every route asks for a session. A route that you add without a guard fails here.
func TestEveryRouteIsGuarded(t *testing.T) {
	router, _ := start(t)
	gintest.AssertGuarded(t, router)
}
