package pages_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// hears has the application receive Clerk's webhooks. What it returns delivers them.
func (w *world) hears(t *testing.T) (deliver func()) {
	t.Helper()
	var receiver atomic.Pointer[webhook.Receiver]
	endpoint := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { receiver.Load().ServeHTTP(rw, r) }))
	t.Cleanup(endpoint.Close)
	added, err := w.server.AddWebhook(endpoint.URL)
	if err != nil {
		t.Fatal(err)
	}
	watch.Know("the signing secret", added.SigningSecret)
	made, err := webhook.New(webhook.Config{
		Secrets: []string{added.SigningSecret}, Activity: w.site.Activity(w.clerk), Revocations: w.clerk, Users: w.clerk.Users(), Now: w.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	receiver.Store(made)
	return func() {
		t.Helper()
		if err := w.server.DeliverWebhooks(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// edgeInToronto is the device of somebody whom the user may not know.
func edgeInToronto() clerktest.Device {
	return clerktest.Device{Type: "Windows", Browser: "Edge", BrowserVersion: "139.0", IPAddress: "192.0.2.14", City: "Toronto", Country: "CA"}
}

// appears has somebody sign in as the user on another device, and returns the session.
func (w *world) appears(t *testing.T, email string, device clerktest.Device) string {
	t.Helper()
	made, err := w.server.CreateSession(w.userID(t, email), clerktest.SessionOptions{Device: device})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// recorded describes the activity of a user in a few words, the newest first.
func (w *world) recorded(t *testing.T, email string) []string {
	t.Helper()
	entries, err := w.site.Activity(w.clerk).Entries(t.Context(), w.userID(t, email))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, e := range entries {
		words = append(words, strings.TrimSpace(string(e.Kind)+" "+string(e.By.Agent)))
	}
	return words
}

// noted returns the entry of a kind about a session.
func (w *world) noted(t *testing.T, email string, kind activity.Kind, sessionID string) activity.Entry {
	t.Helper()
	entries, err := w.site.Activity(w.clerk).Entries(t.Context(), w.userID(t, email))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Kind == kind && e.SessionID == sessionID {
			return e
		}
	}
	t.Errorf("no %s of that session among %d entries", kind, len(entries))
	return activity.Entry{}
}

// asProgram makes a request one of a program.
func asProgram(r *http.Request) {
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Sec-Fetch-Dest", "empty")
}

// decoded reads the JSON of an answer.
func decoded[T any](t *testing.T, p *page) (value T) {
	t.Helper()
	if err := json.Unmarshal(p.Body.Bytes(), &value); err != nil {
		t.Fatalf("status %d, %q: %v", p.Code, p.Body, err)
	}
	return value
}
