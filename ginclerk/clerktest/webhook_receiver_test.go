package clerktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// delivery is a request that a receiver got.
type delivery struct {
	id        string
	at        time.Time
	signature string
	header    http.Header
	body      []byte
	event     event
}

// event is a body in the form of Clerk's documentation.
type event struct {
	Data            map[string]any `json:"data"`
	Object          string         `json:"object"`
	Type            string         `json:"type"`
	Timestamp       int64          `json:"timestamp"`
	InstanceID      string         `json:"instance_id"`
	EventAttributes struct {
		HTTPRequest struct {
			ClientIP  string `json:"client_ip"`
			UserAgent string `json:"user_agent"`
		} `json:"http_request"`
	} `json:"event_attributes"`
}

// receiver is an application that receives webhooks. Every request must be signed for it.
type receiver struct {
	*httptest.Server
	webhook clerktest.Webhook
	news    chan struct{} // one for every delivery

	mu     sync.Mutex
	answer http.HandlerFunc // nil: 200
	got    []delivery
}

// listen starts a receiver, and registers it.
func listen(t *testing.T, srv *clerktest.Server, events ...string) *receiver {
	t.Helper()
	r := &receiver{news: make(chan struct{}, 1000)}
	r.Server = httptest.NewServer(r.receive(t))
	t.Cleanup(r.Close)
	added, err := srv.AddWebhook(r.URL+"/hooks?from=clerk", events...)
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.webhook = added
	return r
}

func (r *receiver) receive(t *testing.T) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Errorf("receive: %v", err)
		}
		r.mu.Lock()
		d, answer := read(t, r.webhook.SigningSecret, req, body), r.answer
		r.got = append(r.got, d)
		r.mu.Unlock()
		if req.Method != http.MethodPost || req.URL.RequestURI() != "/hooks?from=clerk" {
			t.Errorf("%s %s", req.Method, req.URL.RequestURI())
		}
		r.news <- struct{}{}
		if answer != nil {
			answer(w, req)
		}
	}
}

// read verifies a delivery with Svix's own library. The library uses another clock, so the test checks the time.
func read(t *testing.T, secret string, req *http.Request, body []byte) delivery {
	t.Helper()
	verifier, err := svix.NewWebhook(secret)
	if err == nil {
		err = verifier.VerifyIgnoringTimestamp(body, req.Header)
	}
	if err != nil {
		t.Errorf("verify: %v", err)
	}
	d := delivery{id: req.Header.Get("svix-id"), signature: req.Header.Get("svix-signature"), header: req.Header, body: body}
	seconds, err := strconv.ParseInt(req.Header.Get("svix-timestamp"), 10, 64)
	if err != nil {
		t.Errorf("svix-timestamp: %v", err)
	}
	d.at = time.Unix(seconds, 0).UTC()
	if err := json.Unmarshal(body, &d.event); err != nil {
		t.Errorf("body: %v", err)
	}
	return d
}

// answers makes the receiver answer with a status from now on.
func (r *receiver) answers(status int) {
	r.answersBy(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

func (r *receiver) answersBy(handler http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = handler
}

// take waits until all due messages are delivered, and returns the deliveries since its last call.
func (r *receiver) take(t *testing.T, srv *clerktest.Server) []delivery {
	t.Helper()
	if err := srv.DeliverWebhooks(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.got
	r.got = nil
	return taken
}

// types returns the event types of deliveries.
func types(deliveries []delivery) []string {
	names := []string{}
	for _, d := range deliveries {
		names = append(names, d.event.Type)
	}
	return names
}

// message returns the only message.
func message(t *testing.T, srv *clerktest.Server) clerktest.WebhookMessage {
	t.Helper()
	all := srv.WebhookMessages()
	if len(all) != 1 {
		t.Fatalf("%d messages, want one", len(all))
	}
	return all[0]
}
