package clerktest

import (
	"context"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// WebhookEndpoint is where an application receives events, for [Config].
type WebhookEndpoint struct {
	// URL is absolute, http or https, and on loopback; see [Config].UnsafeWebhooksBeyondLoopback. Required.
	URL string
	// Events are the types that it gets, such as session.revoked; none = all of [WebhookEvents].
	Events []string
}

// Webhook is an endpoint that is registered.
type Webhook struct {
	// ID begins with ep_; SigningSecret is what the receiver verifies by (CLERK_WEBHOOK_SIGNING_SECRET), a new one for every endpoint.
	ID, URL, SigningSecret string
	// Events are the types that it gets; none = all.
	Events []string
}

// WebhookEvents returns the types of events that are emulated, in Clerk's words. What Clerk's documents name no event for has none:
// sessions that expire or are abandoned, and the sessions and memberships that go together with a user or an organization. A sign-in
// is no change of the user.
func WebhookEvents() []string { return eventNames(world.EventTypes()) }

// AddWebhook registers an endpoint. It gets what happens from now on, of the types that are named, or else all. Messages are signed
// and delivered as Clerk does by way of Svix, in the background: to each endpoint in the order of the events, and again 5 seconds,
// 5 and 30 minutes, 2, 5, 10 and 10 hours of [Clock] after a failed attempt. An answer is a failure unless its status is 2xx and it
// comes within 15 seconds. Timestamps are those of [Clock], so a receiver has to share it where it is moved. Errors say what is wrong
// with the URL or that there is no such event.
func (s *Server) AddWebhook(url string, events ...string) (Webhook, error) {
	types, err := s.beyond.check(WebhookEndpoint{URL: url, Events: events})
	if err != nil {
		return Webhook{}, fmt.Errorf("clerktest: %w", err)
	}
	added, err := s.webhooks.Add(url, types)
	if err != nil {
		return Webhook{}, fmt.Errorf("clerktest: webhook: %w", err)
	}
	return asWebhook(added), nil
}

// RemoveWebhook forgets an endpoint. What is pending for it is never delivered. Errors wrap [ErrNotFound].
func (s *Server) RemoveWebhook(id string) error {
	if !s.webhooks.Remove(id) {
		return fmt.Errorf("clerktest: webhook %q: %w", id, ErrNotFound)
	}
	return nil
}

// Webhooks returns the endpoints in the order in which they were registered; first come those of [Config].
func (s *Server) Webhooks() []Webhook {
	var out []Webhook
	for _, e := range s.webhooks.Endpoints() {
		out = append(out, asWebhook(e))
	}
	return out
}

// DeliverWebhooks waits until everything that is due by [Clock] was attempted, also what receivers cause meanwhile. To see a retry,
// advance the clock first: every attempt counts from the one before. Errors wrap that of ctx, or say that the server is closed.
func (s *Server) DeliverWebhooks(ctx context.Context) error {
	if err := s.webhooks.Wait(ctx); err != nil {
		return fmt.Errorf("clerktest: %w", err)
	}
	return nil
}

// InstanceID returns the instance's id (ins_…), which every event bears.
func (s *Server) InstanceID() string { return s.webhooks.InstanceID }
