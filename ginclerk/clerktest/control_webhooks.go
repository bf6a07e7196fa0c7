package clerktest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// maxControlWait is the longest time that a control request waits for webhooks. The listener would close the connection soon
// after.
const maxControlWait = 10 * time.Second

// webhookJSON is a [Webhook] in the control endpoint's JSON.
type webhookJSON struct {
	ID            string   `json:"id"`
	URL           string   `json:"url"`
	SigningSecret string   `json:"signing_secret"`
	Events        []string `json:"events"` // empty: all
}

// messageJSON is a [WebhookMessage] in the control endpoint's JSON.
type messageJSON struct {
	ID          string          `json:"id"`
	WebhookID   string          `json:"webhook_id"`
	Event       string          `json:"event"`
	Status      string          `json:"status"`
	CreatedAt   time.Time       `json:"created_at"`
	NextAttempt *time.Time      `json:"next_attempt"`
	Attempts    []attemptJSON   `json:"attempts"`
	Body        json.RawMessage `json:"body"`
}

type attemptJSON struct {
	At     time.Time `json:"at"`
	Status int       `json:"status"`
	Answer string    `json:"answer"`
	Error  string    `json:"error"`
	Manual bool      `json:"manual"`
}

func (s *Server) controlWebhookRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /webhooks", s.controlWebhooks)
	mux.HandleFunc("POST /webhooks", s.controlAddWebhook)
	mux.HandleFunc("DELETE /webhooks/{id}", s.controlRemoveWebhook)
	mux.HandleFunc("GET /messages", s.controlMessages)
	mux.HandleFunc("POST /messages/deliver", s.controlDeliver)
	mux.HandleFunc("POST /messages/{id}/resend", s.controlResend)
}

func (s *Server) controlWebhooks(w http.ResponseWriter, _ *http.Request) {
	list := []webhookJSON{}
	for _, e := range s.Webhooks() {
		list = append(list, e.json())
	}
	reply(w, list)
}

func (s *Server) controlAddWebhook(w http.ResponseWriter, r *http.Request) {
	var body struct {
		URL    string   `json:"url"`
		Events []string `json:"events"`
	}
	if !readControl(w, r, &body) {
		return
	}
	added, err := s.AddWebhook(body.URL, body.Events...) //nolint:contextcheck // the endpoint receives events until it is removed
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply(w, added.json())
}

func (s *Server) controlRemoveWebhook(w http.ResponseWriter, r *http.Request) {
	if err := s.RemoveWebhook(r.PathValue("id")); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	s.controlWebhooks(w, r)
}

// controlMessages lists the messages with the event and the status in the query.
func (s *Server) controlMessages(w http.ResponseWriter, r *http.Request) {
	event, status := r.URL.Query().Get("event"), r.URL.Query().Get("status")
	list := []messageJSON{}
	for _, m := range s.WebhookMessages() {
		if (event == "" || m.Event == event) && (status == "" || m.Status == status) {
			list = append(list, m.json())
		}
	}
	reply(w, list)
}

func (s *Server) controlDeliver(w http.ResponseWriter, r *http.Request) {
	body := struct {
		Timeout string `json:"timeout"`
	}{Timeout: maxControlWait.String()}
	if !readControl(w, r, &body) {
		return
	}
	timeout, err := time.ParseDuration(body.Timeout)
	if err != nil || timeout <= 0 || timeout > maxControlWait {
		http.Error(w, "field timeout: it must be a duration such as 5s, of ten seconds at most", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	switch err := s.DeliverWebhooks(ctx); {
	case errors.Is(err, context.DeadlineExceeded):
		http.Error(w, err.Error(), http.StatusGatewayTimeout)
	case err != nil:
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		s.controlMessages(w, r)
	}
}

func (s *Server) controlResend(w http.ResponseWriter, r *http.Request) {
	if !readControl(w, r, &struct{}{}) {
		return
	}
	if err := s.ResendWebhook(r.PathValue("id")); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	reply(w, map[string]string{"id": r.PathValue("id")})
}

func (w Webhook) json() webhookJSON {
	return webhookJSON{ID: w.ID, URL: w.URL, SigningSecret: w.SigningSecret, Events: append([]string{}, w.Events...)}
}

func (m WebhookMessage) json() messageJSON {
	out := messageJSON{
		ID: m.ID, WebhookID: m.WebhookID, Event: m.Event, Status: m.Status, CreatedAt: m.CreatedAt.UTC(),
		Attempts: []attemptJSON{}, Body: m.Body,
	}
	if !m.NextAttempt.IsZero() {
		next := m.NextAttempt.UTC()
		out.NextAttempt = &next
	}
	for _, a := range m.Attempts {
		attempt := attemptJSON{At: a.At.UTC(), Status: a.Status, Answer: a.Answer, Manual: a.Manual}
		if a.Err != nil {
			attempt.Error = a.Err.Error()
		}
		out.Attempts = append(out.Attempts, attempt)
	}
	return out
}
