package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// Clerk reports a session that ended at Clerk. The application refuses the next request with it.
func TestASessionThatEndsAtClerkIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*clerktest.Server, clerktest.Session) error{
		"a session is revoked": func(clerk *clerktest.Server, s clerktest.Session) error { return clerk.RevokeSession(s.ID) },
		"a session is ended":   func(clerk *clerktest.Server, s clerktest.Session) error { return clerk.EndSession(s.ID) },
		"a user is deleted":    func(clerk *clerktest.Server, s clerktest.Session) error { return clerk.RemoveUser(s.UserID) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := startWebapp(t)
			_, member, admin := visitors()
			_, session := a.session(t, member, "")
			bob := http.Header{"Authorization": {"Bearer " + a.token(t, session.ID, 0)}}
			ada := byProgram(t, a, admin)
			if got := a.do(t, http.MethodGet, protectedPath, bob).summary(t, a.origin); got != "200" {
				t.Fatalf("before: %s, want 200", got)
			}
			if err := end(a.clerk, session); err != nil {
				t.Fatal(err)
			}
			if err := a.clerk.DeliverWebhooks(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := a.do(t, http.MethodGet, protectedPath, bob).summary(t, a.origin); got != "401 Unauthorized" {
				t.Errorf("at the next request: %s, want 401 Unauthorized", got)
			}
			if got := a.do(t, http.MethodGet, protectedPath, ada).summary(t, a.origin); got != "200" {
				t.Errorf("another user gets %s, want 200", got)
			}
		})
	}
}

func TestNotesAreDeletedWithTheirUser(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	bob, err := a.clerk.UserByEmail("bob@example.com")
	if err != nil {
		t.Fatal(err)
	}
	header := byBrowser(t, a, person{email: bob.Email})
	a.post(t, notesPath, header, url.Values{"text": {"milk"}})
	if err := a.clerk.RemoveUser(bob.ID); err != nil {
		t.Fatal(err)
	}
	if err := a.clerk.DeliverWebhooks(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, message := range a.clerk.WebhookMessages() {
		if message.Event == "user.deleted" && message.Status != "delivered" {
			t.Errorf("the event is %s: %v", message.Status, message.Attempts)
		}
	}
	kept := &notes{store: a.app.store, now: a.clerk.Clock().Now}
	if all, err := kept.of(t.Context(), bob.ID); err != nil || len(all) != 0 {
		t.Errorf("there are still %v (%v)", all, err)
	}
}

// Every client may post to the address. Only a request with Clerk's signature is an event.
func TestWebhooksAreVerified(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	_, session := a.session(t, member, "")
	bob := http.Header{"Authorization": {"Bearer " + a.token(t, session.ID, 0)}}
	for name, header := range map[string]http.Header{
		"an unsigned request": {"Content-Type": {"application/json"}},
		"a request with a wrong signature": {
			"Content-Type": {"application/json"}, "User-Agent": {"Svix-Webhooks/1.0"}, "Svix-Id": {"msg_1"},
			"Svix-Timestamp": {"1772625600"}, "Svix-Signature": {"v1,AAAA"},
		},
		"a browser from elsewhere": {
			"Accept": {"text/html"}, "Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"},
		},
	} {
		body := `{"type":"session.revoked","data":{"id":"` + session.ID + `","user_id":"` + session.UserID + `"}}`
		if got := a.send(t, webhookPath, header, body); got.status != http.StatusBadRequest {
			t.Errorf("a webhook by %s: %s, want 400", name, got.summary(t, a.origin))
		}
	}
	if got := a.do(t, http.MethodGet, protectedPath, bob).summary(t, a.origin); got != "200" {
		t.Errorf("after forged webhooks: %s, want 200", got)
	}
}

// Without the signing secret the demo can't verify webhooks, and refuses them.
func TestWebhooksWithoutASecretAreRefused(t *testing.T) {
	t.Parallel()
	a := startWebapp(t, func(b *backend) { b.webhookSecret = "" })
	for name, header := range map[string]http.Header{
		"Clerk": {"Content-Type": {"application/json"}, "Svix-Id": {"msg_1"}, "User-Agent": {"Svix-Webhooks/1.0"}},
		"a browser from elsewhere": {
			"Accept": {"text/html"}, "Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"},
		},
	} {
		got := a.send(t, webhookPath, header, "{}")
		if summary := got.summary(t, a.origin); summary != "501 Webhooks are not handled" {
			t.Errorf("POST by %s: %s, want 501", name, summary)
		}
		if !strings.Contains(got.body, "CLERK_WEBHOOK_SIGNING_SECRET") {
			t.Errorf("it does not say what to set:\n%s", got.body)
		}
	}
}
