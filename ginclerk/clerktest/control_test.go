package clerktest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// controls is the control endpoint of a server, as another program sees it.
type controls struct {
	*httptest.Server
}

func openControls(t *testing.T, srv *clerktest.Server) controls {
	t.Helper()
	c := controls{httptest.NewServer(srv.Control())}
	t.Cleanup(c.Close)
	return c
}

func (c controls) ask(t *testing.T, method, path, body string) result {
	t.Helper()
	return call{method: method, url: c.URL + path, body: body, header: map[string]string{"Content-Type": "application/json"}}.madeUp().do(t)
}

func TestControlsOfWebhooks(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	c, r := openControls(t, srv), &receiver{news: make(chan struct{}, 10)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		answer := r.answer
		r.mu.Unlock()
		answer(w, req)
	}))
	t.Cleanup(r.Close)
	r.answers(http.StatusBadGateway)

	added := c.ask(t, http.MethodPost, "/webhooks", `{"url": "`+r.URL+`", "events": ["session.revoked"]}`).want(t, http.StatusOK)
	if got := srv.Webhooks(); len(got) != 1 || got[0].SigningSecret != added.text(t, "signing_secret") || got[0].ID != added.text(t, "id") {
		t.Fatalf("webhooks %+v, answer %s", got, added.raw)
	}
	if diff := cmp.Diff([]any{"session.revoked"}, c.ask(t, http.MethodGet, "/webhooks", "").want(t, 200).at(t, 0, "events")); diff != "" {
		t.Error(diff)
	}
	if err := srv.RevokeSession(signIn(t, srv.NewBrowser(), "ada@example.com").ID); err != nil {
		t.Fatal(err)
	}
	tried := c.ask(t, http.MethodPost, "/messages/deliver", `{}`).want(t, http.StatusOK)
	for path, want := range map[string]any{
		"status": "pending", "event": "session.revoked", "created_at": "2026-03-14T12:00:00Z", "next_attempt": "2026-03-14T12:00:05Z",
	} {
		if got := tried.at(t, 0, path); got != want {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
	if tried.at(t, 0, "attempts", 0, "status") != 502.0 || tried.at(t, 0, "body", "type") != "session.revoked" {
		t.Errorf("message %s", tried.raw)
	}
	r.answers(http.StatusOK)
	c.ask(t, http.MethodPost, "/messages/"+tried.text(t, 0, "id")+"/resend", `{}`).want(t, http.StatusOK)
	sent := c.ask(t, http.MethodPost, "/messages/deliver?status=delivered", `{"timeout": "5s"}`).want(t, http.StatusOK)
	if sent.at(t, 0, "attempts", 1, "manual") != true || sent.at(t, 0, "next_attempt") != nil {
		t.Errorf("message %s", sent.raw)
	}
	for _, query := range []string{"?status=pending", "?event=user.created"} {
		if got := c.ask(t, http.MethodGet, "/messages"+query, "").want(t, 200).raw; got != "[]\n" {
			t.Errorf("%s: %s", query, got)
		}
	}
	if got := c.ask(t, http.MethodDelete, "/webhooks/"+added.text(t, "id"), "").want(t, 200).raw; got != "[]\n" {
		t.Errorf("webhooks left: %s", got)
	}
}

func TestControlsOfWebhooksSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	c, slow := openControls(t, srv), make(chan struct{})
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-slow }))
	t.Cleanup(app.Close)
	t.Cleanup(func() { close(slow) })
	must(srv.AddWebhook(app.URL))(t)
	signIn(t, srv.NewBrowser(), "ada@example.com")
	for _, row := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"an endpoint beyond loopback", http.MethodPost, "/webhooks", `{"url": "https://example.com/hooks"}`, 400},
		{"an endpoint without URL", http.MethodPost, "/webhooks", `{}`, 400},
		{"an unknown event", http.MethodPost, "/webhooks", `{"url": "http://127.0.0.1:1/", "events": ["session.expired"]}`, 400},
		{"an unknown field", http.MethodPost, "/webhooks", `{"uri": "http://127.0.0.1:1/"}`, 400},
		{"an unknown endpoint", http.MethodDelete, "/webhooks/ep_unknown", "", 404},
		{"an unknown message", http.MethodPost, "/messages/msg_unknown/resend", `{}`, 404},
		{"a receiver that is slow", http.MethodPost, "/messages/deliver", `{"timeout": "10ms"}`, 504},
		{"an invalid timeout", http.MethodPost, "/messages/deliver", `{"timeout": "soon"}`, 400},
		{"a timeout that is too long", http.MethodPost, "/messages/deliver", `{"timeout": "11s"}`, 400},
	} {
		t.Run(row.name, func(t *testing.T) {
			c.ask(t, row.method, row.path, row.body).want(t, row.status)
		})
	}
}

func TestControlsNameOperationsThatAreNotEmulated(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	c := openControls(t, srv)
	backend(srv, http.MethodGet, "/v1/users", "").do(t).want(t, http.StatusOK)
	backend(srv, http.MethodGet, "/v1/nothing", "").do(t).want(t, http.StatusNotImplemented)
	if got := c.ask(t, http.MethodGet, "/calls/unknown", "").want(t, 200).raw; got != `{"GET /v1/nothing":1}`+"\n" {
		t.Errorf("unknown calls: %s", got)
	}
}
