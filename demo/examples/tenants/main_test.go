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

const acmeHost, globexHost = "acme.example.com", "globex.example.com"

// start makes the application with two customers, and returns a token of a user of each.
func start(t *testing.T) (router *gin.Engine, acme, globex string) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	configs, bearers := map[string]ginclerk.Config{}, map[string]string{}
	for _, host := range []string{acmeHost, globexHost} {
		server := clerktest.New(t, func(c *clerktest.Config) { c.Origins = []string{"https://" + host} })
		configs["https://"+host] = gintest.Config(server)
		var err error
		if bearers[host], err = server.Bearer("ada@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	tenants, err := newTenants(configs)
	if err != nil {
		t.Fatal(err)
	}
	return newRouter(tenants), bearers[acmeHost], bearers[globexHost]
}

func TestEachTenantHasItsOwnUsers(t *testing.T) {
	router, acme, globex := start(t)
	for _, row := range []struct {
		name, host, bearer string
		want               int
	}{
		{"signed out", acmeHost, "", http.StatusUnauthorized},
		{"a user of Acme at Acme", acmeHost, acme, http.StatusOK},
		{"a user of Globex at Globex", globexHost, globex, http.StatusOK},
		{"a user of Acme at Globex", globexHost, acme, http.StatusUnauthorized},
		{"a user of Globex at Acme", acmeHost, globex, http.StatusUnauthorized},
		{"a host of no customer", "example.com", acme, http.StatusNotFound},
	} {
		t.Run(row.name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodGet, "https://"+row.host+"/api/me", nil)
			if row.bearer != "" {
				request.Header.Set("Authorization", row.bearer)
			}
			recorder := httptest.NewRecorder()
			router.ServeHTTP(recorder, request)
			if recorder.Code != row.want {
				t.Errorf("the answer is %d %s, want %d", recorder.Code, recorder.Body, row.want)
			}
		})
	}
}

func TestAMistakeNamesItsTenant(t *testing.T) {
	const origin = "https://" + acmeHost
	if _, err := newTenants(map[string]ginclerk.Config{origin: {}}); err == nil || !strings.Contains(err.Error(), origin) {
		t.Errorf("a customer without keys: %v, want an error that names %s", err, origin)
	}
}
