package clerktest_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestWebhooksAreSigned(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	signIn(t, srv.NewBrowser(), "ada@example.com")
	got := r.take(t, srv)
	if len(got) != 1 {
		t.Fatalf("%d deliveries, want one", len(got))
	}
	verifier := must(svix.NewWebhook(r.webhook.SigningSecret))(t)
	if err := verifier.Verify(got[0].body, got[0].header); err != nil {
		t.Errorf("verify, with the time: %v", err)
	}
	if err := verifier.Verify(append(got[0].body, ' '), got[0].header); err == nil {
		t.Error("a changed body is signed as well")
	}
	if kind := got[0].header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("content type %s", kind)
	}
	if !strings.HasPrefix(got[0].id, "msg_") || !strings.HasPrefix(got[0].event.InstanceID, "ins_") {
		t.Errorf("message %s of instance %s", got[0].id, got[0].event.InstanceID)
	}
	if m := message(t, srv); m.ID != got[0].id || m.Event != "session.created" || !bytes.Equal(m.Body, got[0].body) || m.WebhookID != r.webhook.ID {
		t.Errorf("the message is kept as %+v", m)
	}
}

func TestEveryWebhookHasItsOwnSecret(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	one, two := listen(t, srv), listen(t, srv)
	for _, w := range srv.Webhooks() {
		encoded, found := strings.CutPrefix(w.SigningSecret, "whsec_")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		if !found || err != nil || len(raw) != 24 || !strings.HasPrefix(w.ID, "ep_") {
			t.Errorf("endpoint %s: the secret has %d bytes (%v)", w.ID, len(raw), err)
		}
	}
	if one.webhook.SigningSecret == two.webhook.SigningSecret || one.webhook.ID == two.webhook.ID {
		t.Error("two endpoints share a secret or an id")
	}
	signIn(t, srv.NewBrowser(), "ada@example.com")
	first, second := one.take(t, srv), two.take(t, srv)
	if len(first) != 1 || len(second) != 1 || first[0].id != second[0].id || first[0].signature == second[0].signature {
		t.Errorf("%d and %d deliveries, want one each with one id", len(first), len(second))
	}
}

func TestWebhooksGetTheirTypesOfEvents(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv, "session.revoked", "user.deleted")
	s := signIn(t, srv.NewBrowser(), "ada@example.com")
	if err := errors.Join(srv.RevokeSession(s.ID), srv.RemoveUser(s.UserID)); err != nil {
		t.Fatal(err)
	}
	want := []string{"session.revoked", "user.deleted"}
	if diff := cmp.Diff(want, types(r.take(t, srv))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len(srv.WebhookMessages()); n != 2 {
		t.Errorf("%d messages, want none before an endpoint exists", n)
	}
	if diff := cmp.Diff(want, srv.Webhooks()[0].Events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if err := srv.RemoveWebhook(r.webhook.ID); err != nil {
		t.Fatal(err)
	}
	signIn(t, srv.NewBrowser(), "grace@example.com")
	if got := r.take(t, srv); len(got) > 0 || len(srv.Webhooks()) > 0 {
		t.Errorf("%d deliveries to an endpoint that was removed", len(got))
	}
}

func TestWebhooksOfTheConfiguration(t *testing.T) {
	t.Parallel()
	got := make(chan *http.Request, 10)
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r }))
	t.Cleanup(application.Close)
	srv := clerktest.New(t, func(c *clerktest.Config) {
		c.KeyID = "not-an-instance"
		c.Webhooks = []clerktest.WebhookEndpoint{{URL: application.URL, Events: []string{"session.created"}}}
	})
	if err := srv.DeliverWebhooks(t.Context()); err != nil || len(srv.WebhookMessages()) > 0 {
		t.Errorf("%v: the seed is no event", srv.WebhookMessages())
	}
	signIn(t, srv.NewBrowser(), "ada@example.com")
	if r := <-got; r.Header.Get("svix-id") != message(t, srv).ID {
		t.Error("another message came")
	}
	if w := srv.Webhooks(); len(w) != 1 || w[0].URL != application.URL || !strings.HasPrefix(srv.InstanceID(), "ins_") {
		t.Errorf("webhooks %v of %s", w, srv.InstanceID())
	}
}

func TestWebhookProblems(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for _, row := range []struct{ name, url, event, want string }{
		{"another machine", "http://example.com/hooks", "", "loopback"},
		{"another machine's address", "http://192.0.2.1/hooks", "", "loopback"},
		{"a name that looks like loopback", "http://localhost.example.com/hooks", "", "loopback"},
		{"no scheme", "localhost:8080/hooks", "", "http or https"},
		{"another scheme", "ftp://localhost/hooks", "", "http or https"},
		{"a path", "/hooks", "", "http or https"},
		{"a name and password", "http://me:secret@localhost/hooks", "", "http or https"},
		{"nothing", "", "", "http or https"},
		{"an event that Clerk doesn't have", "http://localhost/hooks", "session.expired", "session.expired"},
	} {
		var events []string
		if row.event != "" {
			events = []string{row.event}
		}
		if _, err := srv.AddWebhook(row.url, events...); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.name, err, row.want)
		}
		config := clerktest.Config{Webhooks: []clerktest.WebhookEndpoint{{URL: row.url, Events: events}}}
		if _, err := clerktest.Start(config); err == nil || !strings.Contains(err.Error(), "Webhooks") {
			t.Errorf("%s: start: %v, want field Webhooks", row.name, err)
		}
	}
	if err := srv.RemoveWebhook("ep_none"); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("remove: %v", err)
	}
	if err := srv.ResendWebhook("msg_none"); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("resend: %v", err)
	}
	if _, err := srv.WebhookRequest(t.Context(), clerktest.WebhookMessage{ID: "msg_none"}, ""); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("request: %v", err)
	}
	if _, err := srv.WebhookRequest(t.Context(), clerktest.WebhookMessage{}, "odd"); err == nil || !strings.Contains(err.Error(), "odd") {
		t.Errorf("request: %v", err)
	}
	beyond := clerktest.New(t, func(c *clerktest.Config) { c.UnsafeWebhooksBeyondLoopback = true })
	if _, err := beyond.AddWebhook("https://example.com/hooks"); err != nil {
		t.Errorf("with the danger accepted: %v", err)
	}
}

func TestResendWebhook(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	r := listen(t, srv)
	signIn(t, srv.NewBrowser(), "ada@example.com")
	first := r.take(t, srv)[0]
	srv.Clock().Advance(time.Minute)
	if err := srv.ResendWebhook(first.id); err != nil {
		t.Fatal(err)
	}
	again := r.take(t, srv)
	if len(again) != 1 || again[0].id != first.id || !again[0].at.Equal(noon().Add(time.Minute)) || again[0].signature == first.signature {
		t.Fatalf("%d deliveries, want the same id, signed anew", len(again))
	}
	r.answers(http.StatusInternalServerError)
	if err := srv.ResendWebhook(first.id); err != nil {
		t.Fatal(err)
	}
	r.take(t, srv)
	m := message(t, srv)
	manual := slices.Collect(func(yield func(bool) bool) {
		for _, a := range m.Attempts {
			yield(a.Manual)
		}
	})
	if diff := cmp.Diff([]bool{false, true, true}, manual); diff != "" || m.Status != "delivered" {
		t.Errorf("%s, manual (-want +got):\n%s", m.Status, diff)
	}
}

func TestResendKeepsTheSchedule(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	r := listen(t, srv)
	r.answers(http.StatusInternalServerError)
	signIn(t, srv.NewBrowser(), "ada@example.com")
	r.take(t, srv)
	next := message(t, srv).NextAttempt
	if err := srv.ResendWebhook(message(t, srv).ID); err != nil {
		t.Fatal(err)
	}
	if got := r.take(t, srv); len(got) != 1 || !message(t, srv).NextAttempt.Equal(next) {
		t.Errorf("%d deliveries, and the next at %s, want one and %s", len(got), message(t, srv).NextAttempt, next)
	}
	r.answers(http.StatusOK)
	if err := srv.ResendWebhook(message(t, srv).ID); err != nil {
		t.Fatal(err)
	}
	r.take(t, srv)
	srv.Clock().Advance(time.Hour)
	if got := r.take(t, srv); len(got) > 0 || message(t, srv).Status != "delivered" {
		t.Errorf("%s, and %d more deliveries", message(t, srv).Status, len(got))
	}
}

// Svix's own library refuses the bad requests.
func TestSvixRefusesEveryFlaw(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	signIn(t, srv.NewBrowser(), "ada@example.com")
	r.take(t, srv)
	m := message(t, srv)
	verifier := must(svix.NewWebhook(r.webhook.SigningSecret))(t)
	for flaw, want := range map[string]string{
		"":                 "",
		"bad signature":    "No matching signature found",
		"foreign secret":   "No matching signature found",
		"tampered body":    "No matching signature found",
		"other id":         "No matching signature found",
		"unsigned":         "Missing Required Headers",
		"old timestamp":    "Message timestamp too old",
		"future timestamp": "Message timestamp too new",
	} {
		req := must(srv.WebhookRequest(t.Context(), m, flaw))(t)
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Fatal(err)
		}
		switch err := verifier.Verify(body, req.Header); {
		case want == "" && err != nil:
			t.Errorf("a duplicate is refused: %v", err)
		case want != "" && (err == nil || err.Error() != want):
			t.Errorf("%s: %v, want %s", flaw, err, want)
		}
		if off := strings.HasSuffix(flaw, "timestamp"); off && verifier.VerifyIgnoringTimestamp(body, req.Header) != nil {
			t.Errorf("%s: it is signed wrongly, too", flaw)
		}
		if same := req.Header.Get("svix-id") == m.ID; same == (flaw == "other id") || req.URL.String() != r.webhook.URL {
			t.Errorf("%s: id %s to %s", flaw, req.Header.Get("svix-id"), req.URL)
		}
	}
	if got := r.take(t, srv); len(got) > 0 || len(message(t, srv).Attempts) != 1 {
		t.Error("a request for a test was sent, or counted")
	}
}
