package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// start starts the application with an embedded Clerk that sends it its events, and returns its address.
func start(t *testing.T) (string, *clerktest.Server) {
	t.Helper()
	gin.SetMode(gin.TestMode)
	app := httptest.NewUnstartedServer(nil)
	origin := "http://" + app.Listener.Addr().String()
	server := clerktest.New(t, func(c *clerktest.Config) { c.Origins = []string{origin} })
	endpoint, err := server.AddWebhook(origin + "/webhooks/clerk")
	if err != nil {
		t.Fatal(err)
	}
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	now := server.Clock().Now
	if app.Config.Handler, err = newRouter(clerk, webhook.Config{
		Secrets: []string{endpoint.SigningSecret}, Store: storage.NewMemory(storage.MemoryConfig{Now: now}), Now: now,
	}); err != nil {
		t.Fatal(err)
	}
	app.Start()
	t.Cleanup(app.Close)
	return origin, server
}

// visit asks for the visits with a bearer token.
func visit(t *testing.T, origin, bearer string) (status, visits, users int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/api/visits", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", bearer)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var got struct{ Visits, Users int }
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return response.StatusCode, got.Visits, got.Users
}

func bearer(t *testing.T, server *clerktest.Server, email string) string {
	t.Helper()
	value, err := server.Bearer(email)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func deliver(t *testing.T, server *clerktest.Server) {
	t.Helper()
	if err := server.DeliverWebhooks(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestASessionThatEndsAtClerkIsRefused(t *testing.T) {
	origin, server := start(t)
	token := bearer(t, server, "ada@example.com")
	if status, _, _ := visit(t, origin, token); status != http.StatusOK {
		t.Fatalf("signed in: %d", status)
	}
	ada, err := server.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.RevokeSession(server.Sessions(ada.ID)[0].ID); err != nil { // as somebody does in Clerk's dashboard
		t.Fatal(err)
	}
	deliver(t, server)
	if status, _, _ := visit(t, origin, token); status != http.StatusUnauthorized {
		t.Errorf("with the token of the ended session: %d, want 401", status)
	}
}

func TestADeletedUserIsForgotten(t *testing.T) {
	origin, server := start(t)
	visit(t, origin, bearer(t, server, "ada@example.com"))
	bob := bearer(t, server, "bob@example.com")
	if _, _, users := visit(t, origin, bob); users != 2 {
		t.Fatalf("%d users are known, want Ada and Bob", users)
	}
	ada, err := server.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.RemoveUser(ada.ID); err != nil {
		t.Fatal(err)
	}
	deliver(t, server)
	if _, visits, users := visit(t, origin, bob); visits != 2 || users != 1 {
		t.Errorf("%d users are known, Bob with %d visits, want him alone", users, visits)
	}
}

func TestOnlyClerkMaySendEvents(t *testing.T) {
	origin, server := start(t)
	ada, err := server.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.RemoveUser(ada.ID); err != nil {
		t.Fatal(err)
	}
	deliver(t, server)
	message := server.WebhookMessages()[0]
	for _, row := range []struct {
		flaw string
		want int
	}{
		{"bad signature", http.StatusBadRequest},
		{"unsigned", http.StatusBadRequest},
		{"old timestamp", http.StatusBadRequest},
		{"tampered body", http.StatusBadRequest},
		{"", http.StatusOK}, // sent once more
	} {
		t.Run("with the flaw "+row.flaw, func(t *testing.T) {
			request, err := server.WebhookRequest(t.Context(), message, row.flaw)
			if err != nil {
				t.Fatal(err)
			}
			response, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != row.want {
				t.Errorf("%s answers %d, want %d", origin, response.StatusCode, row.want)
			}
		})
	}
}
