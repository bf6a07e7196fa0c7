package clients_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// webhookRequest is a delivery that the client gets.
type webhookRequest struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// webhookEvent is the client's result.
type webhookEvent struct {
	Type       string         `json:"type"`
	Object     string         `json:"object"`
	Data       map[string]any `json:"data"`
	Attributes map[string]any `json:"event_attributes"`
	Timestamp  int64          `json:"timestamp"`
	InstanceID string         `json:"instance_id"`
}

func handedOn(t *testing.T, r *http.Request) webhookRequest {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	out := webhookRequest{URL: appOrigin + "/hooks", Headers: map[string]string{}, Body: string(body)}
	for name := range r.Header {
		out.Headers[name] = r.Header.Get(name)
	}
	return out
}

func TestNodeVerifiesWebhooks(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	deliveries := make(chan webhookRequest, 10)
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { deliveries <- handedOn(t, r) }))
	t.Cleanup(application.Close)
	webhook, err := srv.AddWebhook(application.URL + "/hooks")
	if err != nil {
		t.Fatal(err)
	}
	s := signIn(t, srv.NewBrowser(), "ada@example.com")
	if err := srv.RevokeSession(s.ID); err != nil {
		t.Fatal(err)
	}
	for _, want := range []webhookEvent{{Type: "session.created"}, {Type: "session.revoked"}} {
		got := call[webhookEvent](t, n, "verifyWebhook", <-deliveries, map[string]any{"signingSecret": webhook.SigningSecret})
		if got.Type != want.Type || got.Object != "event" || got.Data["id"] != s.ID || got.InstanceID != srv.InstanceID() || got.Timestamp == 0 {
			t.Errorf("%+v, want %s of %s", got, want.Type, s.ID)
		}
		user, _ := got.Data["user"].(map[string]any)
		if user["id"] != s.UserID || got.Attributes["http_request"] == nil {
			t.Errorf("%s: user %v, attributes %v", got.Type, user["id"], got.Attributes)
		}
	}
	if len(deliveries) > 0 {
		t.Errorf("%d more deliveries", len(deliveries))
	}
}

func TestNodeRefusesWebhooks(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	webhook, err := srv.AddWebhook("http://127.0.0.1:9/nobody")
	if err != nil {
		t.Fatal(err)
	}
	signIn(t, srv.NewBrowser(), "ada@example.com")
	message := srv.WebhookMessages()[0]
	for _, row := range []struct {
		flaw string
		want string // "" = accepted
	}{
		{"", ""},
		{"tampered body", "No matching signature found"},
		{"other id", "No matching signature found"},
		{"foreign secret", "No matching signature found"},
		{"bad signature", "No matching signature found"},
		{"old timestamp", "Message timestamp too old"},
		{"future timestamp", "Message timestamp too new"},
		{"unsigned", "Missing required webhook headers: svix-signature"},
	} {
		request, err := srv.WebhookRequest(t.Context(), message, row.flaw)
		if err != nil {
			t.Fatal(err)
		}
		got := n.try(t, "verifyWebhook", handedOn(t, request), map[string]any{"signingSecret": webhook.SigningSecret})
		switch {
		case row.want == "":
			var event, sent map[string]any
			if got.Error != nil || json.Unmarshal(got.Value, &event) != nil || json.Unmarshal(message.Body, &sent) != nil {
				t.Errorf("a duplicate is refused: %+v", got.Error)
			} else if diff := cmp.Diff(sent, event); diff != "" {
				t.Errorf("the client reads something else (-want +got):\n%s", diff)
			}
		case got.Error == nil || !strings.Contains(got.Error.Message, row.want):
			t.Errorf("%s: %+v, want %s", row.flaw, got.Error, row.want)
		}
	}
}
