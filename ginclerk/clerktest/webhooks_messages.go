package clerktest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/webhooks"
)

// WebhookStatus is where the delivery of a message stands.
type WebhookStatus string

// The states of a message.
const (
	// WebhookPending is to be delivered, or to be tried again.
	WebhookPending WebhookStatus = "pending"
	// WebhookDelivered was taken by its receiver.
	WebhookDelivered WebhookStatus = "delivered"
	// WebhookFailed was tried for the last time, or its receiver wanted no more (by the header Webhook-Delivery: abort-message).
	WebhookFailed WebhookStatus = "failed"
)

// WebhookMessage is an event on its way to one endpoint, as it was when it was asked for.
type WebhookMessage struct {
	// ID is the svix-id (msg_…): the same for every attempt, and for every endpoint.
	ID, WebhookID string
	// Event is the type, such as session.revoked; Body is what is sent.
	Event     string
	Body      []byte
	Status    WebhookStatus
	CreatedAt time.Time
	// NextAttempt is when it is tried next; zero: not again.
	NextAttempt time.Time
	Attempts    []WebhookAttempt
}

// WebhookAttempt is one delivery of a message.
type WebhookAttempt struct {
	At time.Time
	// Status is that of the receiver's answer, 0 where there was none; Answer is the first KiB of it.
	Status int
	Answer string
	// Err says why there was no answer; nil where there was one.
	Err error
	// Manual says that [Server.ResendWebhook] asked for it.
	Manual bool
}

// WebhookFlaw is what is wrong with a delivery that a receiver should refuse.
type WebhookFlaw string

// The flaws. All leave the rest of the delivery in order.
const (
	// WebhookDuplicate is no flaw: the message comes once more, under the same id.
	WebhookDuplicate WebhookFlaw = ""
	// WebhookBadSignature is signed wrongly, and WebhookForeignSecret by another secret; WebhookUnsigned lacks the signature's header.
	WebhookBadSignature  WebhookFlaw = "bad signature"
	WebhookForeignSecret WebhookFlaw = "foreign secret"
	WebhookUnsigned      WebhookFlaw = "unsigned"
	// WebhookOldTimestamp and WebhookFutureTimestamp are six minutes off and signed like that; five are tolerated.
	WebhookOldTimestamp    WebhookFlaw = "old timestamp"
	WebhookFutureTimestamp WebhookFlaw = "future timestamp"
	// WebhookTamperedBody and WebhookOtherID were changed after they were signed.
	WebhookTamperedBody WebhookFlaw = "tampered body"
	WebhookOtherID      WebhookFlaw = "other id"
)

// WebhookMessages returns all messages of all endpoints, in the order of the events.
func (s *Server) WebhookMessages() []WebhookMessage {
	var out []WebhookMessage
	for _, m := range s.webhooks.Messages() {
		message := WebhookMessage{
			ID: m.ID, WebhookID: m.EndpointID, Event: m.Event, Body: m.Body, Status: WebhookStatus(m.Status),
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

// ResendWebhook delivers a message once more, whatever became of it: at once and in the background, under the same id, to every endpoint
// that it was meant for. Where that fails, the schedule of a pending message goes on as before. Errors wrap [ErrNotFound].
func (s *Server) ResendWebhook(id string) error {
	if !s.webhooks.Resend(id) {
		return fmt.Errorf("clerktest: webhook message %q: %w", id, ErrNotFound)
	}
	return nil
}

// WebhookRequest returns a delivery of a message for a test of its receiver: to be given to a handler, or to be sent by a client. It is
// signed anew, and with the flaw it is one to refuse. It is no attempt, and nothing is sent. Errors wrap [ErrNotFound], or say that
// there is no such flaw.
func (s *Server) WebhookRequest(ctx context.Context, message WebhookMessage, flaw WebhookFlaw) (*http.Request, error) {
	if !webhooks.Flaw(flaw).Known() {
		return nil, fmt.Errorf("clerktest: webhook request: there is no flaw %q", flaw)
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
