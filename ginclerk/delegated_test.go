package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// whoActs says for whom an OAuth token stands, and who acts with it.
func whoActs(c *gin.Context) {
	auth := ginclerk.From(c)
	switch {
	case auth.Machine == nil:
		c.String(http.StatusOK, "a session")
	case auth.Machine.Actor == nil && auth.Actor == nil:
		c.String(http.StatusOK, "%s", auth.Machine.UserID)
	case auth.Machine.Actor == nil || auth.Actor == nil || *auth.Machine.Actor != *auth.Actor:
		c.String(http.StatusInternalServerError, "%v and %v", auth.Machine.Actor, auth.Actor)
	default:
		c.String(http.StatusOK, "%q acts as %s", auth.Actor.Subject, auth.Machine.UserID)
	}
}

// An OAuth token that its holder got by token exchange is not the user's own (RFC 8693, section 4.1).
func TestADelegatedTokenIsNotTheUsersOwn(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.Use(a.clerk.Attach())
	a.engine.GET("/oauth", a.clerk.RequireToken(ginclerk.OAuthToken), whoActs)
	a.engine.GET("/any", a.clerk.RequireToken(), whoActs)
	a.engine.GET("/delegated", ginclerk.AllowDelegatedTokens(), a.clerk.RequireToken(ginclerk.OAuthToken), whoActs)
	a.engine.GET("/late", a.clerk.RequireToken(ginclerk.OAuthToken), ginclerk.AllowDelegatedTokens(), whoActs)
	a.engine.GET("/sessions", ginclerk.AllowDelegatedTokens(), a.clerk.RequireToken(ginclerk.SessionToken), whoActs)
	user := a.userID(t, bob)
	for _, row := range []struct {
		name   string
		claims map[string]any
		acts   string // what /delegated says; "": the user's own token
	}{
		{"the user's own", nil, ""},
		{"nobody acts", map[string]any{"act": nil}, ""},
		{"a client acts", map[string]any{"act": map[string]any{"sub": "client_2"}}, `"client_2" acts as ` + user},
		{"an agent acts for a client", map[string]any{"act": map[string]any{"sub": "agent_1", "act": map[string]any{"sub": "client_2"}}}, `"agent_1" acts as ` + user},
		{"the user acts as the user", map[string]any{"act": map[string]any{"sub": user}}, `"` + user + `" acts as ` + user},
		{"somebody acts of whom nothing is said", map[string]any{"act": map[string]any{}}, `"" acts as ` + user},
		{"what acts can't be read", map[string]any{"act": "client_2"}, `"" acts as ` + user},
		{"what acts is a list", map[string]any{"act": []string{"client_2"}}, `"" acts as ` + user},
		{"what acts is false", map[string]any{"act": false}, `"" acts as ` + user},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			issued, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.OAuthToken, Subject: user, JWT: true, Claims: row.claims})
			if err != nil {
				t.Fatal(err)
			}
			says := row.acts
			if says == "" {
				says = user
			}
			for _, path := range []string{"/oauth", "/any", "/late", "/delegated"} {
				got := a.ask(http.MethodGet, path, bearer(issued.Secret))
				if row.acts == "" || path == "/delegated" {
					if got.Code != http.StatusOK || got.Body.String() != says {
						t.Errorf("%s: %d %s, want %s", path, got.Code, got.Body, says)
					}
					continue
				}
				if got.Code != http.StatusForbidden || !strings.Contains(got.Body.String(), "ginclerk-token-delegated") {
					t.Errorf("%s: %d %s", path, got.Code, got.Body)
				}
			}
			a.wantRefused(t, "where sessions alone are taken", issued.Secret, "/sessions")
		})
	}
}
