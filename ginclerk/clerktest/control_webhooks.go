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

func (s *Server) controlWebhooks(*http.Request) (any, error) {
	list := []map[string]any{}
	for _, e := range s.Webhooks() {
		list = append(list, e.json())
	}
	return list, nil
}

type endpointJSON struct {
	URL    string   `json:"url"`
	Events []string `json:"events"`
}

func (s *Server) controlAddWebhook(_ *http.Request, body endpointJSON) (any, error) {
	added, err := s.AddWebhook(body.URL, body.Events...)
	return added.json(), err
}

func (s *Server) controlRemoveWebhook(r *http.Request) (any, error) {
	if err := s.RemoveWebhook(r.PathValue("id")); err != nil {
		return nil, err
	}
	return s.controlWebhooks(r)
}

// controlMessages lists the messages with the event and the status in the query.
func (s *Server) controlMessages(r *http.Request) (any, error) {
	event, status := r.URL.Query().Get("event"), r.URL.Query().Get("status")
	list := []map[string]any{}
	for _, m := range s.WebhookMessages() {
		if (event == "" || m.Event == event) && (status == "" || m.Status == status) {
			list = append(list, m.json())
		}
	}
	return list, nil
}

type deliverJSON struct {
	Timeout *string `json:"timeout"`
}

func (s *Server) controlDeliver(r *http.Request, body deliverJSON) (any, error) {
	timeout, err := maxControlWait, error(nil)
	if body.Timeout != nil {
		timeout, err = time.ParseDuration(*body.Timeout)
	}
	if err != nil || timeout <= 0 || timeout > maxControlWait {
		return nil, errors.New("field timeout: it must be a duration such as 5s, of ten seconds at most")
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	switch err := s.DeliverWebhooks(ctx); {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, failing(http.StatusGatewayTimeout, err)
	case err != nil:
		return nil, failing(http.StatusConflict, err)
	default:
		return s.controlMessages(r)
	}
}

func (s *Server) controlResend(r *http.Request, _ struct{}) (any, error) {
	return map[string]string{"id": r.PathValue("id")}, s.ResendWebhook(r.PathValue("id"))
}

// json has no events if the endpoint receives all.
func (w Webhook) json() map[string]any {
	return map[string]any{"id": w.ID, "url": w.URL, "signing_secret": w.SigningSecret, "events": append([]string{}, w.Events...)}
}

func (m WebhookMessage) json() map[string]any {
	attempts := []map[string]any{}
	for _, a := range m.Attempts {
		problem := ""
		if a.Err != nil {
			problem = a.Err.Error()
		}
		attempts = append(attempts, map[string]any{
			"at": a.At.UTC(), "status": a.Status, "answer": a.Answer, "error": problem, "manual": a.Manual,
		})
	}
	out := map[string]any{
		"id": m.ID, "webhook_id": m.WebhookID, "event": m.Event, "status": m.Status, "created_at": m.CreatedAt.UTC(),
		"next_attempt": nil, "attempts": attempts, "body": json.RawMessage(m.Body),
	}
	if !m.NextAttempt.IsZero() {
		out["next_attempt"] = m.NextAttempt.UTC()
	}
	return out
}
