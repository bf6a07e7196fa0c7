package clerktest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestWebhooksComeInTheBackground(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	r := listen(t, srv)
	r.answers(http.StatusServiceUnavailable)
	signIn(t, srv.NewBrowser(), "ada@example.com")
	for _, delay := range []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute} {
		<-r.news
		r.take(t, srv) // waits until the attempt is recorded
		srv.Clock().Advance(delay)
	}
	<-r.news
	if got := r.take(t, srv); len(got) != 1 {
		t.Errorf("%d deliveries, want one", len(got))
	}
}

func TestWebhooksKeepTheOrder(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	var want []string
	for i := range 50 {
		name := fmt.Sprintf("user%d@example.com", i)
		added, err := srv.AddUser(clerktest.User{Email: name})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, added.ID)
	}
	var got []string
	for _, d := range r.take(t, srv) {
		got = append(got, d.event.Data["id"].(string))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The times come from Svix's documentation, "Retry Schedule".
func TestWebhookRetrySchedule(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	r := listen(t, srv)
	r.answers(http.StatusInternalServerError)
	signIn(t, srv.NewBrowser(), "ada@example.com")
	got := r.take(t, srv)
	if len(got) != 1 {
		t.Fatalf("%d first attempts", len(got))
	}
	at, first, signatures := noon(), got[0], map[string]bool{got[0].signature: true}
	for i, delay := range []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour,
	} {
		if m := message(t, srv); m.Status != "pending" || !m.NextAttempt.Equal(at.Add(delay)) || len(m.Attempts) != i+1 {
			t.Fatalf("after attempt %d: %s, next at %s, want pending, %s", i+1, m.Status, m.NextAttempt, at.Add(delay))
		}
		srv.Clock().Advance(delay - time.Second)
		if early := r.take(t, srv); len(early) > 0 {
			t.Errorf("retry %d came early", i+1)
		}
		srv.Clock().Advance(time.Second)
		at = at.Add(delay)
		got := r.take(t, srv)
		if len(got) != 1 {
			t.Fatalf("retry %d came %d times", i+1, len(got))
		}
		if got[0].id != first.id || string(got[0].body) != string(first.body) || !got[0].at.Equal(at) || signatures[got[0].signature] {
			t.Errorf("retry %d has id %s and time %s, want %s and %s, and a signature of its own", i+1, got[0].id, got[0].at, first.id, at)
		}
		signatures[got[0].signature] = true
	}
	m := message(t, srv)
	if m.Status != "failed" || !m.NextAttempt.IsZero() || len(m.Attempts) != 8 {
		t.Errorf("%s after %d attempts, next at %s; want failed after 8", m.Status, len(m.Attempts), m.NextAttempt)
	}
	srv.Clock().Advance(1000 * time.Hour)
	if got := r.take(t, srv); len(got) > 0 {
		t.Error("it was tried again after its last attempt")
	}
}

func TestWebhookAnswers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		answer http.HandlerFunc
		status int
		want   string
	}{
		{"200", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("fine")) }, 200, "delivered"},
		{"204", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, "delivered"},
		{"299", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(299) }, 299, "delivered"},
		{
			"a redirect is not followed",
			func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			},
			307, "pending",
		},
		{"400", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }, 400, "pending"},
		{"503", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, 503, "pending"},
		{"a cut connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, "pending"},
		{
			"a receiver that wants it never again",
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("webhook-delivery", "abort-message")
				w.WriteHeader(410)
			},
			410, "failed",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t)
			r := listen(t, srv)
			r.answersBy(row.answer)
			signIn(t, srv.NewBrowser(), "ada@example.com")
			if got := r.take(t, srv); len(got) != 1 {
				t.Fatalf("%d deliveries, want one", len(got))
			}
			m := message(t, srv)
			if m.Status != row.want || len(m.Attempts) != 1 || m.Attempts[0].Status != row.status || (m.Attempts[0].Err != nil) != (row.status == 0) {
				t.Errorf("%s after %+v, want %s after %d", m.Status, m.Attempts, row.want, row.status)
			}
			if row.name == "200" && m.Attempts[0].Answer != "fine" {
				t.Errorf("answer %q", m.Attempts[0].Answer)
			}
		})
	}
}

func TestAnEndpointThatIsDownAtFirstGetsItsMessages(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	var down atomic.Bool
	down.Store(true)
	endpoint := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if down.Load() {
			panic(http.ErrAbortHandler) // closes the connection
		}
	}))
	t.Cleanup(endpoint.Close)
	if _, err := srv.AddWebhook(endpoint.URL); err != nil {
		t.Fatal(err)
	}
	signIn(t, srv.NewBrowser(), "ada@example.com")
	if got := r.take(t, srv); len(got) != 1 {
		t.Errorf("%d deliveries to the endpoint that is up, want one", len(got))
	}
	m := srv.WebhookMessages()[1]
	if m.Status != "pending" || len(m.Attempts) != 1 || m.Attempts[0].Err == nil {
		t.Fatalf("%+v, want one failed attempt", m)
	}
	down.Store(false)
	srv.Clock().Advance(5 * time.Second)
	if got := r.take(t, srv); len(got) > 0 {
		t.Error("what was delivered was delivered again")
	}
	if m := srv.WebhookMessages()[1]; m.Status != "delivered" || len(m.Attempts) != 2 {
		t.Errorf("%+v, want delivered by the second attempt", m)
	}
}

func TestAFailedWebhookDelaysNoLaterEvent(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	r.answers(http.StatusInternalServerError)
	s := signIn(t, srv.NewBrowser(), "ada@example.com")
	r.take(t, srv)
	r.answers(http.StatusOK)
	if err := srv.RevokeSession(s.ID); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"session.revoked"}, types(r.take(t, srv))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	srv.Clock().Advance(5 * time.Second)
	if diff := cmp.Diff([]string{"session.created"}, types(r.take(t, srv))); diff != "" {
		t.Errorf("late (-want +got):\n%s", diff)
	}
}

func TestWebhookReceiversMayCallBack(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv, "session.created", "session.revoked")
	ada := userID(t, srv, "ada@example.com")
	r.answersBy(func(http.ResponseWriter, *http.Request) {
		for _, s := range srv.Sessions(ada) {
			if s.Status == "active" {
				if err := srv.RevokeSession(s.ID); err != nil {
					t.Error(err)
				}
			}
		}
	})
	session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	got := types(r.take(t, srv))
	if len(got) < 2 || got[0] != "session.created" || got[1] != "session.revoked" {
		t.Errorf("%v, want also what the receiver caused", got)
	}
}

func TestCloseAbortsWebhooks(t *testing.T) {
	t.Parallel()
	srv := start(t, clerktest.Config{})
	r := listen(t, srv)
	r.answersBy(func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() })
	signIn(t, srv.NewBrowser(), "ada@example.com")
	signIn(t, srv.NewBrowser(), "grace@example.com")
	<-r.news
	waiting := make(chan error)
	go func() { waiting <- srv.DeliverWebhooks(context.WithoutCancel(t.Context())) }()
	for range 2 {
		if err := srv.Close(t.Context()); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if err := <-waiting; err == nil {
		t.Error("what was never delivered counts as delivered")
	}
	for _, m := range srv.WebhookMessages() {
		if m.Status != "pending" || len(m.Attempts) > 0 {
			t.Errorf("%s with %d attempts, want pending without any", m.Status, len(m.Attempts))
		}
	}
	if _, err := srv.AddWebhook(r.URL); err == nil {
		t.Error("a closed server takes endpoints")
	}
}

func TestDeliverWebhooksEndsWithItsContext(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	if err := srv.DeliverWebhooks(t.Context()); err != nil {
		t.Errorf("without endpoints: %v", err)
	}
	r := listen(t, srv)
	r.answersBy(func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() })
	signIn(t, srv.NewBrowser(), "ada@example.com")
	<-r.news
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := srv.DeliverWebhooks(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context canceled", err)
	}
	if err := srv.RemoveWebhook(r.webhook.ID); err != nil {
		t.Fatal(err)
	}
	if err := srv.DeliverWebhooks(t.Context()); err != nil {
		t.Errorf("after the endpoint was removed: %v", err)
	}
}
