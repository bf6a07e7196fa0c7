package clerktest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/webhooks"
)

// WebhookMessage is an event for one endpoint. It is a copy, with the state at the time of the call.
type WebhookMessage struct {
	// ID is the svix-id (msg_…): the same for every attempt, and for every endpoint.
	ID, WebhookID string
	// Event is the type, such as session.revoked. Body is the body of the request.
	Event string
	Body  []byte
	// Status is pending while the message is to be delivered or retried, then delivered, or failed: after its last attempt, or
	// if the receiver wants no more attempts (by the header Webhook-Delivery: abort-message).
	Status    string
	CreatedAt time.Time
	// NextAttempt is the time of the next attempt; zero: no further attempt.
	NextAttempt time.Time
	Attempts    []WebhookAttempt
}

// WebhookAttempt is one delivery of a message.
type WebhookAttempt struct {
	At time.Time
	// Status is the status of the receiver's answer, or 0 without one; Answer is the first KiB of it.
	Status int
	Answer string
	// Err says why no answer came; nil if one came.
	Err error
	// Manual says that [Server.ResendWebhook] requested it.
	Manual bool
}

// WebhookMessages returns all messages of all endpoints, in the order of the events.
func (s *Server) WebhookMessages() []WebhookMessage {
	var out []WebhookMessage
	for _, m := range s.webhooks.Messages() {
		message := WebhookMessage{
			ID: m.ID, WebhookID: m.EndpointID, Event: m.Event, Body: m.Body, Status: string(m.Status),
			CreatedAt: m.CreatedAt, NextAttempt: m.NextAttempt,
		}
		for _, a := range m.Attempts {
			message.Attempts = append(message.Attempts, WebhookAttempt{
				At: a.At, Status: a.Status, Answer: a.Answer, Err: a.Err, Manual: a.Manual,
			})
		}
		out = append(out, message)
	}
	return out
}

// ResendWebhook delivers a message once more, whatever its status: at once and in the background, under the same id, to every
// endpoint that it is for. If that fails, a pending message keeps its schedule. Errors wrap [ErrNotFound].
func (s *Server) ResendWebhook(id string) error {
	if !s.webhooks.Resend(id) {
		return fmt.Errorf("clerktest: webhook message %q: %w", id, ErrNotFound)
	}
	return nil
}

// WebhookRequest returns a delivery of a message for a test of its receiver: give it to a handler, or send it with a client. It is
// signed anew. It doesn't count as an attempt, and WebhookRequest sends nothing. With the flaw "", the receiver gets the message once
// more, under the same id. Each other flaw spoils one thing, and the receiver should refuse the request:
//
//   - "bad signature": the signature is wrong; "foreign secret": another secret signed it; "unsigned": the header is missing;
//   - "old timestamp" and "future timestamp": it is six minutes off, and signed like that; receivers tolerate five;
//   - "tampered body" and "other id": the body or the id was changed after it was signed.
//
// Errors wrap [ErrNotFound], or say that the flaw is unknown.
func (s *Server) WebhookRequest(ctx context.Context, message WebhookMessage, flaw string) (*http.Request, error) {
	if !slices.Contains(webhooks.Flaws(), webhooks.Flaw(flaw)) {
		return nil, fmt.Errorf("clerktest: webhook request: unknown flaw %q, known are %q", flaw, webhooks.Flaws())
	}
	req, err := s.webhooks.Request(ctx, message.ID, message.WebhookID, webhooks.Flaw(flaw))
	switch {
	case errors.Is(err, webhooks.ErrNotFound):
		return nil, fmt.Errorf("clerktest: webhook message %q: %w", message.ID, ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("clerktest: webhook: %w", err)
	}
	return req, nil
}
